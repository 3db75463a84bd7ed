"""The command `seatrial`: decides what to import, and nothing else until that is decided."""

import sys


def script() -> None:
    """Run the command line and end the process at once.

    An audit lives for a third of a second and keeps what it makes: collecting garbage meanwhile,
    and taking everything apart at the end, would be a tenth of that for nothing.
    """
    import gc
    import os

    gc.disable()
    try:
        run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    else:
        code = 0
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # The reader is gone (`seatrial audit | head`); there is nobody left to tell.
            continue
    os._exit(code)


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
