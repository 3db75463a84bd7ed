"""Paths that pipelines write with variables in them, and the files that they can mean."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from seatrial.kit.site import Site
from seatrial.repo.files import File
from seatrial.repo.workflows import Job, Step

_SHORTEST: Final = 6
_MAX_FILES: Final = 20


def filled(job: Job, step: Step, written: str) -> str:
    """The path with constants of `env` filled in; what a run computes becomes `*`."""
    for env in (step.env, job.node.at("env"), job.workflow.node.at("env")):
        for name, node in env.pairs():
            if node.text and "${{" not in node.text:
                for form in (f"${{{{ env.{name} }}}}", f"${{{name}}}", f"${name}"):
                    written = written.replace(form, node.text)
    for opening, closing in (("${{", "}}"), ("${", "}")):
        while opening in written:
            head, _, rest = written.partition(opening)
            _, _, tail = rest.partition(closing)
            written = f"{head}*{tail}"
    if "$" in written:
        parts = written.split("/")
        written = "/".join(f"{p.partition('$')[0]}*" if "$" in p else p for p in parts)
    return written


def files_at(site: Site[object], pattern: str, job: Job, *, remote: str) -> Iterator[File]:
    """Yield files of the repositories that a path or a pattern with `*` names.

    Args:
        site: the site.
        pattern: path from the root of the repository that holds it.
        job: its own repository is looked at first.
        remote: name of the repository that was checked out for it, empty for the own one.
    """
    own = job.workflow.file.root
    roots = [own, *(r for r in site.repo.roots if r is not own)]
    if remote:
        roots = roots[1:] or roots
    for root in roots:
        if "*" not in pattern:
            if pattern in root.files:
                yield root.files[pattern]
                return
        elif len(pattern.replace("*", "").replace("/", "")) >= _SHORTEST:
            hits = [f for p, f in root.files.items() if fnmatchcase(p, pattern)]
            yield from hits[:_MAX_FILES]
            if hits:
                return
