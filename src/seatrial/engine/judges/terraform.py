"""Terraform's own formatting and, where the providers are at hand, its validation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from seatrial.engine.judges.trial import Opinion, Result, Trial, find_tool, hung, not_there, run

_HOW = "see developer.hashicorp.com/terraform/install"


def formatting(trial: Trial) -> Iterator[Opinion]:
    """Touched files that `terraform fmt` would change."""
    name = "terraform fmt"
    files = list(trial.files(".tf", ".tfvars"))
    tool = find_tool("terraform") or find_tool("tofu")
    if files and tool is None:
        yield not_there(name, _HOW)
        return
    for shown, file in files:
        done = run([tool or "", "fmt", "-check", "-diff", file.name], file.parent)
        if done is None:
            yield hung(name)
        elif done.returncode:
            said = (done.stdout + done.stderr).strip().splitlines()
            yield Opinion(name, Result.FOUND, " ".join(said[:8]), shown)


def validation(trial: Trial) -> Iterator[Opinion]:
    """`terraform validate` of the touched modules; it needs the providers of an `init`."""
    name = "terraform validate"
    modules = sorted(
        {
            (repository, str(PurePosixPath(path).parent))
            for repository, path in trial.touched
            if path.endswith(".tf")
        }
    )
    tool = find_tool("terraform") or find_tool("tofu")
    if modules and tool is None:
        yield not_there(name, _HOW)
        return
    for repository, path in modules:
        folder = trial.folders[repository] / path
        begun = run([tool or "", "init", "-backend=false", "-input=false"], folder)
        if begun is None or begun.returncode:
            yield Opinion(
                name, Result.NOT_RUN, "its providers cannot be had", f"{repository}/{path}"
            )
            continue
        done = run([tool or "", "validate", "-no-color"], folder)
        if done is None:
            yield hung(name)
        elif done.returncode:
            said = " ".join((done.stderr + done.stdout).split())[:400]
            yield Opinion(name, Result.FOUND, said, f"{repository}/{path}")
