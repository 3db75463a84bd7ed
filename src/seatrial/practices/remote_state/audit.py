"""What the files show of the state: its backend, its lock, and what leaked into git."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.remote_state import buckets, leaks
from seatrial.practices.remote_state.homes import Home, homes
from seatrial.practices.remote_state.settings import Settings
from seatrial.practices.remote_state.versions import (
    LOCKS_IN_S3,
    is_pinned,
    least,
    loose_providers,
)
from seatrial.repo.tfmodules import Module

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


@check("remote-state/deprecated-lock", severity=Severity.MEDIUM)
def deprecated_lock(site: Site[Settings]) -> Iterator[Observation]:
    """The lock is a DynamoDB table although the pinned Terraform can lock in the bucket itself.

    Why: `dynamodb_table` is deprecated and will be removed; the table is one more thing to pay for,
    to restore and to grant rights on.
    Fix: add `use_lockfile = true`, apply once with both, then remove `dynamodb_table`.
    """
    for home in homes(site):
        settings = home.settings
        if home.kind != "s3" or "dynamodb_table" not in settings or "use_lockfile" in settings:
            continue
        version = least(home.run, site) if isinstance(home.run, Module) else None
        if version and version >= LOCKS_IN_S3:
            attribute = home.block.attr("dynamodb_table") if home.block else None
            yield fault(
                attribute.place if attribute else home.place,
                f"{home.name} locks with a DynamoDB table, although it asks for Terraform"
                f" {version[0]}.{version[1]}, which locks in the bucket (use_lockfile)",
                environments=home.environments,
            )


@check("remote-state/unencrypted", severity=Severity.MEDIUM)
def unencrypted(site: Site[Settings]) -> Iterator[Observation]:
    """The backend does not ask for encryption.

    Why: a state holds every password of the infrastructure in plain text. AWS encrypts by itself
    unless told otherwise; other S3 servers need not.
    Fix: `encrypt = true` in the backend block.
    """
    for home in homes(site):
        settings = home.settings
        if home.kind != "s3" or settings.get("encrypt") == "true" or home.open:
            continue
        foreign = "endpoint" in settings or "endpoints" in settings
        if settings.get("encrypt") == "false":
            yield fault(
                home.place,
                f"the backend of {home.name} turns encryption off",
                environments=home.environments,
            )
        elif foreign and "encrypt" not in settings:
            yield fault(
                home.place,
                f"the backend of {home.name} does not ask for encryption, and its S3 server is not"
                " AWS, which encrypts by itself",
                environments=home.environments,
                severity=Severity.LOW,
            )


@check("remote-state/bucket-without-versions", severity=Severity.HIGH)
def bucket_without_versions(site: Site[Settings]) -> Iterator[Observation]:
    """The bucket of the state is declared here and keeps no old versions.

    Why: an overwritten or emptied state can only be brought back from an older version.
    Fix: turn versioning on (`aws_s3_bucket_versioning`, `versioning { enabled = true }`).
    """
    yield from buckets.without_versions(site)


@check("remote-state/shared-key", severity=Severity.CRITICAL, fix="manual")
def shared_key(site: Site[Settings]) -> Iterator[Observation]:
    """Several root modules write to one state.

    Why: each of them plans to destroy what the others made, since it is in the state and not in
    its code.
    Fix: give every root module its own key, and move its resources there with `state mv`.
    """
    first: dict[str, Home] = {}
    for home in homes(site):
        if not home.identity:
            continue
        known = first.setdefault(f"{home.place.repository}\0{home.identity}", home)
        if known is not home:
            yield fault(
                home.place,
                f"{home.name} and {known.name} keep their state under the same key",
                environments=home.environments,
                related=(known.place,),
            )


@check("remote-state/variable-in-backend", severity=Severity.HIGH, fix="manual")
def variable_in_backend(site: Site[Settings]) -> Iterator[Observation]:
    """A backend block uses a variable.

    Why: Terraform reads the backend before any variable, so `init` fails ("Variables not allowed").
    Fix: write the value, or leave it out and give it with `-backend-config`. OpenTofu allows it.
    """
    for home in homes(site):
        if home.block is None or home.block.type != "backend" or _uses_tofu(site, home):
            continue
        for name, value in home.block.attributes.items():
            used = [r for r in value.references if r.startswith(("var.", "local.", "data."))]
            if used:
                yield fault(
                    value.place,
                    f"{name} of the backend of {home.name} uses {used[0]}, which `init` refuses",
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


@check("remote-state/no-lock-file", severity=Severity.MEDIUM)
def no_lock_file(site: Site[Settings]) -> Iterator[Observation]:
    """The dependency lock file is not committed.

    Why: `init` then takes whichever provider is the newest on the day, and nobody checks that it is
    the same file as last time.
    Fix: `terraform providers lock`, commit `.terraform.lock.hcl`, take it out of `.gitignore`.
    """
    if not site.settings.lock_file:
        return
    lacking = [h for h in homes(site) if isinstance(h.run, Module) and _needs_lock_file(h.run)]
    ignored = leaks.ignored_lock_file(site)
    if lacking and (len(lacking) > _MANY or ignored):
        names = ", ".join(h.name for h in lacking[:3])
        rest = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""  # noqa: PLR2004 (names shown)
        why = " since .gitignore leaves it out" if ignored else ""
        yield fault(
            ignored or lacking[0].place,
            f"no .terraform.lock.hcl is committed for {names}{rest}{why}",
            related=tuple(h.place for h in lacking[:_MANY]),
        )
        return
    for home in lacking:
        yield fault(
            home.place,
            f"{home.name} has no committed .terraform.lock.hcl",
            environments=home.environments,
        )


@check("remote-state/unpinned", severity=Severity.MEDIUM)
def unpinned(site: Site[Settings]) -> Iterator[Observation]:
    """Terraform or a provider is not limited to a version.

    Why: a newer Terraform rewrites the state so that older ones refuse it, and a new major version
    of a provider plans to replace what runs.
    Fix: `required_version` and `~>` constraints in `required_providers`.
    """
    for home in homes(site):
        if not isinstance(home.run, Module):
            continue
        loose = [] if home.run.lock_file else list(loose_providers(home.run))
        said = [what for what, _ in loose]
        if not is_pinned(home.run, site):
            said.append("nothing says which Terraform it needs (required_version)")
        if said:
            yield fault(
                loose[0][1] if loose else home.place,
                f"{home.name}: {', '.join(said[:4])}",
                environments=home.environments,
                severity=None if loose else Severity.LOW,
            )


@check("remote-state/not-ignored", severity=Severity.LOW)
def not_ignored(site: Site[Settings]) -> Iterator[Observation]:
    """Local states are made here and `.gitignore` does not keep them out.

    Why: the next `git add -A` commits them.
    Fix: `*.tfstate*`, `.terraform/` and `*.tfplan` in `.gitignore`.
    """
    seen: set[str] = set()
    for home in homes(site):
        place = leaks.missing_ignore(home) if not home.is_remote else None
        if place and place.repository not in seen:
            seen.add(place.repository)
            yield fault(place, "state files are not ignored by git (no *.tfstate in .gitignore)")


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


def _needs_lock_file(module: Module) -> bool:
    uses = module.required_providers or module.providers() or module.resources() or module.data()
    return bool(uses) and module.lock_file is None


def _uses_tofu(site: Site[Settings], home: Home) -> bool:
    if isinstance(home.run, Module) and any(".tofu" in f.name for f in home.run.files):
        return True
    return any("tofu" in w.file.text for w in site.repo.workflows)


def _pulumi(site: Site[Settings]) -> list[tuple[Place, bool]]:
    """Pulumi projects, and whether each keeps its state in a folder."""
    found: list[tuple[Place, bool]] = []
    for file in site.repo.files():
        if file.name in {"Pulumi.yaml", "Pulumi.yml"}:
            url = file.yaml.first.at("backend", "url").text
            found.append((file.place(), url.startswith("file://")))
    return found
