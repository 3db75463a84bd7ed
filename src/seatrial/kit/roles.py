"""Is a repository the application, its infrastructure, or both?"""

from __future__ import annotations

from seatrial.repo.files import Root
from seatrial.repo.repository import Repository


def role_of(repository: Repository, root: Root) -> str:
    """`app`, `infra` or `both`, from what the repository holds."""
    app = _has_application(repository, root)
    infra = _has_infrastructure(repository, root)
    if app and infra:
        return "both"
    return "infra" if infra else "app"


def _has_application(repository: Repository, root: Root) -> bool:
    built = any(d.file.root is root for d in repository.dockerfiles)
    declared = any(d.place.repository == root.name for d in repository.dependencies)
    return built or declared


def _has_infrastructure(repository: Repository, root: Root) -> bool:
    terraform = any(
        m.root is root and m.is_root and not m.is_example for m in repository.terraform.modules
    )
    gitops = any(
        m.file.root is root
        and m.kind in {"Application", "ApplicationSet", "HelmRelease", "GitRepository"}
        for m in repository.manifests
    )
    return terraform or gitops
