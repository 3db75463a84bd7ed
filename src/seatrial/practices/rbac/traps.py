"""Traps of roles and bindings: more than they say, or less than is needed."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.rbac import ALL, escalations, starts_pods
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.rbac.accounts import identities
from seatrial.practices.rbac.cloud import cloud_roles
from seatrial.practices.rbac.delivery import shortfalls
from seatrial.practices.rbac.google import given
from seatrial.practices.rbac.grants import grants, roles
from seatrial.practices.rbac.settings import Settings
from seatrial.practices.rbac.tokens import lasting_keys, lasting_tokens

_EVERYBODY = frozenset({"system:anonymous", "system:unauthenticated", "system:authenticated"})


@check("rbac/wildcard", severity=Severity.HIGH)
def wildcard(site: Site[Settings]) -> Iterator[Observation]:
    """A role allows everything of a kind by `*`.

    Why: a wildcard also covers what is added later, secrets and subresources included.
    Fix: name the verbs and resources; `seatrial rbac derive` prints them.
    """
    found = []
    for declared in roles(site):
        for rule in declared.role.rules:
            parts = [
                word
                for word, values in (("verbs", rule.verbs), ("resources", rule.resources))
                if ALL in values
            ]
            if "resources" in parts or (parts and ALL in rule.groups):
                found.append(
                    fault(
                        declared.place,
                        f"{declared.shown} has `*` for {' and '.join(parts)}",
                        environments=declared.environments,
                    )
                )
                break
    yield from joined(found)


@check("rbac/escalation", severity=Severity.HIGH)
def escalation(site: Site[Settings]) -> Iterator[Observation]:
    """A grant can be turned into more rights than it says.

    Why: `escalate`, `bind`, `impersonate`, tokens of others, the node's API and exec into pods are
    ways to whatever the others hold.
    Fix: take the verb out of the role, or limit it by `resourceNames`.
    """
    found = []
    for grant in grants(site):
        if grant.grants_everything:
            continue
        for path in escalations(grant.rules):
            severity = Severity.HIGH if path.grave or grant.is_cluster_wide else Severity.MEDIUM
            found.append(
                fault(
                    grant.place,
                    f"{grant.shown} gives {grant.who} `{path.grant}`: who holds it {path.gains}",
                    environments=grant.environments,
                    severity=severity,
                )
            )
    yield from joined(found)


@check("rbac/workload-creates-pods", severity=Severity.HIGH)
def workload_creates_pods(site: Site[Settings]) -> Iterator[Observation]:
    """A workload with a mounted token may start pods.

    Why: whoever breaks into it starts a pod under any other ServiceAccount of the namespace and
    reads that one's secrets.
    Fix: leave starting pods to a controller or to the delivery; otherwise give it a namespace of
    its own.
    """
    mounted = {i.account: i for i in identities(site) if i.mounts is not False}
    for grant in grants(site):
        if grant.grants_everything or not starts_pods(grant.rules):
            continue
        for subject in grant.binding.subjects:
            identity = mounted.get(subject.name) if subject.kind == "ServiceAccount" else None
            if identity:
                yield fault(
                    grant.place,
                    f"{grant.shown} lets {identity.name} start pods with its mounted token",
                    environments=grant.environments,
                    related=(identity.place,),
                )


@check("rbac/open-to-everybody", severity=Severity.CRITICAL)
def open_to_everybody(site: Site[Settings]) -> Iterator[Observation]:
    """A role is bound to everybody who reaches the API server.

    Why: anonymous and merely authenticated users include every pod's token and every scanner.
    Fix: bind the role to the group or ServiceAccount that needs it.
    """
    found = []
    for grant in grants(site):
        names = [s.name for s in grant.binding.subjects if s.name in _EVERYBODY]
        if names and grant.binding.role not in {"system:discovery", "system:public-info-viewer"}:
            found.append(
                fault(
                    grant.place,
                    f"{grant.shown} binds {grant.binding.role} to {names[0]}",
                    environments=grant.environments,
                )
            )
    yield from joined(found)


@check("rbac/lasting-token", severity=Severity.HIGH)
def lasting_token(site: Site[Settings]) -> Iterator[Observation]:
    """A token or key is made that never expires.

    Why: it stays valid until the account is deleted, wherever it was copied to; one that Terraform
    makes stands in the state as well.
    Fix: ask for tokens when they are needed (`kubectl create token`, TokenRequest) or use OIDC.
    """
    for shown, place, environments in lasting_tokens(site):
        yield fault(
            place,
            f"{shown} keeps a ServiceAccount token that never expires",
            environments=environments,
        )
    for shown, place, environments in lasting_keys(site):
        text = f"{shown} is a key that never expires, and the state holds it"
        yield fault(place, text, environments=environments)


@check("rbac/role-too-small", severity=Severity.HIGH, fix="rbac derive")
def role_too_small(site: Site[Settings]) -> Iterator[Observation]:
    """The delivery's Role cannot install the chart.

    Why: the first upgrade that needs what is missing fails in the middle, and somebody answers it
    with cluster-admin.
    Fix: `seatrial rbac derive` prints the Role that the rendered kinds and Helm's records need.
    """
    for short in shortfalls(site):
        yield fault(
            short.grant.place,
            f"{short.grant.shown} cannot install chart {short.chart.name}: it lacks {short.shown}",
            environments=short.grant.environments,
        )


@check("rbac/broad-cloud-role", severity=Severity.HIGH)
def broad_cloud_role(site: Site[Settings]) -> Iterator[Observation]:
    """Terraform gives an identity the cloud's widest role.

    Why: an owner can read every secret, delete every database and give the role on.
    Fix: name the roles that the identity needs.
    """
    told = {one.place for one in given(site) if one.is_admin and one.pipelines}
    for role in cloud_roles(site):
        if role.is_broad and role.role_place not in told:
            yield fault(role.place, f"Terraform grants {role.what}", environments=role.environments)


@check("rbac/dangling-role", severity=Severity.MEDIUM)
def dangling_role(site: Site[Settings]) -> Iterator[Observation]:
    """A binding names a Role that is not declared.

    Why: it grants nothing today, and everything on the day when somebody creates that name.
    Fix: declare the Role beside the binding, or remove the binding.
    """
    known = {d.role.name for d in roles(site)}
    found = []
    for grant in grants(site):
        binding = grant.binding
        named = binding.role_kind == "Role" and binding.role and "$" not in binding.role
        if named and known and binding.role not in known:
            found.append(
                fault(
                    grant.place,
                    f"{grant.shown} names Role/{binding.role}, which nothing declares",
                    environments=grant.environments,
                )
            )
    yield from joined(found)
