"""Terraform and OpenTofu in the repositories: modules, states, variables, plans, Terragrunt.

The types stand in `tfmodules`, `tfvars`, `tfstate`, `tfhelm`, `tflimits` and `terragrunt`; they are
imported when something is asked, so that a repository without Terraform costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from seatrial.repo.files import File, Root
from seatrial.repo.infrastructure import tfnames
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.hcl import Block
    from seatrial.repo.infrastructure.terragrunt import Terragrunt
    from seatrial.repo.infrastructure.tfhelm import HelmRelease as HelmRelease  # noqa: PLC0414 (repo.repository names it from here)
    from seatrial.repo.infrastructure.tfhelm import Manifest
    from seatrial.repo.infrastructure.tflimits import Limit
    from seatrial.repo.infrastructure.tfmodules import Module
    from seatrial.repo.infrastructure.tfstate import StateFile
    from seatrial.repo.infrastructure.tfvars import TfVars

__all__ = ["UNRESOLVED", "Terraform", "helm_releases", "limit", "manifests", "read"]


class Terraform:
    """Everything of Terraform in the repositories; each kind is read when it is first asked for."""

    def __init__(self, roots: Sequence[Root]) -> None:
        """Sort files by name; nothing is read."""
        self._names = [tfnames.sort(root) for root in roots]

    def __bool__(self) -> bool:
        """True when there is any Terraform at all."""
        return any(self._names)

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """Every folder with Terraform files, linked to what it calls and what belongs to it."""
        from seatrial.repo.infrastructure.tflinks import linked

        return tuple(
            m
            for names in self._names
            for m in linked(names, self.states, self.tfvars, self._grunts[names.root])
        )

    @property
    def roots(self) -> tuple[Module, ...]:
        """Modules that somebody runs for real: no examples, libraries or called modules."""
        return tuple(m for m in self.modules if m.is_root)

    @cached_property
    def states(self) -> tuple[StateFile, ...]:
        """State files in the repositories."""
        from seatrial.repo.infrastructure import tfstate

        return tuple(tfstate.read(f) for names in self._names for f in names.states)

    @cached_property
    def tfvars(self) -> tuple[TfVars, ...]:
        """Files of variable values, samples included (see `TfVars.is_example`)."""
        from seatrial.repo.infrastructure.tfvars import TfVars

        return tuple(TfVars(f) for names in self._names for f in names.tfvars)

    @property
    def plans(self) -> tuple[File, ...]:
        """Saved plans: they hold values in plain text as states do."""
        return tuple(f for names in self._names for f in names.plans)

    @property
    def lock_files(self) -> tuple[File, ...]:
        """`.terraform.lock.hcl` files."""
        return tuple(f for names in self._names for f in names.locks.values())

    @cached_property
    def terragrunt(self) -> tuple[Terragrunt, ...]:
        """Terragrunt files: units, and what they may include."""
        return tuple(g for by_path in self._grunts.values() for g in by_path.values())

    @property
    def units(self) -> tuple[Terragrunt, ...]:
        """Terragrunt files that run something, each with a state of its own."""
        return tuple(g for g in self.terragrunt if g.is_unit)

    def backend_of(self, run: Module | Terragrunt) -> Block | None:
        """Backend of a module or unit, also one that Terragrunt generates.

        A module that several units run has one only when all of them have one.
        """
        from seatrial.repo.infrastructure.tflinks import backend

        root = run.root
        modules = [m for m in self.modules if m.root is root]
        return backend(run, self._grunts[root], modules)

    @cached_property
    def _grunts(self) -> dict[Root, dict[str, Terragrunt]]:
        from seatrial.repo.infrastructure.terragrunt import Terragrunt

        return {n.root: {f.path: Terragrunt(f) for f in n.grunts} for n in self._names}


def read(roots: Sequence[Root]) -> Terraform:
    """View of all Terraform files; costs one look at the names until something is asked."""
    return Terraform(roots)


def helm_releases(terraform: Terraform) -> tuple[HelmRelease, ...]:
    """All `helm_release` resources."""
    if not terraform:
        return ()
    from seatrial.repo.infrastructure import tfhelm

    return tfhelm.helm_releases(terraform.modules)


def manifests(terraform: Terraform) -> tuple[Manifest, ...]:
    """All manifest resources; typed ones (`kubernetes_deployment`) are in `Module.resources`."""
    if not terraform:
        return ()
    from seatrial.repo.infrastructure import tfhelm

    return tfhelm.manifests(terraform.modules)


def limit(module: Module, block: Block) -> Limit:
    """Environments that have a resource, by `count`, `for_each` and the calls above."""
    from seatrial.repo.infrastructure import tflimits

    return tflimits.limit(module, block)
