"""What a pipeline gives Terraform: variables and credentials, by the names that it uses already."""

from __future__ import annotations

from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.tfmodules import Module

_PREFIXES = ("TF_", "AWS_", "ARM_", "GOOGLE_", "LINODE_", "DIGITALOCEAN_", "HCLOUD_")


@struct
class Given:
    """Environment variables of a Terraform run.

    Attributes:
        env: name and value as a workflow writes it (`${{ secrets.X }}`), in order.
    """

    env: tuple[tuple[str, str], ...] = ()

    def with_(self, other: Given) -> Given:
        """Both; what is here already wins."""
        known = dict(other.env) | dict(self.env)
        return Given(tuple(sorted(known.items())))


def given(site: Site[object], module: Module) -> Given:
    """What the pipelines of the module's repository give Terraform now."""
    found: dict[str, str] = {}
    for workflow in site.repo.workflows:
        if workflow.file.root is not module.root:
            continue
        for job in workflow.jobs:
            if not any(c.program in {"terraform", "tofu"} for c in job.commands):
                continue
            for node in (workflow.node.at("env"), job.node.at("env"), *(s.env for s in job.steps)):
                for name, value in node.pairs():
                    if name.startswith(_PREFIXES):
                        found.setdefault(name, value.text)
    return Given(tuple(sorted(found.items())))
