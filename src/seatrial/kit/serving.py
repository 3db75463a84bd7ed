"""Does the repository hold a system that runs for somebody, or a library, module or tool?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.releases import Kind, releases
from seatrial.kit.platform.workloads import is_store, workloads
from seatrial.kit.site import Site, once

if TYPE_CHECKING:
    from seatrial.repo.code.compose import Service

_SERVER_PROGRAMS: Final = (
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "daphne",
    "waitress",
    "granian",
    "puma",
    "unicorn",
    "rails",
    "node",
    "npm",
    "yarn",
    "pnpm",
    "java",
    "nginx",
    "caddy",
    "httpd",
    "apache2",
    "php-fpm",
    "dotnet",
    "celery",
    "sidekiq",
    "flask",
)
_RUNTIME_RESOURCES: Final = (
    "kubernetes_deployment",
    "helm_release",
    "aws_ecs_service",
    "aws_lambda_function",
    "google_cloud_run",
    "azurerm_container_app",
    "azurerm_linux_web_app",
    "aws_instance",
    "linode_instance",
    "linode_lke_cluster",
    "aws_eks_cluster",
    "google_container_cluster",
    "azurerm_kubernetes_cluster",
    "digitalocean_kubernetes_cluster",
    "digitalocean_app",
    "kubernetes_manifest",
)
_SERVER_SETTINGS: Final = frozenset(
    {"gunicorn_config.py", "gunicorn.conf.py", "uwsgi.ini", "puma.rb", "unicorn.rb"}
)
_PLATFORM_FILES: Final = (
    "fly.toml",
    "Procfile",
    "app.yaml",
    "render.yaml",
    "manifest.yml",
    "vercel.json",
    "netlify.toml",
    "serverless.yml",
    "serverless.yaml",
    "heroku.yml",
    "railway.json",
)


@once
def runs_for_somebody(site: Site[object]) -> bool:
    """True when the repositories hold a system that is run: workloads, infrastructure, services.

    A library, a module for others, or a tool that is only published is none.
    """
    if any(not _is_tooling(w.manifest.file.path) for w in workloads(site)):
        return True
    return _delivered(site) or _deployed(site) or _infrastructure(site) or _served(site)


@once
def is_deployed_to_kubernetes(site: Site[object]) -> bool:
    """True when the repositories hold workloads, charts or GitOps objects of a cluster."""
    kinds = {m.kind for m in site.repo.manifests}
    objects = kinds & {
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Application",
        "ApplicationSet",
        "HelmRelease",
        "Kustomization",
        "Rollout",
        "Service",
        "Ingress",
    }
    charts = [c for c in site.repo.charts if not c.is_library]
    return bool(objects or charts) or any(
        module.resources(prefix)
        for module in site.repo.terraform.modules
        if module.is_root and not module.is_example
        for prefix in ("kubernetes_", "helm_release", "kubectl_manifest")
    )


def _delivered(site: Site[object]) -> bool:
    return any(
        m.kind in {"HelmRelease", "Application", "ApplicationSet", "Kustomization"}
        and "." in m.api_version
        and not _is_tooling(m.file.path)
        for m in site.repo.manifests
    )


def _deployed(site: Site[object]) -> bool:
    return any(release.kinds & {Kind.DEPLOY, Kind.GITOPS} for release in releases(site))


def _infrastructure(site: Site[object]) -> bool:
    return any(
        module.resources(prefix)
        for module in site.repo.terraform.modules
        if module.is_root and not module.is_example
        for prefix in _RUNTIME_RESOURCES
    )


def _served(site: Site[object]) -> bool:
    if any(name in root.files for root in site.repo.roots for name in _PLATFORM_FILES):
        return True
    if any(
        path.rpartition("/")[2] in _SERVER_SETTINGS and not _is_tooling(path)
        for root in site.repo.roots
        for path in root.files
    ):
        return True
    if any(
        dockerfile.start_program in _SERVER_PROGRAMS or dockerfile.exposes
        for dockerfile in site.repo.dockerfiles
        if not _is_tooling(dockerfile.file.path)
    ):
        return True
    return any(
        _stays_up(service)
        for compose in site.repo.compose
        for service in compose.services
        if not _is_tooling(compose.file.path)
    )


def _stays_up(service: Service) -> bool:
    # A service that is only built or run for tests has no port, health check or restart policy.
    if not (service.build or service.image) or is_store(service.image):
        return False
    restarts = service.node.at("restart").text not in {"", "no"}
    return bool(service.ports) or bool(service.healthcheck) or restarts


def _is_tooling(path: str) -> bool:
    parts = set(path.lower().split("/")[:-1])
    return bool(
        parts
        & {
            "test",
            "tests",
            "examples",
            "example",
            ".devcontainer",
            "docs",
            "ci",
            ".github",
            "samples",
            "fixtures",
            "e2e",
        }
    )
