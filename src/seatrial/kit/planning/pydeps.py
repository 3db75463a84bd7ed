"""A library more for a Python application, where it declares the ones that it has."""

from __future__ import annotations

from seatrial.model.change import Edit, Leave
from seatrial.model.edit import EnsureLine
from seatrial.repo.files import File, Root


def require(root: Root, requirement: str, why: str) -> Edit | Leave:
    """Add an exact requirement to `requirements.txt`; what that is not possible for is left."""
    name = requirement.partition("==")[0]
    file = _requirements(root)
    if file is None:
        text = f"add {requirement} to the application's dependencies and lock them again"
        return Leave(text)
    if "--hash=" in file.text:
        text = f"add {requirement} to the dependencies and compile {file.path} again"
        return Leave(text, file.place())
    there = [line for line in file.lines if line.lower().startswith(f"{name}=")]
    return Edit(root.name, file.path, (EnsureLine(there[0] if there else requirement),), why)


def _requirements(root: Root) -> File | None:
    names = ("requirements.txt", "requirements/base.txt", "requirements/production.txt")
    return next((root.files[n] for n in names if n in root.files), None)
