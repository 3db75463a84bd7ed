"""Which files are Terraform's, told by their names alone, so that nothing need be read."""

from __future__ import annotations

from typing import Final

from seatrial.model.struct import field, struct
from seatrial.repo.files import File, Root

UNIT: Final = "terragrunt.hcl"
_LOCK: Final = ".terraform.lock.hcl"
_CODE: Final = (".tofu", ".tofu.json", ".tf", ".tf.json")
_COPIES: Final = frozenset({"backup", "bak", "old", "orig", "save", "copy"})
_READABLE: Final = _COPIES | {"json", "example", "sample", "template", "tmpl", "dist"}
_OTHER_TOOLS: Final = (
    ".pkr.hcl", ".pkrvars.hcl", ".lock.hcl", ".tflint.hcl", ".nomad.hcl", ".waypoint.hcl",
    ".tftest.hcl", ".tofutest.hcl", ".tfquery.hcl", ".tfcomponent.hcl", ".tfdeploy.hcl",
    ".stack.hcl", ".tfbackend.hcl", "backend.hcl", "docker-bake.hcl",
)  # fmt: skip


@struct(eq=False, frozen=False)
class Names:
    """Files of one repository by kind.

    Attributes:
        code: by folder.
        locks: `.terraform.lock.hcl` by folder.
        grunts: Terragrunt's, and what they may include.
    """

    root: Root
    code: dict[str, list[File]] = field(default_factory=dict)
    tfvars: list[File] = field(default_factory=list)
    states: list[File] = field(default_factory=list)
    plans: list[File] = field(default_factory=list)
    locks: dict[str, File] = field(default_factory=dict)
    grunts: list[File] = field(default_factory=list)

    def __bool__(self) -> bool:
        """True when there is any Terraform."""
        return bool(self.code or self.tfvars or self.states or self.plans or self.grunts)


def sort(root: Root) -> Names:
    """Sort the files of a repository."""
    names = Names(root)
    for file in root.files.values():
        name = file.name
        if name.endswith(_CODE):
            names.code.setdefault(file.folder, []).append(file)
        elif ".tfvars" in name and _is_tfvars(name):
            names.tfvars.append(file)
        elif ".tfstate" in name and is_state(name):
            names.states.append(file)
        elif name == _LOCK:
            names.locks[file.folder] = file
        elif _is_terragrunt(name):
            names.grunts.append(file)
        elif _is_plan(name):
            names.plans.append(file)
    if not any(f.name == UNIT for f in names.grunts):
        # Without a unit the other HCL files are somebody else's (Vault policies, Consul).
        names.grunts.clear()
    return names


def _is_plan(name: str) -> bool:
    low = name.lower()
    stem = low.removesuffix(".json").removesuffix(".out").removesuffix(".txt")
    return (
        low.endswith(".tfplan")
        or stem in {"tfplan", "plan.tfplan", "terraform.plan"}
        or (low in {"plan.out", "tf.plan"})
    )


def is_state(name: str) -> bool:
    """True for the name of a state file or a copy of one."""
    _, found, rest = name.lower().partition(".tfstate")
    parts = [p for p in rest.split(".") if p]
    return bool(found) and all(p in _COPIES or p.isdigit() or p == "json" for p in parts)


def _is_tfvars(name: str) -> bool:
    # An encrypted one (`.tfvars.enc`, `.tfvars.gpg`) cannot be read.
    rest = [p for p in name.lower().partition(".tfvars")[2].split(".") if p]
    return all(part in _READABLE for part in rest)


def _is_terragrunt(name: str) -> bool:
    return name.endswith(".hcl") and not name.endswith(_OTHER_TOOLS)
