"""The least rights for each identity, in the chart, the manifests and the Terraform that are there.

Every workload gets a ServiceAccount of its own that mounts no token: in a new template of its
chart, `templates/serviceaccounts.yaml`, or beside it in its manifest. Bindings to cluster-admin
go: workloads lose them, people may look, and the delivery gets a Role in its namespace that is
derived from what the charts render and from what Helm does (`<account>-rbac.tf`). Tokens that
never end are dropped. How a pipeline logs in is left to people where no file shows an identity of
the cloud.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.rollouts import rollouts
from seatrial.kit.planning.standingtokens import standing_tokens
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import AddItem, Block
from seatrial.practices.rbac import audit
from seatrial.practices.rbac.apart import apart, needing
from seatrial.practices.rbac.delivery import shortfalls
from seatrial.practices.rbac.derived import VERBS
from seatrial.practices.rbac.logins import logins
from seatrial.practices.rbac.narrowed import everything, narrowed
from seatrial.practices.rbac.settings import Settings


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until everybody has the least that they need."""
    yield from narrowed(site)
    yield from apart(site, needing(site, everything(site)))
    yield from standing_tokens(site)
    yield from _wide_enough(site)
    yield from _logins(site)
    yield from remains(
        site,
        audit.namespace_admin,
        audit.wildcard,
        audit.escalation,
        audit.open_to_everybody,
        audit.workload_creates_pods,
        audit.dangling_role,
        audit.broad_cloud_role,
        audit.cloud_wildcard,
        audit.exec_enabled,
        audit.open_trust,
        audit.pipeline_role,
        audit.shared_cloud_data,
        audit.controller_as_admin,
        audit.policy_only_reports,
    )
    if not any(isinstance(wish, Generate) for wish in narrowed(site)):
        yield from remains(site, audit.no_least_privilege)


def _wide_enough(site: Site[Settings]) -> Iterator[Wish]:
    """A delivery's Role that cannot install its chart gets what it lacks."""
    declared = {m.name: m for m in live_manifests(site) if m.kind == "Role"}
    for short in shortfalls(site):
        role = declared.get(short.grant.binding.role)
        if role is None or role.source not in {"file", "kustomize"} or role.anchor:
            yield Leave(
                f"widen {short.grant.binding.role}: it lacks {short.shown}", short.grant.place
            )
            continue
        line = role.place().line
        documents = [i for i, d in enumerate(role.file.yaml.documents) if d.line <= line]
        edits = tuple(
            AddItem(("rules",), Block(_rule(group, resource)), document=documents[-1])
            for group, resource in short.needs
        )
        reason = f"an upgrade of {short.chart.name} would fail in the middle"
        yield Edit(role.file.root.name, role.file.path, edits, reason, Risk.MEDIUM)


def _rule(group: str, resource: str) -> str:
    verbs = ", ".join(VERBS)
    return f'apiGroups: ["{group}"]\nresources: ["{resource}"]\nverbs: [{verbs}]\n'


def _logins(site: Site[Settings]) -> Iterator[Leave]:
    pushing = {(r.job.workflow.file.path, r.job.id) for r in rollouts(site)}
    for login in logins(site):
        if not login.is_static:
            continue
        key = (login.job.workflow.file.path, login.job.id)
        way = (
            "practice gitops turns the job into a commit, and then it needs no login"
            if key in pushing
            else "name a role that it may take on by OIDC, or give it tokens of minutes"
        )
        yield Leave(
            f"job {login.job.id} logs in with {login.what}, a key that does not expire: {way}",
            login.place,
        )
