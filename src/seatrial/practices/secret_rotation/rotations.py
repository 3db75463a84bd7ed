"""What replaces credentials without a person, and the inventory that says which and when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.delivery.releases import command_place
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.secret_rotation.scheduled import scheduled
from seatrial.repo.commands.shell import Command
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.workflows import Job

_RESOURCES: Final = {
    "aws_secretsmanager_secret_rotation": True,
    "vault_database_secret_backend_role": True,
    "vault_database_secret_backend_static_role": True,
    "azurerm_key_vault_secret_rotation": False,
    "google_secret_manager_secret": False,
    "azurerm_key_vault_key": False,
}
"""Terraform resources that rotate; True where the service checks the new credential itself."""
_NEEDS_BLOCK: Final = {
    "google_secret_manager_secret": "rotation",
    "azurerm_key_vault_key": "rotation_policy",
}
_VERBS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("aws", ("secretsmanager", "rotate-secret")),
    ("aws", ("iam", "create-access-key")),
    ("seatrial", ("secrets", "rotate")),
    ("vault", ("write",)),
    ("gcloud", ("iam", "service-accounts", "keys", "create")),
    ("az", ("keyvault", "secret", "rotate")),
    ("az", ("ad", "sp", "credential", "reset")),
    ("doctl", ("databases", "user", "reset")),
    ("linode-cli", ("profile", "token-create")),
)
_CHECKS: Final = ("psql", "mysql", "curl", "pg_isready", "redis-cli", "mongosh", "wget", "httpie")
_COLUMNS: Final = ("rotat", "max age", "maximum age", "expir", "interval", "policy", "age", "days")


@struct
class Rotation:
    """Something that replaces credentials on its own.

    Attributes:
        tested: the new credential is tried before the old one goes.
    """

    what: str
    place: Place
    tested: bool
    environments: tuple[str, ...] = ()


@once
def rotations(site: Site[object]) -> tuple[Rotation, ...]:
    """Everything that rotates a credential without a person."""
    return (
        *_in_code(site),
        *_in_pipelines(site),
        *_in_cluster(site),
        *(
            Rotation(f"task {name} replaces a credential on a schedule", place, tested=False)
            for name, place in scheduled(site)
        ),
    )


def _in_code(site: Site[object]) -> Iterator[Rotation]:
    for module in used_modules(site):
        on_time = bool(module.resources("time_rotating"))
        for block in module.blocks:
            flag = block.attr("manage_master_user_password")
            if flag is not None and module.resolve(flag) is True:
                what = f"AWS rotates the master password of {block.address}"
                yield Rotation(what, flag.place, tested=True)
            elif block.type == "resource":
                yield from _of_resource(block, on_time=on_time)


def _of_resource(block: Block, *, on_time: bool) -> Iterator[Rotation]:
    label = block.labels[0] if block.labels else ""
    needed = _NEEDS_BLOCK.get(label, "")
    if needed and not block.child(needed):
        return
    if label in _RESOURCES:
        yield Rotation(f"{block.address} rotates", block.place, _RESOURCES[label])
    elif on_time and any(
        reference.startswith("time_rotating.")
        for expression in block.attributes.values()
        for reference in expression.references
    ):
        yield Rotation(f"{block.address} is replaced on a schedule", block.place, tested=False)


def _in_pipelines(site: Site[object]) -> Iterator[Rotation]:
    for workflow in site.repo.workflows:
        if not workflow.trigger("schedule"):
            continue
        for job in workflow.jobs:
            if not job.is_off:
                yield from _of_job(site, job)


def _of_job(site: Site[object], job: Job) -> Iterator[Rotation]:
    found: Place | None = None
    tested = False
    what = ""
    for step in job.all_steps:
        for command in site.repo.followed(step.commands, step.file):
            if replaces(command):
                found = found or command_place(step, command)
                what = what or command.text
                tested = tested or command.starts("seatrial", "secrets")
            elif found and command.program in _CHECKS and not command.masked:
                tested = True
    if found:
        yield Rotation(f"job {job.id} replaces a credential on a schedule ({what})", found, tested)


def replaces(command: Command) -> bool:
    """True for a command that makes a new credential or puts one in place of another."""
    text = " ".join(command.argv) + command.stdin
    low = text.lower()
    if command.program in {"psql", "mysql", "mariadb"}:
        return "alter role" in low or "alter user" in low
    if command.program == "vault":
        return "rotate" in low
    if any(command.starts(program, *words) for program, words in _VERBS):
        return True
    name = command.program.rpartition("/")[2].lower()
    script = command.argv[1].lower() if len(command.argv) > 1 else ""
    return ("rotate" in name or "rotate" in script) and not name.startswith(("log", "echo"))


def _in_cluster(site: Site[object]) -> Iterator[Rotation]:
    for manifest in site.repo.manifests:
        if manifest.kind == "CronJob" and manifest.node.at("spec", "suspend").value is not True:
            words, text = _run_by(site, manifest)
            if "rotate" in words or "alter role" in text or "alter user" in text:
                what = f"CronJob/{manifest.name} replaces a credential"
                tested = any(f" {name}" in f" {text}" for name in ("psql", "curl", "mysql"))
                yield Rotation(what, manifest.place(), tested, manifest.environments)
        elif manifest.kind == "VaultDynamicSecret":
            what = f"{manifest.kind}/{manifest.name} gives short-lived credentials"
            yield Rotation(what, manifest.place(), tested=True, environments=manifest.environments)
        elif manifest.kind == "OperatorConfiguration":
            users = manifest.node.at("configuration", "kubernetes", "enable_password_rotation")
            if users.value is True:
                what = "the PostgreSQL operator rotates passwords"
                yield Rotation(
                    what, manifest.place(), tested=True, environments=manifest.environments
                )


def _run_by(site: Site[object], manifest: Manifest) -> tuple[str, str]:
    """What containers are told to run, lower case, and the same with scripts of ConfigMaps."""
    pod = [*manifest.init_containers, *manifest.containers]
    words = [w.text for c in pod for key in ("command", "args") for w in c.at(key).items()]
    scripts: list[str] = []
    mounted = {v.at("configMap", "name").text for v in manifest.pod_spec.at("volumes").items()}
    for other in site.repo.manifests:
        if other.kind == "ConfigMap" and other.name in mounted and other.chart is manifest.chart:
            scripts += [text.text for _, text in other.node.at("data").pairs()]
    return " ".join(words).lower(), " ".join(" ".join((*words, *scripts)).split()).lower()


@once
def inventory(site: Site[object]) -> Place | None:
    """The document that lists credentials with owner and age; None when there is none."""
    for document in site.repo.documents:
        path = document.file.path.lower()
        if not any(word in path for word in ("secret", "credential", "rotation", "security")):
            continue
        for number, line in enumerate(document.file.lines, 1):
            low = line.lower()
            if (
                line.lstrip().startswith("|")
                and "owner" in low
                and any(column in low for column in _COLUMNS)
            ):
                return document.file.place(number)
    for file in site.repo.files():
        name = file.name.lower()
        if name in {
            "credentials.yaml",
            "credentials.yml",
            "secrets-inventory.yaml",
            "seatrial.yaml",
        }:
            for line in file.lines:
                if line.strip().lstrip("- ").startswith(("max_age", "rotate_after", "rotation")):
                    return file.place()
    return None
