"""`python -m seatrial` is the command `seatrial`."""

from seatrial.cli.main import script

if __name__ == "__main__":
    script()
