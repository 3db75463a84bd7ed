"""Commands that change a system by hand, and what would declare the same."""
