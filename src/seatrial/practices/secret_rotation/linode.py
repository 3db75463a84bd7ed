"""The Linode API token of a repository's pipelines, replaced on a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.render import render
from seatrial.kit.planning.tfsecrets import secret_name, secret_variables
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.practices.secret_rotation.rotations import rotations
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.files import Root

_SCRIPT: Final = ".github/scripts/rotate-linode-token.sh"
APP_KEY: Final = "ROTATION_APP_KEY"
"""Secret with the key of the GitHub App that may write secrets."""
_WEEKS: Final = 2
"""Slack before a token's end, for a run that failed and one that mends it."""


def linode_token(site: Site[Settings], root: Root) -> str:
    """Name of the secret that holds the token; empty where pipelines have none."""
    for module in site.repo.terraform.roots:
        if module.root is root and not module.is_example:
            for variable in secret_variables(site, module):
                if "linode" in variable.lower() and "token" in variable.lower():
                    return secret_name(variable)
    for workflow in site.repo.workflows:
        for job in workflow.jobs if workflow.file.root is root else ():
            for name, _ in job.secrets if not job.is_off else ():
                if name.upper() in {"LINODE_TOKEN", "LINODE_CLI_TOKEN", "LINODE_API_TOKEN"}:
                    return name
    return ""


def linode(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the workflow and its script for each repository that uses such a token."""
    if rotations(site):
        return
    for root in site.repo.roots:
        secret = linode_token(site, root)
        if not secret:
            continue
        days = site.settings.token_days
        months = "*" if days < 62 + 7 * _WEEKS else "*/2"
        environments = " ".join([*(e.name for e in site.environments), "rotation"])
        reason = f"{secret} is replaced before it is {days} days old, and tried before the old goes"
        yield Generate(
            root.name,
            workflow_path(root, "rotate-linode-token"),
            render(
                "secret_rotation",
                ".github/workflows/rotate-linode-token.yaml.j2",
                months=months,
                secret=secret,
                environments=environments,
            ),
            reason,
        )
        text = render("secret_rotation", f"{_SCRIPT}.j2", days=days)
        yield Generate(root.name, _SCRIPT, text, reason, executable=True)
        yield Leave(
            "make a GitHub App that may write secrets and environments, install it on the"
            " repository, and give the environment rotation its id (variable ROTATION_APP_ID), its"
            f" key (secret ROTATION_APP_KEY) and {secret}"
        )
