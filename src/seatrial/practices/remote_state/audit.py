"""What the files show of the state: its backend, its lock, and what leaked into git."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.remote_state import leaks
from seatrial.practices.remote_state.homes import Home, homes
from seatrial.practices.remote_state.plain import plain_secret
from seatrial.practices.remote_state.settings import Settings
from seatrial.practices.remote_state.traps import (
    bucket_without_versions,
    deprecated_lock,
    no_lock_file,
    not_ignored,
    shared_key,
    unencrypted,
    unpinned,
    variable_in_backend,
)

__all__ = [
    "bucket_without_versions",
    "deprecated_lock",
    "local_state",
    "no_lock",
    "no_lock_file",
    "not_applicable",
    "not_ignored",
    "plain_secret",
    "secret_in_file",
    "shared_key",
    "state_committed",
    "state_in_git",
    "unencrypted",
    "unpinned",
    "variable_in_backend",
]

_LOCKLESS = {"artifactory", "etcd", "etcdv3", "manta", "swift"}
_MANY = 5


def not_applicable(site: Site[Settings]) -> str:
    """Nothing keeps a state."""
    terraform = site.repo.terraform
    if homes(site) or terraform.states or _pulumi(site):
        return ""
    if terraform.modules:
        return "its Terraform is a module for others: nothing here is applied, so it has no state"
    return "no Terraform, OpenTofu, Terragrunt or Pulumi in these repositories"


@check("remote-state/local-state", severity=Severity.HIGH, requirement=True, fix="state migrate")
def local_state(site: Site[Settings]) -> Iterator[Observation]:
    """A root module keeps its state on a disk.

    Why: without a shared state two people change the same resources from two different memories,
    and the one whose laptop breaks takes the knowledge of what exists along.
    Fix: `seatrial state migrate` writes a backend block, copies every workspace and compares them.
    """
    without = [home for home in homes(site) if not home.is_remote]
    for home in homes(site):
        if home.is_remote:
            yield met(home.place, _kept(home), environments=home.environments)
    for home in without if len(without) <= _MANY else without[:1]:
        more = len(without) - 1 if len(without) > _MANY else 0
        others = f" (and so have {more} more root modules)" if more else ""
        how = "keeps its state in a local file" if home.kind == "local" else "has no backend"
        yield fault(
            home.place,
            f"{home.name} {how}: the state stays with whoever runs Terraform{others}",
            environments=() if more else home.environments,
            related=tuple(h.place for h in without[1:_MANY]) if more else (),
        )
    for place, local in _pulumi(site):
        if local:
            yield fault(place, "the Pulumi backend is a folder: the state stays on a disk")
        else:
            yield met(place, "Pulumi keeps its state in a service or bucket")


@check("remote-state/no-lock", severity=Severity.HIGH, requirement=True)
def no_lock(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing keeps two applies from running at once.

    Why: the second apply reads a state that the first is about to replace; what it then writes
    forgets the first one's resources.
    Fix: `use_lockfile = true` (Terraform 1.10 and newer); a DynamoDB table only before that.
    """
    for home in homes(site):
        lacking = _lacks_lock(home)
        if lacking and home.open:
            yield unknown(
                f"the backend of {home.name} is completed by `init`: its lock cannot be seen",
                reach=Reach.API,
                credential="the files or variables that `-backend-config` names",
                place=home.place,
                environments=home.environments,
            )
        elif lacking:
            yield fault(
                home.place,
                f"the {home.kind} backend of {home.name} has no lock: {lacking}",
                environments=home.environments,
            )


@check(
    "remote-state/state-in-git", severity=Severity.CRITICAL, requirement=True, fix="state migrate"
)
def state_in_git(site: Site[Settings]) -> Iterator[Observation]:
    """A state or a saved plan is in git, or in its history.

    Why: it holds the secrets of everything it manages in plain text, readable for everybody who can
    read the repository, now and in every old clone; deleting the file leaves its old versions.
    Fix: `seatrial state migrate`, then rotate what is named; a rewrite of the history is no
    replacement for that, since clones keep it.
    """
    yield from leaks.states(site)
    yield from leaks.plans(site)
    yield from leaks.history(site)


@check("remote-state/state-committed", severity=Severity.HIGH)
def state_committed(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline commits the state.

    Why: git neither locks nor encrypts; two runs overwrite each other, and every run adds another
    copy of the secrets to the history.
    Fix: a remote backend; then this step goes.
    """
    yield from leaks.commits(site)


@check("remote-state/secret-in-file", severity=Severity.CRITICAL)
def secret_in_file(site: Site[Settings]) -> Iterator[Observation]:
    """A variable file or a backend block holds secrets in plain text.

    Why: everybody who can read the repository, or ever could, has them.
    Fix: `TF_VAR_...` from the pipeline's secrets or a data source of the secret store; rotate them.
    """
    yield from leaks.secrets_in_tfvars(site)
    yield from leaks.secrets_in_backends(site)


def _kept(home: Home) -> str:
    if home.kind == "generated":
        return f"{home.name} gets its backend from a generated block"
    kind = "HCP Terraform" if home.kind in {"cloud", "remote"} else f"the {home.kind} backend"
    return f"{home.name} keeps its state in {kind}"


def _lacks_lock(home: Home) -> str:
    settings = home.settings
    if home.kind == "s3":
        locks = settings.get("use_lockfile", "false") != "false" or "dynamodb_table" in settings
        return "" if locks else "neither use_lockfile nor a DynamoDB table is set"
    if home.kind == "http":
        return "" if "lock_address" in settings else "no lock_address is set"
    if home.kind == "oss":
        return "" if "tablestore_table" in settings else "no tablestore_table is set"
    return "this kind of backend cannot lock" if home.kind in _LOCKLESS else ""


def _pulumi(site: Site[Settings]) -> list[tuple[Place, bool]]:
    """Pulumi projects, and whether each keeps its state in a folder."""
    found: list[tuple[Place, bool]] = []
    for file in site.repo.files():
        if file.name in {"Pulumi.yaml", "Pulumi.yml"}:
            url = file.yaml.first.at("backend", "url").text
            found.append((file.place(), url.startswith("file://")))
    return found
