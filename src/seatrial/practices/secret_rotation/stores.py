"""Set-ups that keep credentials out of files: keyless identities, external and sealed secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.workflows import Job, Step
from seatrial.repo.yaml import Node

_KINDS: Final = {
    "ExternalSecret": "External Secrets",
    "ClusterExternalSecret": "External Secrets",
    "SealedSecret": "Sealed Secrets",
    "SecretProviderClass": "the Secrets Store CSI driver",
    "OnePasswordItem": "1Password",
    "VaultStaticSecret": "Vault",
    "VaultDynamicSecret": "Vault",
    "InfisicalSecret": "Infisical",
    "DopplerSecret": "Doppler",
    "SopsSecret": "SOPS",
    "AzureKeyVaultSecret": "Azure Key Vault",
    "BitwardenSecret": "Bitwarden",
}
_IDENTITY_ANNOTATIONS: Final = (
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
    "azure.workload.identity/client-id",
)
_STORE_RESOURCES: Final = {
    "aws_secretsmanager_secret": "AWS Secrets Manager",
    "google_secret_manager_secret": "Google Secret Manager",
    "azurerm_key_vault_secret": "Azure Key Vault",
    "vault_kv_secret": "Vault",
    "vault_kv_secret_v2": "Vault",
    "vault_database_secret_backend_role": "Vault",
    "vault_database_secret_backend_static_role": "Vault",
    "aws_iam_openid_connect_provider": "OIDC",
    "google_iam_workload_identity_pool": "Workload Identity Federation",
    "google_iam_workload_identity_pool_provider": "Workload Identity Federation",
    "azuread_application_federated_identity_credential": "federated identity",
    "azurerm_federated_identity_credential": "federated identity",
    "aws_eks_pod_identity_association": "EKS Pod Identity",
    "linode_secret": "a secret store",
}
_DATA_STORES: Final = {
    "aws_secretsmanager_secret_version": "AWS Secrets Manager",
    "google_secret_manager_secret_version": "Google Secret Manager",
    "azurerm_key_vault_secret": "Azure Key Vault",
    "vault_generic_secret": "Vault",
    "vault_kv_secret_v2": "Vault",
    "sops_file": "SOPS",
    "onepassword_item": "1Password",
    "doppler_secrets": "Doppler",
    "infisical_secrets": "Infisical",
    "aws_ssm_parameter": "",
}
_STORE_ACTIONS: Final = {
    "hashicorp/vault-action": "Vault",
    "1password/load-secrets-action": "1Password",
    "dopplerhq/secrets-fetch-action": "Doppler",
    "infisical/secrets-action": "Infisical",
    "aws-actions/aws-secretsmanager-get-secrets": "AWS Secrets Manager",
    "google-github-actions/get-secretmanager-secrets": "Google Secret Manager",
    "azure/get-keyvault-secrets": "Azure Key Vault",
    "bitwarden/sm-action": "Bitwarden",
    "akeyless-community/akeyless-github-action": "Akeyless",
    "actions/create-github-app-token": "short-lived GitHub App tokens",
    "tibdex/github-app-token": "short-lived GitHub App tokens",
}


@once
def stores(site: Site[object]) -> tuple[tuple[str, Place, tuple[str, ...]], ...]:
    """What keeps credentials out of files: (sentence, place, environments), one per mechanism."""
    seen: dict[str, tuple[str, Place, tuple[str, ...]]] = {}
    for what, place, environments in (*_in_pipelines(site), *_in_cluster(site), *_in_code(site)):
        seen.setdefault(what, (what, place, environments))
    return tuple(seen.values())


def _in_pipelines(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off:
                continue
            if _remote_identity(job):
                yield f"job {job.id} asks for a short-lived identity (OIDC)", job.place, ()
            for step in job.all_steps:
                what = _keyless(job, step) or _from_store(step)
                if what:
                    yield what, step.place, ()


def _remote_identity(job: Job) -> bool:
    if job.uses is None or job.node.at("permissions", "id-token").text != "write":
        return False
    given = [*job.node.at("secrets").names(), *job.node.at("with").names()]
    return any(w in name.lower() for name in given for w in ("role", "workload_identity", "oidc"))


def _keyless(job: Job, step: Step) -> str:
    uses, inputs = step.uses, step.inputs
    name = uses.name.lower() if uses else ""
    token = job.permissions.at("id-token").text == "write" or job.permissions.text == "write-all"
    if name == "aws-actions/configure-aws-credentials":
        key = inputs.has("aws-access-key-id")
        if inputs.has("role-to-assume") and not key:
            return "AWS is reached by OIDC, without a stored key"
    if name == "google-github-actions/auth" and inputs.at("workload_identity_provider").text:
        return "Google Cloud is reached by Workload Identity Federation"
    if name == "azure/login" and inputs.has("client-id") and not inputs.has("creds"):
        return "Azure is reached by a federated identity, without a stored secret"
    if name == "pypa/gh-action-pypi-publish" and token and not inputs.has("password"):
        return "PyPI is reached by trusted publishing, without a stored token"
    if name == "rubygems/release-gem" and token:
        return "RubyGems is reached by trusted publishing, without a stored key"
    if any(c.starts("npm", "publish") and token and not _npm_token(step) for c in step.commands):
        return "npm is reached by trusted publishing, without a stored token"
    return ""


def _npm_token(step: Step) -> bool:
    return any("TOKEN" in name for name in step.env.names())


def _from_store(step: Step) -> str:
    name = step.uses.name.lower() if step.uses else ""
    if name in _STORE_ACTIONS:
        return f"pipelines read credentials from {_STORE_ACTIONS[name]}"
    for command in step.commands:
        if command.program == "sops" and {"-d", "--decrypt", "decrypt", "exec-env"} & set(
            command.argv
        ):
            return "pipelines decrypt credentials with SOPS"
        if command.starts("op", "run") or command.starts("op", "inject"):
            return "pipelines read credentials from 1Password"
        if command.starts("doppler", "run"):
            return "pipelines read credentials from Doppler"
    return ""


def _in_cluster(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for manifest in site.repo.manifests:
        what = _KINDS.get(manifest.kind, "")
        if what:
            sentence = f"credentials of the cluster come from {what} ({manifest.kind})"
            yield sentence, manifest.place(), manifest.environments
        elif manifest.kind == "Secret" and manifest.node.has("sops"):
            yield "Secrets are encrypted with SOPS", manifest.place(), manifest.environments
        elif manifest.kind == "ServiceAccount":
            key = next((k for k in _IDENTITY_ANNOTATIONS if k in manifest.annotations), "")
            if key:
                place = manifest.place("metadata", "annotations", key)
                yield "workloads use a cloud identity without a key", place, manifest.environments
        elif "vault.hashicorp.com/agent-inject" in "".join(_pod_annotations(manifest.node)):
            yield "Vault injects credentials into pods", manifest.place(), manifest.environments
    for root in site.repo.roots:
        for name in (".sops.yaml", ".sops.yml"):
            file = root.files.get(name)
            if file and file.yaml.first.at("creation_rules").items():
                yield "files with credentials are encrypted with SOPS", file.place(), ()


def _pod_annotations(node: Node) -> list[str]:
    return node.at("spec", "template", "metadata", "annotations").names()


def _in_code(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for module in used_modules(site):
        for block in module.blocks:
            what = _of_block(block)
            if what:
                yield what, block.place, ()


def _of_block(block: Block) -> str:
    label = block.labels[0] if block.labels else ""
    if block.type == "resource" and label in _STORE_RESOURCES:
        return f"credentials are kept in {_STORE_RESOURCES[label]} ({label})"
    if block.type == "data" and _DATA_STORES.get(label):
        return f"credentials are read from {_DATA_STORES[label]} ({label})"
    if block.attr("manage_master_user_password"):
        return "AWS keeps the database's password itself (manage_master_user_password)"
    return ""
