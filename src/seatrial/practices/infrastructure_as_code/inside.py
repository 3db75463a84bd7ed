"""Commands inside Terraform that change a system which Terraform then knows nothing of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.byhand.imperative import change_of
from seatrial.kit.platform.installs import live_modules
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.struct import replace
from seatrial.repo.commands import shell

if TYPE_CHECKING:
    from seatrial.model.place import Place
    from seatrial.repo.commands.command import Command
    from seatrial.repo.infrastructure.hcl import Block
    from seatrial.repo.infrastructure.tfmodules import Module

_CLUSTER: Final = frozenset({"kubectl", "oc", "helm"})
_READS: Final = frozenset(
    "get describe logs wait version config cluster-info top explain list status template repo"
    " dependency show search rollout auth".split()
)
_WRAPPERS: Final = ("//modules/kubectl-wrapper", "//modules/kubectl-fleet-wrapper")
_SHOWN: Final = 3


def terraform(site: Site[object]) -> Iterator[Observation]:
    """Provisioners that change something by command, and modules that wrap kubectl."""
    for module in live_modules(site):
        wrapped = [c for c in module.calls if c.source.endswith(_WRAPPERS)]
        if wrapped:
            names = ", ".join(c.name for c in wrapped[:_SHOWN])
            rest = f" and {len(wrapped) - _SHOWN} more" if len(wrapped) > _SHOWN else ""
            yield fault(
                wrapped[0].place,
                f"module{'s' if len(wrapped) > 1 else ''} {names}{rest}"
                f" run{'' if len(wrapped) > 1 else 's'} kubectl inside"
                " Terraform, whose result no plan shows (instead: manifests in git, or resources"
                " of the kubernetes provider)",
                related=tuple(c.place for c in wrapped[1:_SHOWN]),
            )
        for block in module.resources():
            yield from _provisioned(module, block)


def _provisioned(module: Module, block: Block) -> Iterator[Observation]:
    for provisioner in block.children("provisioner"):
        written = provisioner.attr("command")
        if provisioner.labels[:1] != ("local-exec",) or written is None or _ends(provisioner):
            continue
        for command in shell.parse(module.text(written)).commands:
            told = _changed(command)
            if told:
                place = _place(provisioner, command)
                what = f"{block.address} runs {told} in a provisioner: no plan shows it, and"
                wide = command.program in _CLUSTER and {"-A", "--all-namespaces"} & set(
                    command.argv
                )
                yield fault(
                    place,
                    f"{what} Terraform never notices when it is undone",
                    severity=Severity.HIGH if wide and "delete" in command.argv else None,
                )
                break


def _ends(provisioner: Block) -> bool:
    """True for what tidies up when the resource is destroyed."""
    when = provisioner.attr("when")
    return when is not None and "destroy" in when.text


def _changed(command: Command) -> str:
    """What a command changes, empty when it only reads or waits."""
    if command.program in _CLUSTER:
        verb = command.words[0] if command.words else ""
        reads = not verb or (verb in _READS and command.words[1:2] != ("restart",))
        return "" if reads or "--dry-run" in " ".join(command.argv) else f"{command.program} {verb}"
    change = change_of(command)
    return change.what if change else ""


def _place(provisioner: Block, command: Command) -> Place:
    written = provisioner.attr("command")
    start = written.place if written else provisioner.place
    if written and written.is_heredoc:
        return replace(start, line=start.line + command.line, column=1)
    return start
