"""Commands: shell parsed by a grammar, and the tasks and scripts that commands start."""
