"""How pipelines log in to clusters and clouds: with a key that lies in a secret, or with OIDC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.workflows import Job, Step

_CLUSTER: Final = ("KUBE", "K8S")
_KEY: Final = ("CONFIG", "TOKEN", "SECRET", "SERVICE_ACCOUNT", "CREDENTIAL")
_CLOUD_KEYS: Final = ("AWS_SECRET_ACCESS_KEY", "AZURE_CREDENTIALS", "GCP_SA_KEY", "GCP_CREDENTIALS")


@struct(eq=False)
class Login:
    """One way in which a job logs in.

    Attributes:
        what: what is used, without values.
        is_static: True for a key that lives until somebody revokes it.
    """

    job: Job
    what: str
    is_static: bool
    place: Place


@once
def logins(site: Site[object]) -> tuple[Login, ...]:
    """Logins of all jobs that can run, at most one of a kind for each job."""
    found: dict[tuple[str, str, bool], Login] = {}
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if not job.is_off and not _calls_nothing(site, job):
                for login in (*_actions(job), *_kubeconfigs(job), *_keys(job)):
                    key = (workflow.file.path, job.id, login.is_static)
                    found.setdefault(key, login)
    return tuple(found.values())


def _calls_nothing(site: Site[object], job: Job) -> bool:
    """True for a job that hands secrets to a workflow in which no job reads them any more."""
    called = site.repo.called(job)
    return called is not None and all(j.is_off or not j.secrets for j in called.jobs)


def _actions(job: Job) -> Iterator[Login]:
    for step in job.all_steps:
        name = step.uses.name.lower() if step.uses else ""
        if name in _ACTIONS:
            static_input, oidc_input = _ACTIONS[name]
            if _given(step, static_input):
                yield Login(job, f"{name} with {static_input}", True, step.place)  # noqa: FBT003 (named by the line)
            elif _given(step, oidc_input) and _may_ask(job, name):
                yield Login(job, f"OIDC through {name}", False, step.place)  # noqa: FBT003 (named by the line)


_ACTIONS: Final = {
    "aws-actions/configure-aws-credentials": ("aws-secret-access-key", "role-to-assume"),
    "google-github-actions/auth": ("credentials_json", "workload_identity_provider"),
    "azure/login": ("creds", "client-id"),
    "azure/k8s-set-context": ("kubeconfig", "cluster-type"),
    "hashicorp/vault-action": ("token", "role"),
}


def _given(step: Step, name: str) -> bool:
    return bool(step.inputs.at(name).text)


def _may_ask(job: Job, action: str) -> bool:
    if action == "azure/k8s-set-context":
        return False
    permissions = job.permissions
    return permissions.at("id-token").text == "write" or permissions.text == "write-all"


def _kubeconfigs(job: Job) -> Iterator[Login]:
    for name, place in job.secrets:
        upper = name.upper()
        if any(w in upper for w in _CLUSTER) and any(w in upper for w in _KEY):
            yield Login(job, f"secret {name}", True, place)  # noqa: FBT003 (named by the line)
    for step in job.all_steps:
        if "secrets[" in step.run and "kube" in step.run.lower():
            offset = step.run[: step.run.index("secrets[")].count("\n")
            place = step.file.place(step.node.at("run").content_line + offset)
            yield Login(job, "a kubeconfig out of a secret", True, place)  # noqa: FBT003 (named by the line)


def _keys(job: Job) -> Iterator[Login]:
    for name, place in job.secrets:
        if any(word in name.upper() for word in _CLOUD_KEYS):
            yield Login(job, f"secret {name}", True, place)  # noqa: FBT003 (named by the line)
