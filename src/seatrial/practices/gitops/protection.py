"""What holds data in a chart is never pruned or deleted by Argo CD."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.targets import targets
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import FileEdit, InsertText
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.files import File

_NOTE: Final = "argocd.argoproj.io/sync-options"
_KINDS: Final = ("PersistentVolumeClaim",)
_HEAD: Final = re.compile(r"^kind:[ ]*(\w+)[ ]*\nmetadata:[ ]*\n(  name:[^\n]*\n)", re.MULTILINE)


def protections(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the edits of templates that hold volumes."""
    seen: set[str] = set()
    for target in targets(site):
        for file in target.chart.templates:
            if file.path in seen or file.suffix not in {".yaml", ".yml"}:
                continue
            seen.add(file.path)
            yield from _of_file(file)


def _of_file(file: File) -> Iterator[Wish]:
    made: list[FileEdit] = []
    for document in re.split(r"^---[^\n]*\n", file.text, flags=re.MULTILINE):
        if not any(re.search(rf"^kind:[ ]*{kind}[ ]*$", document, re.MULTILINE) for kind in _KINDS):
            continue
        if _NOTE in document or "helm.sh/resource-policy: keep" in document:
            continue
        head = _HEAD.search(document)
        plain = head and not re.search(r"^  annotations:", document, re.MULTILINE)
        if head and plain and file.text.count(head.group()) == 1:
            made.append(
                InsertText(f"  annotations:\n    {_NOTE}: Prune=false,Delete=false\n", head.group())
            )
        else:
            yield Leave(
                f"annotate the volume in {file.path} with `{_NOTE}: Prune=false,Delete=false`:"
                " Argo CD shall never delete its data",
                file.place(file.line_of("PersistentVolumeClaim")),
            )
    if made:
        yield Edit(
            file.root.name,
            file.path,
            tuple(made),
            f"Argo CD never deletes the data of {file.path}, whatever disappears from git",
            Risk.LOW,
        )
