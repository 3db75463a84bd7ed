"""Traps of a remote state: what looks done and is not."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
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
from seatrial.repo.infrastructure.tfmodules import Module

_MANY = 5


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


@check("remote-state/no-lock-file", severity=Severity.MEDIUM, fix="manual")
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


def _needs_lock_file(module: Module) -> bool:
    uses = module.required_providers or module.providers() or module.resources() or module.data()
    return bool(uses) and module.lock_file is None


def _uses_tofu(site: Site[Settings], home: Home) -> bool:
    if isinstance(home.run, Module) and any(".tofu" in f.name for f in home.run.files):
        return True
    return any("tofu" in w.file.text for w in site.repo.workflows)
