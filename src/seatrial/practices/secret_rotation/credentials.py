"""Which credentials a system has, by name and place; their values are nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import databases
from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.platform.live import is_aside
from seatrial.kit.secrets.secretnames import is_secret_name, words_of
from seatrial.kit.secrets.secretvalues import literals
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.kubernetes.manifests import Manifest

OWN_TOKEN: Final = frozenset({"GITHUB_TOKEN", "github_token"})
_NO_CREDENTIALS: Final = frozenset(
    (word,)
    for word in "username user arn region host url cluster name bucket account project id".split()
)
"""Last words of names that are kept as secrets but open nothing by themselves."""
_CLOUD_KEYS: Final = {
    "AWS_SECRET_ACCESS_KEY": "an AWS access key",
    "AWS_ACCESS_KEY_ID": "",
    "GCP_SA_KEY": "a Google service account key",
    "GCP_CREDENTIALS": "a Google service account key",
    "GCP_CREDENTIALS_JSON": "a Google service account key",
    "GOOGLE_CREDENTIALS": "a Google service account key",
    "GOOGLE_APPLICATION_CREDENTIALS": "a Google service account key",
    "GCLOUD_SERVICE_KEY": "a Google service account key",
    "AZURE_CREDENTIALS": "an Azure client secret",
    "ARM_CLIENT_SECRET": "an Azure client secret",
    "AZURE_CLIENT_SECRET": "an Azure client secret",
}

_CLUSTERS: Final = frozenset("k8s kube kubernetes cluster eks gke aks openshift".split())


@once
def credentials(site: Site[object]) -> tuple[tuple[str, Place], ...]:
    """Credentials by name, each with the first place that uses it."""
    found: dict[str, Place] = {}
    for name, place in (*_of_pipelines(site), *_of_cluster(site), *_of_code(site)):
        found.setdefault(name, place)
    return tuple(found.items())


def _of_pipelines(site: Site[object]) -> Iterator[tuple[str, Place]]:
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off:
                continue
            for name, place in job.secrets:
                if name not in OWN_TOKEN and words_of(name)[-1:] not in _NO_CREDENTIALS:
                    yield name, place
            if job.node.at("secrets").text == "inherit" and not job.uses:
                yield "secrets: inherit", job.place_of("secrets")


def _of_cluster(site: Site[object]) -> Iterator[tuple[str, Place]]:
    seen: set[str] = set()
    for manifest in site.repo.manifests:
        for name in _secrets_of(manifest):
            if name not in seen:
                seen.add(name)
                yield name, manifest.place()
    for database in databases(site):
        yield f"password of {database.name}", database.place


def _secrets_of(manifest: Manifest) -> Iterator[str]:
    """Secrets that an object is, or that its containers read."""
    if manifest.kind in {"Secret", "ExternalSecret", "SealedSecret", "SecretProviderClass"}:
        yield f"{manifest.kind}/{manifest.name}"
    for container in (*manifest.containers, *manifest.init_containers):
        names = [s.at("secretRef", "name").text for s in container.at("envFrom").items()]
        variables = container.at("env").items()
        names += [v.at("valueFrom", "secretKeyRef", "name").text for v in variables]
        yield from (f"Secret/{name}" for name in names if name)


def _of_code(site: Site[object]) -> Iterator[tuple[str, Place]]:
    for literal in literals(site):
        yield literal.name, literal.place
    for module in used_modules(site):
        for name, block in module.variables().items():
            if is_secret_name(name):
                yield f"var.{name}", block.place
    for compose in site.repo.compose:
        if is_aside(compose.file.path):
            continue
        for service in compose.services:
            for name, _ in service.environment:
                if is_secret_name(name):
                    yield name, service.place


@once
def standing_keys(site: Site[object]) -> tuple[tuple[str, str, Place], ...]:
    """Cloud keys and kubeconfigs that a pipeline keeps for ever: (name, what it is, place)."""
    found: dict[str, tuple[str, str, Place]] = {}
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for name, place in job.secrets if not job.is_off else ():
                what = _CLOUD_KEYS.get(name.upper())
                words = words_of(name)
                if what is None and "kubeconfig" in "".join(words):
                    what = "a kubeconfig"
                if what is None and words[-1:] == ("token",) and not _CLUSTERS.isdisjoint(words):
                    what = "a token of a cluster"
                if what:
                    found.setdefault(name, (name, what, place))
    return tuple(found.values())
