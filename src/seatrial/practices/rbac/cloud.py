"""Cloud identities that Terraform declares: keyless, narrow, and those that may do all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.installs import live_modules, resources, scope_at
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.hcl import Block
from seatrial.repo.tfmodules import Module


@struct(eq=False)
class CloudRole:
    """A role that Terraform gives to somebody.

    Attributes:
        what: the role or policy, in the cloud's words.
        is_broad: True for an owner, an administrator or a wildcard.
        is_keyless: True when it is held through OIDC or workload identity.
    """

    what: str
    place: Place
    environments: tuple[str, ...]
    is_broad: bool = False
    is_keyless: bool = False


_BROAD: Final = frozenset(
    {
        "roles/owner",
        "roles/editor",
        "roles/container.admin",
        "Owner",
        "User Access Administrator",
        "Azure Kubernetes Service RBAC Cluster Admin",
    }
)
_BROAD_POLICIES: Final = ("AdministratorAccess", "IAMFullAccess", "AmazonEKSClusterAdminPolicy")
_KEYLESS_MODULES: Final = (
    "iam-assumable-role-with-oidc",
    "iam-role-for-service-accounts",
    "iam-github-oidc-role",
    "eks-pod-identity",
    "workload-identity",
    "gh-oidc",
)
_KEYLESS: Final = (
    "aws_eks_pod_identity_association",
    "google_iam_workload_identity_pool_provider",
    "azurerm_federated_identity_credential",
    "azuread_application_federated_identity_credential",
)
_ROLES: Final = (
    "google_project_iam_member",
    "google_project_iam_binding",
    "google_service_account_iam_",
    "azurerm_role_assignment",
    "aws_iam_role_policy_attachment",
    "aws_eks_access_policy_association",
)


@once
def cloud_roles(site: Site[object]) -> tuple[CloudRole, ...]:
    """All of them."""
    return (*_given(site), *_keyless(site), *_of_modules(site), *_trusts(site), *_policies(site))


def _given(site: Site[object]) -> Iterator[CloudRole]:
    for module, block in resources(site, *_ROLES):
        names = ("role", "role_definition_name", "policy_arn")
        for name in _texts(module, block, *names):
            shown = block.address if "$" in name else name.rpartition(":")[2]
            yield CloudRole(
                shown,
                block.place,
                scope_at(site, block.place),
                name in _BROAD or name.rpartition("/")[2] in _BROAD_POLICIES,
                name == "roles/iam.workloadIdentityUser",
            )


def _texts(module: Module, block: Block, *names: str) -> Iterator[str]:
    # The role of an AWS attachment is who gets it; its policy is what it gets.
    wanted = names[2:] if block.labels[0].startswith("aws_") else names[:2]
    for name in wanted:
        text = module.text(block.attr(name))
        if text:
            yield text


def _keyless(site: Site[object]) -> Iterator[CloudRole]:
    for _, block in resources(site, *_KEYLESS):
        yield CloudRole(block.address, block.place, scope_at(site, block.place), is_keyless=True)


def _of_modules(site: Site[object]) -> Iterator[CloudRole]:
    from seatrial.repo.tflimits import limit

    for module in live_modules(site):
        for call in module.calls:
            if (
                any(m in call.source for m in _KEYLESS_MODULES)
                and not limit(module, call.block).off
            ):
                yield CloudRole(
                    call.block.address, call.place, scope_at(site, call.place), is_keyless=True
                )


def _trusts(site: Site[object]) -> Iterator[CloudRole]:
    """Trust policies that take a token of GitHub or of a cluster."""
    for module in live_modules(site):
        for block in module.data("aws_iam_policy_document"):
            for statement in block.children("statement"):
                actions = module.resolve(statement.attr("actions"))
                if isinstance(actions, list) and "sts:AssumeRoleWithWebIdentity" in actions:
                    yield CloudRole(
                        block.address, block.place, scope_at(site, block.place), is_keyless=True
                    )


def _policies(site: Site[object]) -> Iterator[CloudRole]:
    """Own policies that allow every action on everything."""
    for module in live_modules(site):
        for block in module.data("aws_iam_policy_document"):
            for statement in block.children("statement"):
                actions = module.resolve(statement.attr("actions"))
                targets = module.resolve(statement.attr("resources"))
                if (
                    actions == ["*"]
                    and targets == ["*"]
                    and module.text(statement.attr("effect")) in {"", "Allow"}
                ):
                    yield CloudRole(
                        f"{block.address} (every action)",
                        statement.place,
                        scope_at(site, block.place),
                        is_broad=True,
                    )
