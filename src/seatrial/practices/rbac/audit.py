"""What the files show of rights: who is bound to what, how pipelines log in, who workloads are."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.joined import joined
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.rbac.accounts import cloud_accounts, identities, needs_token
from seatrial.practices.rbac.cloud import cloud_roles
from seatrial.practices.rbac.cloudtraps import (
    cloud_wildcard,
    exec_enabled,
    open_trust,
    pipeline_role,
    shared_cloud_data,
)
from seatrial.practices.rbac.controllers import controller_as_admin, policy_only_reports
from seatrial.practices.rbac.google import given
from seatrial.practices.rbac.grants import grants, is_narrow, privileged_accounts
from seatrial.practices.rbac.hints import deployed_elsewhere
from seatrial.practices.rbac.logins import logins
from seatrial.practices.rbac.settings import Settings
from seatrial.practices.rbac.spots import listed, runs, where
from seatrial.practices.rbac.traps import (
    broad_cloud_role,
    dangling_role,
    escalation,
    lasting_token,
    open_to_everybody,
    role_too_small,
    wildcard,
    workload_creates_pods,
)

__all__ = [
    "broad_cloud_role", "cloud_wildcard", "cluster_admin", "controller_as_admin", "dangling_role",
    "escalation", "exec_enabled", "lasting_token", "namespace_admin", "no_least_privilege",
    "not_applicable", "open_to_everybody", "open_trust", "pipeline_role", "policy_only_reports",
    "role_too_small", "shared_cloud_data", "shared_identity", "static_login", "token_mounted",
    "wildcard", "workload_creates_pods",
]  # fmt: skip

_NAMED = 3
_RELATED = 12


def not_applicable(site: Site[Settings]) -> str:
    """No cluster and no cloud identity: nobody holds rights that files could show."""
    if _shows_identities(site) or deployed_elsewhere(site):
        return ""
    return "no Kubernetes and no cloud identity in these repositories"


@once
def _shows_identities(site: Site[object]) -> bool:
    keyless = any(not login.is_static for login in logins(site))
    return keyless or has_cluster(site) or bool(cloud_roles(site) or given(site))


@check("rbac/cluster-admin", severity=Severity.CRITICAL, requirement=True)
def cluster_admin(site: Site[Settings]) -> Iterator[Observation]:
    """Somebody holds all rights on the whole cluster.

    Why: one leaked token, one wrong command or one hole in the application owns everything, the
    secrets of all namespaces included.
    Fix: `seatrial apply rbac` derives a Role per namespace from what the charts render and binds
    the identity to that.
    """
    yield from joined(
        fault(
            grant.place,
            f"{grant.shown} gives {grant.who} all rights on the whole cluster"
            f" ({grant.binding.role})",
            environments=grant.environments,
        )
        for grant in grants(site)
        if grant.is_cluster_wide and grant.grants_everything
    )


@check("rbac/namespace-admin", severity=Severity.HIGH)
def namespace_admin(site: Site[Settings]) -> Iterator[Observation]:
    """An identity holds every right in its namespace.

    Why: that includes reading all secrets, running as every ServiceAccount there, and giving the
    rights on.
    Fix: `seatrial rbac derive` prints the Role that the charts need; bind that instead.
    """
    yield from joined(
        fault(
            grant.place,
            f"{grant.shown} gives {grant.who} every right in the namespace"
            f" {grant.binding.namespace} ({grant.binding.role})",
            environments=grant.environments,
        )
        for grant in grants(site)
        if not grant.is_cluster_wide and grant.grants_everything
    )


@check("rbac/no-least-privilege", severity=Severity.HIGH, requirement=True)
def no_least_privilege(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing says what the delivery or a workload may do.

    Why: where no Role is declared, the delivery runs with whatever somebody once gave it by hand,
    which is everything.
    Fix: `seatrial rbac derive` prints the smallest Role that installs the charts; `apply` binds it.
    """
    if not _shows_identities(site):
        yield from elsewhere(site, "the identity that deploys, and its rights")
        return
    kept = joined([*_confined(site), *_cloud_grants(site)])
    if not kept:
        yield fault(where(site), "no Role, binding or cloud role limits what anybody may do")
    yield from kept[:_NAMED]


def _confined(site: Site[Settings]) -> Iterator[Observation]:
    for grant in grants(site):
        if grant.binding.namespace and grant.grants_everything:
            text = f"{grant.shown} confines {grant.who} to the namespace {grant.binding.namespace}"
        elif is_narrow(grant.rules):
            text = f"{grant.shown} gives {grant.who} only what {grant.binding.role} names"
        else:
            continue
        yield met(grant.place, text, environments=grant.environments)


def _cloud_grants(site: Site[Settings]) -> Iterator[Observation]:
    wide = {g.place for g in given(site) if g.is_admin and g.pipelines}
    for role in cloud_roles(site):
        if not role.is_broad and not role.is_keyless and role.role_place not in wide:
            text = f"Terraform grants {role.what}"
            yield met(role.place, text, environments=role.environments)
    for one in given(site):
        if one.on == "project" and one.members and not (one.is_admin or one.pipelines):
            text = f"Terraform gives {one.members[0]} no more than {one.role}"
            yield met(one.place, text, environments=one.environments)


@check("rbac/static-login", severity=Severity.HIGH, requirement=True)
def static_login(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline logs in with a key that does not expire.

    Why: a kubeconfig or cloud key in a secret works from anywhere, for everybody who ever saw it,
    until somebody remembers to revoke it.
    Fix: `seatrial apply rbac` replaces it by OIDC (`id-token: write` and the cloud's login action)
    or by a ServiceAccount token of minutes.
    """
    for login in logins(site):
        if login.is_static:
            yield fault(
                login.place,
                f"job {login.job.id} logs in with {login.what}, a key that does not expire",
            )
        else:
            yield met(login.place, f"job {login.job.id} logs in with {login.what}")
    for role in cloud_roles(site):
        if role.is_keyless:
            yield met(
                role.place,
                f"{role.what} is held without a key (workload identity)",
                environments=role.environments,
            )
    for account in cloud_accounts(site)[:_NAMED]:
        yield met(
            account.place("metadata", "annotations"),
            f"ServiceAccount/{account.name} stands for a cloud identity without a key",
            environments=account.environments,
        )
    if not deployments(site) and _shows_identities(site):
        yield from elsewhere(site, "a static key of the cluster")


@check("rbac/shared-identity", severity=Severity.MEDIUM, requirement=True)
def shared_identity(site: Site[Settings]) -> Iterator[Observation]:
    """Workloads share a ServiceAccount, or run as the namespace's default one.

    Why: what is granted to one of them is granted to all of them, and nobody can tell them apart in
    an audit log or a mesh policy.
    Fix: `seatrial apply rbac` gives each workload a ServiceAccount of its own.
    """
    privileged = privileged_accounts(site)
    default = {i.name: i for i in identities(site) if i.account == "default"}
    if default:
        first = next(iter(default.values()))
        yield fault(
            first.place,
            f"{listed(default)} {runs(default)} as the namespace's default ServiceAccount",
        )
    users: dict[str, dict[str, Place]] = {}
    for identity in identities(site):
        if identity.account != "default":
            users.setdefault(identity.account, {}).setdefault(identity.name, identity.place)
    # The same template gives the account another name in each environment: it is one thing.
    alike = {tuple(names): account for account, names in users.items()}
    for names, account in alike.items():
        place = users[account][names[0]]
        if len(names) > 1:
            yield fault(place, f"{listed(names)} share one ServiceAccount ({account})")
    for names, account in list(alike.items()):
        if account not in privileged:
            place = users[account][names[0]]
            yield met(place, f"{listed(names)} {runs(names)} under ServiceAccount/{account}")


@check("rbac/token-mounted", severity=Severity.LOW, requirement=True)
def token_mounted(site: Site[Settings]) -> Iterator[Observation]:
    """A workload mounts a token of the cluster that it has no use for.

    Why: whoever breaks into the pod finds a working login to the API server in a file.
    Fix: `automountServiceAccountToken: false` on the ServiceAccount or the pod.
    """
    mounting = [
        i
        for i in identities(site)
        if i.mounts and not (i.account != "default" and needs_token(site, i.account))
    ]
    idle = [i.name for i in mounting]
    if idle:
        first, *others = dict.fromkeys(i.manifest.place(*i.manifest.pod_path) for i in mounting)
        yield fault(
            first,
            f"{listed(idle)} {'mounts' if len(set(idle)) == 1 else 'mount'} a ServiceAccount token"
            " without a right that it could use",
            related=tuple(others[:_RELATED]),
        )
    for name, identity in {i.name: i for i in identities(site) if i.mounts is False}.items():
        yield met(identity.place, f"{name} mounts no ServiceAccount token")
        break
