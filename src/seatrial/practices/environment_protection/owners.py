"""Who has to review a change of the pipelines: a line of CODEOWNERS."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.releases import releases
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Wish
from seatrial.model.edit import InsertText
from seatrial.practices.environment_protection.merging import OWNERS, is_whole
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.files import File, Root

_NEW = ".github/CODEOWNERS"


def owned(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the line that gives workflows that release an owner; nobody is invented."""
    roots = dict.fromkeys(release.job.workflow.file.root for release in releases(site))
    for root in roots:
        file = next((root.files[path] for path in OWNERS if path in root.files), None)
        rules = _rules(file) if file else []
        if any(is_whole(words) for words in rules):
            continue
        owners = _owners(site, rules)
        if not owners:
            yield _nobody(root, file)
            continue
        path = file.path if file else _NEW
        # Of the rules that match the last one counts.
        line = InsertText(f"/.github/ {' '.join(owners)}\n")
        why = "whoever may merge could change the pipeline that deploys, and with it every gate"
        yield Edit(root.name, path, (line,), why)


def _rules(file: File) -> list[list[str]]:
    lines = (line.partition(" #")[0].strip() for line in file.lines)
    return [line.split() for line in lines if line and not line.startswith("#")]


def _owners(site: Site[Settings], rules: list[list[str]]) -> tuple[str, ...]:
    """The approvers of the settings; without any the owners that every rule names."""
    named = tuple(f"@{name.removeprefix('@')}" for name in site.settings.approvers)
    told = {tuple(words[1:]) for words in rules if words[1:]}
    return named or (told.pop() if len(told) == 1 else ())


def _nobody(root: Root, file: File | None) -> Leave:
    hint = "name `approvers` of environment-protection in seatrial.yaml"
    what = f"{file.path} names no owner of .github/" if file else f"{root.name} has no CODEOWNERS"
    return Leave(
        f"{what}, and nothing says who it should be: {hint}", file.place() if file else None
    )
