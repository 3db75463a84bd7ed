"""RBAC as an API server decides it, and what a grant lets somebody become.

Pure: objects in, answers out. The semantics agree with recorded decisions of a real API server
(`tests/kit/test_rbac.py`): purely additive; a RoleBinding counts only in its namespace and voids
nonResourceURLs; `*` as a resource covers subresources, `pods` does not cover `pods/log`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from seatrial.model.struct import field, struct

ALL: Final = "*"
SYSTEM_MASTERS: Final = "system:masters"


@struct
class Rule:
    """One rule of a role."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


@struct
class Role:
    """A Role (with a namespace) or a ClusterRole (without one).

    Attributes:
        labels: matched by the selectors of aggregated roles.
        selectors: `matchLabels` of an aggregationRule: rules of matching ClusterRoles are added.
    """

    name: str
    namespace: str
    rules: tuple[Rule, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    selectors: tuple[Mapping[str, str], ...] = ()


@struct
class Subject:
    """Who is bound; a ServiceAccount has a namespace."""

    kind: str
    name: str
    namespace: str = ""

    def covers(self, user: str, groups: Iterable[str]) -> bool:
        """True when this is the user or one of the groups."""
        if self.kind == "ServiceAccount":
            return user == f"system:serviceaccount:{self.namespace}:{self.name}"
        return self.name in groups if self.kind == "Group" else self.name == user


@struct
class Binding:
    """A RoleBinding (with a namespace) or a ClusterRoleBinding (without one)."""

    name: str
    namespace: str
    role_kind: str
    role: str
    subjects: tuple[Subject, ...]


@struct
class Request:
    """A question: may somebody do this?

    Attributes:
        resource: plural; empty for a nonResourceURL.
        name: empty for list, watch, create and deletecollection.
        path: a nonResourceURL.
    """

    verb: str
    resource: str = ""
    group: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""


@struct
class Policy:
    """All roles and bindings that stand in one place."""

    roles: tuple[Role, ...]
    bindings: tuple[Binding, ...]

    def allows(self, user: str, groups: Iterable[str], request: Request) -> bool:
        """What the API server answers."""
        member_of = frozenset(groups)
        if SYSTEM_MASTERS in member_of:
            return True
        for binding in self.bindings:
            if binding.namespace and (request.path or binding.namespace != request.namespace):
                continue
            if not any(s.covers(user, member_of) for s in binding.subjects):
                continue
            if any(permits(rule, request) for rule in self.rules_of(binding)):
                return True
        return False

    def rules_of(self, binding: Binding) -> tuple[Rule, ...]:
        """Rules that a binding grants; none for a role that is not here."""
        namespace = binding.namespace if binding.role_kind == "Role" else ""
        found = (r for r in self.roles if r.name == binding.role and r.namespace == namespace)
        return tuple(rule for role in found for rule in self.aggregated(role))

    def aggregated(self, role: Role, seen: frozenset[str] = frozenset()) -> Iterator[Rule]:
        """Yield the rules of a role with those that its selectors add, circles cut."""
        yield from role.rules
        if not role.selectors or role.name in seen:
            return
        for other in self.roles:
            if not other.namespace and other.name != role.name and _selected(other, role.selectors):
                yield from self.aggregated(other, seen | {role.name})


def permits(rule: Rule, request: Request) -> bool:
    """Whether one rule allows a request, the namespace left aside."""
    if not _in(request.verb, rule.verbs):
        return False
    if request.path:
        return any(_url(url, request.path) for url in rule.urls)
    if not _in(request.group, rule.groups) or not _resource(rule, request):
        return False
    return not rule.names or request.name in rule.names


def _resource(rule: Rule, request: Request) -> bool:
    sub = request.subresource
    wanted = f"{request.resource}/{sub}" if sub else request.resource
    return any(r in {ALL, wanted} or (sub and r == f"*/{sub}") for r in rule.resources)


def _in(word: str, words: tuple[str, ...]) -> bool:
    return ALL in words or word in words


def _url(pattern: str, path: str) -> bool:
    if pattern.endswith(ALL):
        return path.startswith(pattern[:-1])
    return pattern == path


def _selected(role: Role, selectors: tuple[Mapping[str, str], ...]) -> bool:
    return any(
        selector and all(role.labels.get(k) == v for k, v in selector.items())
        for selector in selectors
    )


@struct
class Escalation:
    """A way from a grant to more than it says.

    Attributes:
        grant: what is granted, as a reader would write it (`create pods`).
        gains: the end of the sentence "whoever holds it ...".
        grave: True when it leads to all of the cluster by itself.
    """

    grant: str
    gains: str
    grave: bool = False


_RBAC: Final = "rbac.authorization.k8s.io"
_WRITES: Final = ("create", "update", "patch")
_PATHS: Final[tuple[tuple[tuple[str, ...], str, str, str, bool], ...]] = (
    (("escalate",), _RBAC, "roles clusterroles", "may write itself any right", True),
    (("bind",), _RBAC, "roles clusterroles", "may bind itself to any role", True),
    (
        ("impersonate",),
        "",
        "users groups serviceaccounts",
        "may act as anybody, cluster-admin included",
        True,
    ),
    (("create",), "", "serviceaccounts/token", "may mint tokens of other ServiceAccounts", False),
    (("get", "create"), "", "nodes/proxy", "may run commands in every pod of the node", True),
    (("create",), "", "persistentvolumes", "may mount the node's disk", True),
    (
        ("update", "patch", "approve"),
        "certificates.k8s.io",
        "certificatesigningrequests/approval",
        "may sign itself a client certificate",
        True,
    ),
    (
        _WRITES,
        "admissionregistration.k8s.io",
        "mutatingwebhookconfigurations validatingwebhookconfigurations",
        "may rewrite every object on its way in",
        True,
    ),
    (("create", "get"), "", "pods/exec", "may run commands in every pod it can reach", False),
)


def escalations(rules: Iterable[Rule]) -> tuple[Escalation, ...]:
    """Ways to more rights that rules open; wildcards are left to the caller, who names them."""
    found: dict[str, Escalation] = {}
    for rule in rules:
        for verbs, group, resources, gains, grave in _PATHS:
            held = [v for v in verbs if _in(v, rule.verbs)]
            hit = [r for r in resources.split() if r in rule.resources or _any_sub(r, rule)]
            if held and hit and _in(group, rule.groups) and not rule.names:
                grant = f"{held[0]} {hit[0]}"
                found.setdefault(grant, Escalation(grant, gains, grave))
    return tuple(found.values())


def _any_sub(resource: str, rule: Rule) -> bool:
    return "/" in resource and f"*/{resource.partition('/')[2]}" in rule.resources


def is_everything(rules: Iterable[Rule]) -> bool:
    """True for rules that equal cluster-admin on resources."""
    return any(ALL in r.verbs and ALL in r.groups and ALL in r.resources for r in rules)


_TEMPLATED: Final = (
    ("", "pods"),
    ("apps", "deployments"),
    ("apps", "daemonsets"),
    ("apps", "statefulsets"),
    ("batch", "jobs"),
    ("batch", "cronjobs"),
)


def starts_pods(rules: Iterable[Rule]) -> bool:
    """True when rules allow to create pods, or anything that makes pods."""
    return any(
        permits(rule, Request("create", resource, group))
        for rule in rules
        for group, resource in _TEMPLATED
    )
