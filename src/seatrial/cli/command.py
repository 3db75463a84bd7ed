"""From the first word to the module that obeys it; every error ends here as two lines."""

from __future__ import annotations

import importlib
import sys
from typing import Final

from seatrial.cli.screen import Screen
from seatrial.model.errors import SeatrialError, UsageError

COMMANDS: Final = {
    "audit": "which of the 20 practices are there, with file and line",
    "plan": "what has to change for the practices to be in place, as a diff",
    "apply": "carry that out: in the work tree, on a branch, as a pull request",
    "resume": "go on with a run that was cut",
    "undo": "take a run back",
    "runs": "the runs that are kept",
    "report": "the audit, written to one self-contained HTML file",
    "explain": "why a rule or a practice exists and what to do",
    "practices": "the list of practices",
    "init": "write a seatrial.yaml with what was found",
    "schema": "JSON Schema of the audit's JSON or of seatrial.yaml",
}
"""Each word is a module of this package."""

LATER: Final = frozenset(
    "prove serve verify deploy rollback promote canary env state secrets"
    " backup alerts logs scan drift cost rbac dr mesh load regions dev preview evidence".split()
)
"""Words of the design that this version does not have."""

INTERNAL: Final = 3
"""Exit code of a fault of ours: the question stays open."""


def obey(words: list[str]) -> int:
    """Carry out a command line; returns the exit code, never raises but for an interrupt."""
    screen = Screen(debug="--debug" in words)
    try:
        code = _dispatch(words, screen)
        sys.stdout.flush()
    except SeatrialError as error:
        screen.complain(error)
        return error.exit_code
    except BrokenPipeError:
        return _quietly()
    except Exception as error:  # noqa: BLE001 (a fault of ours is said in two lines)
        if screen.debug:
            import traceback

            # The exception's own text stays out: it may quote what stands in a file.
            frames = traceback.format_tb(error.__traceback__)
            screen.say("".join(("Traceback (most recent call last):\n", *frames)), whole=True)
        screen.complain(_internal(error))
        return INTERNAL
    return code


def _dispatch(words: list[str], screen: Screen) -> int:
    if not words or words[0] in {"-h", "--help", "help"}:
        from seatrial.cli.manual import overview

        if words[1:2] and words[0] == "help" and words[1] in COMMANDS:
            return _dispatch([words[1], "--help"], screen)
        screen.write(overview(COMMANDS))
        return 0
    name = words[0]
    if name not in COMMANDS:
        raise _unknown(name, words)
    module = importlib.import_module(f"seatrial.cli.{name}")
    code: int = module.obey(words[1:], screen)
    return code


def _unknown(name: str, words: list[str]) -> UsageError:
    import difflib

    if name.startswith("-"):
        command = next((word for word in words if word in COMMANDS), "audit")
        hint = f"flags stand after the command: seatrial {command} {name}"
        return UsageError(f"no command before {name}", hint=hint)
    if name in LATER:
        hint = "this version has " + ", ".join(COMMANDS)
        return UsageError(f"`seatrial {name}` is not in this version yet", hint=hint)
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean seatrial {close[0]}?" if close else "see `seatrial --help`"
    return UsageError(f"no command is called {name!r}", hint=hint)


def _internal(error: Exception) -> SeatrialError:
    from seatrial.engine.mishaps import REPORT, where

    message = f"internal error: {type(error).__name__} at {where(error)}"
    return SeatrialError(message, hint=f"this is a fault of seatrial; {REPORT}")


def _quietly() -> int:
    # The reader went away (`seatrial audit | head`): nothing is wrong, and nothing more is said.
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
