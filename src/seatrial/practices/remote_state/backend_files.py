"""The backend of each root module that has none, and the script that makes its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.backends import Backend, backend_for
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.practices.remote_state.homes import Home, homes
from seatrial.practices.remote_state.versions import LOCKS_IN_S3, is_pinned, least
from seatrial.repo.infrastructure.tfmodules import Module

TERRAFORM: Final = (1, 11, 4)
"""The Terraform that pipelines get where no state was written by a newer one."""
_BUCKET: Final = ".github/scripts/state-bucket.sh"


def version_of(module: Module) -> tuple[int, int, int]:
    """The Terraform for a module: a state refuses an older one than it was written by."""
    seen = [TERRAFORM]
    for state in module.states:
        numbers = state.terraform_version.split(".")
        if len(numbers) == 3 and all(n.isdigit() for n in numbers):  # noqa: PLR2004 (major.minor.patch)
            seen.append((int(numbers[0]), int(numbers[1]), int(numbers[2])))
    return max(seen)


def required_version(module: Module) -> str:
    """The constraint that goes with it."""
    major, minor, _ = version_of(module)
    return f"~> {major}.{minor}"


def lacking(site: Site[object]) -> Iterator[tuple[Home, Module]]:
    """Root modules whose state stays on a disk for want of a backend block."""
    for home in homes(site):
        if home.kind == "" and isinstance(home.run, Module):
            yield home, home.run


def backend_files(site: Site[object]) -> Iterator[Wish]:
    """Yield the new files, or what keeps one from being written."""
    made: dict[str, Backend] = {}
    for home, module in lacking(site):
        backend = backend_for(site, module)
        trouble = _trouble(site, module, backend)
        if backend is None or trouble:
            yield Leave(f"{home.name} needs a backend for its state, {trouble}", home.place)
            continue
        yield Generate(
            module.root.name,
            _path(module),
            _text(site, module, backend),
            f"the state of {home.name} leaves the disk; it is moved before the next apply",
            Risk.HIGH,
        )
        if not backend.shared:
            made.setdefault(module.root.name, backend)
            where = backend.setting("bucket") or backend.setting("storage_account_name")
            yield Leave(_next(backend, where), home.place)
    for root, backend in made.items():
        if backend.kind == "s3":
            yield Generate(
                root,
                _BUCKET,
                _bucket(backend),
                "makes the bucket and proves that it keeps versions, locks and lets nobody in",
                executable=True,
            )


def _trouble(site: Site[object], module: Module, backend: Backend | None) -> str:
    if backend is None:
        return "and nothing here shows a cloud with object storage or the region"
    known = least(module, site)
    if backend.kind == "s3" and known and known < LOCKS_IN_S3 and not _bounded_below(module, site):
        return (
            f"and its Terraform {known[0]}.{known[1]} cannot lock in a bucket: raise"
            " required_version to 1.11 first"
        )
    return ""


def _bounded_below(module: Module, site: Site[object]) -> bool:
    """True where the pins only say which Terraform is the oldest."""
    written = module.required_version
    text = written.constant if written else ""
    return isinstance(text, str) and text.strip().startswith(">=") and is_pinned(module, site)


def _path(module: Module) -> str:
    for name in ("backend.tf", "state_backend.tf", "seatrial_backend.tf"):
        path = f"{module.folder}/{name}" if module.folder else name
        if path not in module.root.files:
            break
    return path


def _text(site: Site[object], module: Module, backend: Backend) -> str:
    settings = dict(backend.settings)
    return render(
        "remote_state",
        "terraform/backend.tf.j2",
        kind=backend.kind,
        foreign=backend.foreign,
        settings=settings,
        width=max(len(name) for name in settings),
        workspace=(module.folder or module.root.name).replace("/", "-"),
        required_version="" if is_pinned(module, site) else required_version(module),
    )


def _next(backend: Backend, where: str) -> str:
    if backend.foreign:
        return (
            f"make the bucket {where} with {_BUCKET}, give pipelines its keys as the secrets"
            " STATE_ACCESS_KEY and STATE_SECRET_KEY, and then move the state there"
        )
    if backend.kind == "s3":
        return f"make the bucket {where} with {_BUCKET}, and then move the state there"
    if backend.kind == "gcs":
        return (
            f"make the bucket {where} with versioning, uniform access and public access prevention,"
            " and then move the state there"
        )
    return (
        f"make the storage account {where} with a container tfstate, blob versioning and no public"
        " access, and then move the state there"
    )


def _bucket(backend: Backend) -> str:
    region = backend.setting("region")
    endpoint = f"https://s3.{region}.amazonaws.com"
    if backend.foreign:
        endpoint = backend.setting("endpoints").partition('"')[2].rstrip('" }')
    return render(
        "remote_state",
        f"{_BUCKET}.j2",
        bucket=backend.setting("bucket"),
        region=region,
        endpoint=endpoint,
    )
