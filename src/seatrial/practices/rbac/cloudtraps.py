"""Traps of cloud roles: who may do more than a pipeline or a service needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.platform.joined import joined
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.rbac.google import Given, given
from seatrial.practices.rbac.settings import Settings
from seatrial.practices.rbac.statements import Statement, statements

_NAMED: Final = 3
_ISSUER: Final = "token.actions.githubusercontent.com"
_DEPLOYING: Final = frozenset(
    f"roles/{r}" for r in "owner editor container.developer container.admin run.admin".split()
)
_DATA: Final = (
    "roles/cloudsql.",
    "roles/spanner.database",
    "roles/datastore.",
    "roles/secretmanager.secretAccessor",
    "roles/storage.object",
    "roles/bigquery.data",
)
_GRAVE: Final = frozenset(
    "iam sts kms secretsmanager ssm ec2 s3 eks ecs ecr lambda rds dynamodb cloudformation"
    " organizations route53".split()
)
_STORES: Final = frozenset(
    "dynamodb s3 es opensearch sqs sns kinesis firehose secretsmanager kms ecr elasticache"
    " rds-data aoss".split()
)


@check("rbac/pipeline-role", severity=Severity.HIGH)
def pipeline_role(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline's cloud identity may do far more than deliver its service.

    Why: a role on the whole project reaches every environment in it; whoever can change the
    pipeline's steps, or open a pull request that it runs, holds that role.
    Fix: give the role on the one cluster, registry or service account that the pipeline needs, and
    none that writes to what runs for pull requests.
    """
    for one in given(site):
        if one.is_admin and one.pipelines:
            wide = one.on == "project"
            yield _too_wide(site, one, on="the whole project" if wide else "a service account")
        elif one.may_write and one.pulls:
            text = f"what runs for pull requests ({_list(one.pulls)}) may write here: {one.role}"
            yield fault(one.place, text, environments=one.environments)


def _too_wide(site: Site[Settings], one: Given, *, on: str) -> Observation:
    text = f"Terraform gives {_list(one.pipelines)} {one.role} on {on}"
    grave = on.endswith("project") and one.role in _DEPLOYING and one.pulls and site.production
    if grave:
        text += ": a pull request's build reaches production"
    severity = None if one.is_grave else Severity.MEDIUM
    severity = Severity.CRITICAL if grave else severity
    return fault(one.place, text, environments=one.environments, severity=severity)


@check("rbac/shared-cloud-data", severity=Severity.HIGH)
def shared_cloud_data(site: Site[Settings]) -> Iterator[Observation]:
    """Workloads of several environments hold the same role on one project's data.

    Why: a role on the project covers every database, bucket or secret in it: a hole in staging is a
    way into production's data.
    Fix: a project for each environment, or the role on the one database, bucket or secret.
    """
    held: dict[tuple[str, str], list[Given]] = {}
    for one in given(site):
        if one.on == "project" and one.role.startswith(_DATA):
            held.setdefault((one.target, one.role), []).append(one)
    found: dict[str, list[Given]] = {}
    for (target, _), several in held.items():
        tiers = frozenset[str]().union(*(one.tiers for one in several))
        if "production" in tiers and len(tiers) > 1:
            found.setdefault(target, []).append(several[0])
    for ones in found.values():
        names = _list(tuple(dict.fromkeys(one.role for one in ones)))
        text = f"production and other environments share {names} on the whole project"
        text += ": each reaches the other's data"
        yield fault(ones[0].place, text, related=tuple(o.place for o in ones[1 : _NAMED + 1]))


@check("rbac/cloud-wildcard", severity=Severity.HIGH)
def cloud_wildcard(site: Site[Settings]) -> Iterator[Observation]:
    """A cloud policy allows every action of a service.

    Why: `dynamodb:*` holds DeleteTable beside GetItem, `iam:*` holds everything; and what the cloud
    adds tomorrow is allowed as well.
    Fix: list the actions that are used, on the resources that are meant.
    """
    yield from joined(o for s in statements(site) for o in _wild(s))


def _wild(one: Statement) -> Iterator[Observation]:
    services = tuple(dict.fromkeys(a.partition(":")[0] for a in one.actions if a.endswith(":*")))
    shown = ", ".join(f"{s}:*" for s in services[:_NAMED])
    if one.is_trust:
        return
    if "*" in one.principals and not one.conditions and (services or "*" in one.actions):
        text = f"{one.holder} allows everybody {shown or 'every action'}"
        yield fault(one.place, text, environments=one.environments, severity=Severity.MEDIUM)
    elif one.is_identity and services and "*" in one.targets and not one.conditions:
        severity = Severity.HIGH if _GRAVE & set(services) else Severity.MEDIUM
        text = f"{one.holder} allows {shown} on everything"
        yield fault(one.place, text, environments=one.environments, severity=severity)
    elif one.is_identity and _STORES & set(services):
        text = f"{one.holder} allows {shown}, deleting included, where named actions would do"
        yield fault(one.place, text, environments=one.environments, severity=Severity.MEDIUM)
    passes = "iam:PassRole" in one.actions and "*" in one.targets and not one.conditions
    if one.is_identity and passes:
        text = f"{one.holder} may give any role to what it starts (iam:PassRole on everything)"
        yield fault(one.place, text, environments=one.environments)


@check("rbac/open-trust", severity=Severity.HIGH)
def open_trust(site: Site[Settings]) -> Iterator[Observation]:
    """A cloud role trusts more of GitHub than one repository's protected branches.

    Why: the issuer signs for every repository on GitHub; without a condition on the subject any of
    them takes the role, and `repo:owner/name:*` lets every branch and pull request take it.
    Fix: name the environment or branch: `repo:owner/name:environment:production`.
    """
    found: list[Observation] = []
    for one in statements(site):
        if one.is_trust and _of_github(one):
            limits = [(n, v) for n, v in one.conditions if not n.endswith(":aud")]
            found.extend(_trusting(one, limits))
    for _, block in resources(site, "google_iam_workload_identity_pool_provider"):
        oidc = block.child("oidc")
        issuer = oidc.attr("issuer_uri") if oidc else None
        if issuer and "githubusercontent" in issuer.text and not block.attr("attribute_condition"):
            text = f"{block.address} takes tokens of every repository on GitHub"
            scope = scope_at(site, block.place)
            found.append(fault(block.place, text, environments=scope, severity=Severity.MEDIUM))
    yield from joined(found)


def _of_github(one: Statement) -> bool:
    """True when a token of GitHub's takes the role, by its issuer or the provider's name."""
    named = any(_ISSUER in p or ("openid" in p and "github" in p.lower()) for p in one.principals)
    return named or any(name.startswith(_ISSUER) for name, _ in one.conditions)


def _trusting(one: Statement, limits: list[tuple[str, str]]) -> Iterator[Observation]:
    subjects = [value for name, value in limits if name.endswith(":sub")]
    if not limits or any(s == "*" or s.startswith("repo:*") for s in subjects):
        text = f"{one.holder} lets every repository on GitHub take its role"
        yield fault(one.place, text, environments=one.environments, severity=Severity.CRITICAL)
    elif len(limits) == len(subjects) and any(_is_any_branch(s) for s in subjects):
        text = f"{one.holder} lets every branch and pull request of the repository take its role"
        yield fault(one.place, text, environments=one.environments, severity=Severity.MEDIUM)


def _is_any_branch(subject: str) -> bool:
    return subject.startswith("repo:") and subject.endswith(":*") and subject.count(":") == 2  # noqa: PLR2004 (repo:owner/name:*)


@check("rbac/exec-enabled", severity=Severity.MEDIUM)
def exec_enabled(site: Site[Settings]) -> Iterator[Observation]:
    """Anybody with the right on the cluster opens a shell in running containers.

    Why: a shell in a task holds the task's role and secrets, and what is done there stands in no
    repository.
    Fix: `enable_execute_command = false`, or a variable that is true only while somebody debugs.
    """
    blocks = list(resources(site, "aws_ecs_service"))
    blocks += [
        (m, c.block)
        for m in live_modules(site)
        for c in m.calls
        if "/ecs/" in c.source and c.module is None
    ]
    for module, block in blocks:
        written = block.attr("enable_execute_command")
        if written and module.resolve(written) is True:
            text = f"{block.address} lets people run commands in its running tasks"
            yield fault(written.place, text, environments=scope_at(site, block.place))


def _list(names: tuple[str, ...]) -> str:
    shown = " and ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"
