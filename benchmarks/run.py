"""Speed as ratios, measured side by side in one run: `make bench`.

Each pair runs in turn (A B A B ...), so that a slow moment of the machine hits both. Quoted is the
median of the ratios pair by pair, with the least and the greatest. Results go to README.md here.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generate import generate

PROJECT = Path(__file__).resolve().parent.parent
BIN = PROJECT / ".venv" / "bin"
PAIR = [str(PROJECT / "examples" / "vmshift"), str(PROJECT / "examples" / "iac-vmshift")]
HELM = "from helm_python import _native; _native.helm_sdk_version()"
CHECKOV = PROJECT / ".venv-checkov"


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds and peak resident memory in MiB."""

    seconds: float
    mebibytes: float


def once(command: list[str]) -> Run:
    """Run a command to its end, its output read and thrown away."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return Run(time.perf_counter() - start, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Pair:
    """Two commands run in turn."""

    ours: list[Run]
    theirs: list[Run]

    def ratios(self) -> list[float]:
        """Our wall time over theirs, pair by pair."""
        return [a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True)]


def paired(ours: list[str], theirs: list[str], runs: int) -> Pair:
    """Run both in turn after one warm-up of each."""
    once(ours)
    once(theirs)
    made = [(once(ours), once(theirs)) for _ in range(runs)]
    return Pair([a for a, _ in made], [b for _, b in made])


def spread(values: list[float], unit: str = "") -> str:
    """Median with least and greatest."""
    return f"{statistics.median(values):.2f}{unit} ({min(values):.2f} to {max(values):.2f})"


def checkov() -> list[str] | None:
    """Checkov in a virtual environment of its own, installed when it is missing."""
    program = CHECKOV / "bin" / "checkov"
    if not program.exists():
        print("installing checkov into its own environment (once, some minutes)", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(CHECKOV)], check=True)
        done = subprocess.run(
            [str(CHECKOV / "bin" / "pip"), "install", "--quiet", "checkov"], check=False
        )
        if done.returncode:
            return None
    return [str(program), "--quiet", "--compact", "--skip-download", "-d", PAIR[0], "-d", PAIR[1]]


def rows() -> list[tuple[str, str, str, str]]:
    """What was measured: name, bound, result, median seconds of both."""
    seatrial = str(BIN / "seatrial")
    audit = [seatrial, "audit", *PAIR]
    found: list[tuple[str, str, str, str]] = []

    def add(name: str, bound: str, pair: Pair, *, inverse: bool = False) -> None:
        ratios = [1 / r for r in pair.ratios()] if inverse else pair.ratios()
        ours = statistics.median(r.seconds for r in pair.ours)
        theirs = statistics.median(r.seconds for r in pair.theirs)
        found.append((name, bound, spread(ratios, "x"), f"{ours:.3f} s, {theirs:.3f} s"))

    pair = paired(audit, [str(BIN / "zizmor"), "--offline", "--quiet", *PAIR], 15)
    add("audit of the example pair / `zizmor --offline`", "at most 4x", pair)
    memory = [r.mebibytes for r in pair.ours]
    found.append(("peak memory of that audit", "below 120 MB", spread(memory, " MiB"), ""))
    library = [once([str(BIN / "python"), "-c", HELM]).mebibytes for _ in range(5)]
    found.append(
        ("Helm's library, in its own process", "(with the above)", spread(library, " MiB"), "")
    )
    plan = paired([seatrial, "plan", *PAIR, "--short"], audit, 15)
    add("plan of the example pair / its audit", "at most 2x", plan)
    version = paired([seatrial, "--version"], [str(BIN / "python"), "-c", "pass"], 15)
    add("`seatrial --version` / `python -c pass`", "at most 5x", version)
    other = checkov()
    if other is None:
        found.append(
            ("`checkov -d` / audit", "at least 15x", "not run: could not be installed", "")
        )
    else:
        add("`checkov -d` / audit", "at least 15x", paired(audit, other, 3), inverse=True)
    found.extend(large(seatrial))
    return found


def large(seatrial: str) -> list[tuple[str, str, str, str]]:
    """A generated repository of 20,000 files, and half of it for the growth."""
    with tempfile.TemporaryDirectory() as folder:
        half, whole = Path(folder, "half"), Path(folder, "whole")
        generate(half, files=10_000, workflows=100, charts=25)
        generate(whole, files=20_000, workflows=200, charts=50)
        pair = paired([seatrial, "audit", str(whole)], [seatrial, "audit", str(half)], 3)
        seconds = [r.seconds for r in pair.ours]
        return [
            ("20,000 files, 200 workflows, 50 charts", "at most 5 s", spread(seconds, " s"), ""),
            ("the same / half of it", "about 2x (linear)", spread(pair.ratios(), "x"), ""),
        ]


def main() -> None:
    """Measure, print, and rewrite the results below the marker of README.md."""
    # As users have it: what Python and Jinja compile stays compiled after the warm-up.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    measured = rows()
    lines = [
        "| what | bound | median (least to greatest) | median wall times |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {a} | {b} | {c} | {d} |" for a, b, c, d in measured]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines += ["", f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine}, by `make bench`."]
    text = "\n".join(lines)
    print(text)
    readme = PROJECT / "benchmarks" / "README.md"
    head, marker, _ = readme.read_text(encoding="utf-8").partition("<!-- results -->")
    readme.write_text(f"{head}{marker}\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
