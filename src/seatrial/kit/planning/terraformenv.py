"""What a pipeline gives Terraform: variables and credentials, by the names that it uses already."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.repo.infrastructure.tfmodules import Module

_PREFIXES = ("TF_", "AWS_", "ARM_", "GOOGLE_", "LINODE_", "DIGITALOCEAN_", "HCLOUD_")


def given(site: Site[object], module: Module) -> Iterator[tuple[str, str]]:
    """Name and value of what the pipelines of the module's repository hand in now."""
    for workflow in site.repo.workflows:
        if workflow.file.root is not module.root:
            continue
        for job in workflow.jobs:
            if not any(c.program in {"terraform", "tofu"} for c in job.commands):
                continue
            for node in (workflow.node.at("env"), job.node.at("env"), *(s.env for s in job.steps)):
                for name, value in node.pairs():
                    if name.startswith(_PREFIXES):
                        yield name, value.text
