"""Which versions of Terraform and its providers a root module allows."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.repo.infrastructure.hcl import Expression
from seatrial.repo.infrastructure.tfmodules import Module

Version = tuple[int, int]
LOCKS_IN_S3: Version = (1, 10)
"""First Terraform (and OpenTofu) whose S3 backend locks without DynamoDB."""
_PIN_FILES = (
    ".terraform-version",
    ".opentofu-version",
    ".tool-versions",
    "mise.toml",
    ".mise.toml",
)


def least(module: Module, site: Site[object]) -> Version | None:
    """The oldest Terraform that the pins allow, None when nothing pins it."""
    found = [_lower(module.required_version), *_pinned(module, site)]
    known = [version for version in found if version]
    return max(known) if known else None


def is_pinned(module: Module, site: Site[object]) -> bool:
    """True when something says which Terraform runs."""
    return module.required_version is not None or any(_pinned(module, site))


def loose_providers(module: Module) -> Iterator[tuple[str, Place]]:
    """What is wrong with the constraint of each provider that takes any newer version."""
    for provider in module.required_providers:
        if not provider.version:
            yield f"provider {provider.name} has no version", provider.place
        elif _is_open(provider.version):
            yield f"provider {provider.name} takes any newer version", provider.place


def _is_open(constraint: str) -> bool:
    parts = [p.strip() for p in constraint.split(",")]
    return all(p.startswith((">", "!=")) for p in parts)


def _lower(constraint: Expression | None) -> Version | None:
    written = constraint.constant if constraint else None
    if not isinstance(written, str):
        return None
    lows = [
        _parsed(part.strip().lstrip("=~> "))
        for part in written.split(",")
        if not part.strip().startswith(("<", "!="))
    ]
    known = [low for low in lows if low]
    return max(known) if known else None


def _parsed(text: str) -> Version | None:
    numbers = text.strip().strip("\"'v").split(".")
    if len(numbers) < 2 or not all(n.isdigit() for n in numbers[:2]):  # noqa: PLR2004 (major.minor)
        return None
    return int(numbers[0]), int(numbers[1])


def _pinned(module: Module, site: Site[object]) -> Iterator[Version]:
    folders = module.folder.split("/")
    for depth in range(len(folders), -1, -1):
        for name in _PIN_FILES:
            file = module.root.files.get("/".join((*folders[:depth], name)).lstrip("/"))
            for line in file.lines if file else ():
                words = line.replace("=", " ").replace('"', " ").split()
                named = not words[:1] or words[0] in {"terraform", "opentofu", "tofu"}
                version = _parsed(words[-1]) if words else None
                if version and (named or not name.endswith(("versions", ".toml"))):
                    yield version
    yield from _of_workflows(module, site)


def _of_workflows(module: Module, site: Site[object]) -> Iterator[Version]:
    for workflow in site.repo.workflows:
        if workflow.file.root is not module.root or "terraform" not in workflow.file.text:
            continue
        for job in workflow.jobs:
            for step in job.all_steps:
                name = step.uses.name.lower() if step.uses else ""
                if name in {"hashicorp/setup-terraform", "opentofu/setup-opentofu"}:
                    for key in ("terraform_version", "tofu_version"):
                        version = _parsed(step.inputs.at(key).text.lstrip("~^>= "))
                        if version:
                            yield version
