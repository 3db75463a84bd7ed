"""The command `seatrial`: decides what to import, and nothing else until that is decided."""

import sys


def run() -> None:
    """Run the command line of this process and exit with its code."""
    words = sys.argv[1:]
    if words in (["--version"], ["-V"], ["version"]):
        from seatrial import __version__

        sys.stdout.write(f"seatrial {__version__}\n")
        sys.exit(0)
    try:
        from seatrial.cli.command import obey

        code = obey(words)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        code = 130
    sys.exit(code)
