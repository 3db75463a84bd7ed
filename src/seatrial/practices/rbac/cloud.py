"""Cloud identities that Terraform declares: keyless, narrow, and those that may do all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.rbac.statements import statements
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module


@struct(eq=False)
class CloudRole:
    """A role that Terraform gives to somebody.

    Attributes:
        what: the role or policy, in the cloud's words.
        is_broad: True for an owner, an administrator or a wildcard.
        is_keyless: True when it is held through OIDC or workload identity.
        role_place: the line that names the role, where it stands by itself.
    """

    what: str
    place: Place
    environments: tuple[str, ...]
    is_broad: bool = False
    is_keyless: bool = False
    role_place: Place | None = None


_BROAD: Final = frozenset(
    {
        "roles/owner",
        "roles/editor",
        "roles/container.admin",
        "roles/container.clusterAdmin",
        "roles/resourcemanager.projectIamAdmin",
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
    "aws_iam_user_policy_attachment",
    "aws_iam_group_policy_attachment",
    "aws_eks_access_policy_association",
)


@once
def cloud_roles(site: Site[object]) -> tuple[CloudRole, ...]:
    """All of them."""
    return (
        *_given(site),
        *_keyless(site),
        *_of_modules(site),
        *_trusts(site),
        *_policies(site),
        *_attached(site),
    )


def _given(site: Site[object]) -> Iterator[CloudRole]:
    for module, block in resources(site, *_ROLES):
        names = ("role", "role_definition_name", "policy_arn")
        for name in _texts(module, block, *names):
            shown = name.rpartition(":")[2].removeprefix("policy/")
            shown = block.address if "$" in name else shown
            shown += " on the subscription" if _is_subscription(block) else ""
            yield CloudRole(
                shown,
                block.place,
                scope_at(site, block.place),
                _is_broad(block, name),
                name == "roles/iam.workloadIdentityUser",
                written.place if (written := block.attr("role")) else None,
            )


def _is_broad(block: Block, name: str) -> bool:
    everywhere = name == "Contributor" and _is_subscription(block)
    return everywhere or name in _BROAD or name.rpartition("/")[2] in _BROAD_POLICIES


def _is_subscription(block: Block) -> bool:
    scope = block.attr("scope")
    written = scope.text if scope else ""
    by_id = "/subscriptions/" in written and "resourceGroups" not in written
    return by_id or ("azurerm_subscription" in written and "resourceGroups" not in written)


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
    from seatrial.repo.infrastructure.tflimits import limit

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
    """Trust policies that take a token of a pipeline or of a cluster."""
    for one in statements(site):
        if one.is_trust and "sts:AssumeRoleWithWebIdentity" in one.actions:
            yield CloudRole(one.holder, one.place, one.environments, is_keyless=True)


def _policies(site: Site[object]) -> Iterator[CloudRole]:
    """Own policies: those that allow every action on everything, and those that name actions."""
    for one in statements(site):
        if not one.is_identity:
            continue
        if "*" in one.actions and "*" in one.targets and not one.conditions:
            what = f"{one.holder} (every action)"
            yield CloudRole(what, one.place, one.environments, is_broad=True)
        elif one.actions and not any("*" in a for a in one.actions) and "*" not in one.targets:
            yield CloudRole(f"{one.holder} (named actions)", one.place, one.environments)


def _attached(site: Site[object]) -> Iterator[CloudRole]:
    """Administrators' policies that a role or a module of one lists."""
    for module in live_modules(site):
        blocks = [b for b in resources_of(module, "aws_iam_role") if b.attr("managed_policy_arns")]
        blocks += [c.block for c in module.calls if "iam" in c.source]
        for block in blocks:
            for name in ("managed_policy_arns", "role_policy_arns", "policies", "policy_arns"):
                written = block.attr(name)
                hit = next((p for p in _BROAD_POLICIES if written and f"/{p}" in written.text), "")
                if written and hit:
                    scope = scope_at(site, block.place)
                    yield CloudRole(hit, written.place, scope, is_broad=True)


def resources_of(module: Module, kind: str) -> tuple[Block, ...]:
    """Resources of exactly this type that are not switched off."""
    from seatrial.repo.infrastructure.tflimits import limit

    return tuple(
        b for b in module.resources(kind) if b.labels[0] == kind and not limit(module, b).off
    )
