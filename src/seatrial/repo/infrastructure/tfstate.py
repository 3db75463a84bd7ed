"""Terraform states in the repository: addresses, and where they hold secrets; never the values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, cast

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.files import File
from seatrial.repo.yaml import Trouble

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

_NAMES: Final = frozenset(
    "kubeconfig kube_config_raw root_pass password passwd private_key private_key_pem"
    " private_key_openssh private_key_pem_pkcs8 secret_key secret_access_key access_key"
    " client_secret client_key token secret secret_string secret_data api_key api_token auth_token"
    " connection_string primary_access_key secondary_access_key ses_smtp_password_v4 pass"
    " shared_key encryption_key signing_key webhook_url bearer_token pat".split()
)
_ENDINGS: Final = (
    "_password", "_passwd", "_root_pass", "_token", "_secret", "_private_key", "_api_key",
    "_secret_key", "_access_key", "_connection_string", "_kubeconfig", "_credentials_json",
)  # fmt: skip
_NO_SECRETS: Final = frozenset(
    {"next_token", "page_token", "continuation_token", "client_token", "creation_token"}
)
_PUBLIC_KEYS: Final = frozenset({"namespace", "ca.crt"})
"""Keys of a service account's token that are no secret."""
_MAX_VISITS: Final = 300_000


@struct
class SensitivePath:
    """Names a value of a state that is a secret.

    Attributes:
        owner: address of the resource, or `output.<name>`.
        path: attribute path below it (`kubeconfig`, `data.password`), empty for an output.
        declared: True when the state itself marks it as sensitive; False when its name tells.
    """

    owner: str
    path: str
    place: Place
    declared: bool

    def __str__(self) -> str:
        """`linode_lke_cluster.main.kubeconfig`."""
        return f"{self.owner}.{self.path}" if self.path else self.owner


@struct
class StateFile:
    """A state that lies in the repository.

    Attributes:
        folder: folder of the module whose state it is.
        workspace: `default`, or the folder below `terraform.tfstate.d`.
        serial: -1 when it is not told.
        addresses: of every instance, data sources included.
        sensitive: in the order of the file, each once.
        is_backup: `.backup` and the like; a copy holds the same secrets.
        encrypted: by OpenTofu or SOPS, so that nothing inside can be read.
        broken: empty, truncated or no JSON.
    """

    file: File
    place: Place
    folder: str
    workspace: str
    lineage: str = ""
    serial: int = -1
    terraform_version: str = ""
    addresses: tuple[str, ...] = ()
    sensitive: tuple[SensitivePath, ...] = ()
    is_backup: bool = False
    encrypted: bool = False
    broken: bool = False


def read(file: File) -> StateFile:
    """Read a state; content that cannot be understood makes it `broken`."""
    folder, workspace = _owner(file.folder)
    backup = not file.name.lower().endswith((".tfstate", ".json"))
    data = _load(file)
    if not isinstance(data, dict) or not ({"version", "sops", "encrypted_data"} & set(data)):
        file.root.note(file.path, Trouble(1, "not a Terraform state: empty, truncated or no JSON"))
        return StateFile(file, file.place(), folder, workspace, is_backup=backup, broken=True)
    encrypted = "encrypted_data" in data or "sops" in data
    reader = _Reader(file, data)
    if not encrypted:
        reader.run()
    serial, lineage = data.get("serial"), data.get("lineage")
    return StateFile(
        file, file.place(), folder, workspace,
        lineage=lineage if isinstance(lineage, str) else "",
        serial=serial if isinstance(serial, int) else -1,
        terraform_version=str(data.get("terraform_version", "")),
        addresses=tuple(reader.addresses),
        sensitive=tuple(dict.fromkeys(reader.sensitive)),
        is_backup=backup,
        encrypted=encrypted,
    )  # fmt: skip


def _owner(folder: str) -> tuple[str, str]:
    parts = folder.split("/")
    if len(parts) > 1 and parts[-2] == "terraform.tfstate.d":
        return "/".join(parts[:-2]), parts[-1]
    return folder, "default"


def _load(file: File) -> Plain:
    try:
        return cast("Plain", json.loads(file.text))
    except (ValueError, RecursionError):
        return None


def is_secret_name(name: str) -> bool:
    """True when an attribute or output of this name usually holds a secret."""
    low = name.lower()
    return low not in _NO_SECRETS and (low in _NAMES or low.endswith(_ENDINGS))


class _Reader:
    """Collects addresses and secret paths of one state (format 4, and 3 as far as it goes)."""

    def __init__(self, file: File, data: dict[str, Plain]) -> None:
        self.file = file
        self.data = data
        self.addresses: list[str] = []
        self.sensitive: list[SensitivePath] = []
        self._offset = 0
        self._counted = (0, 1)
        self._budget = _MAX_VISITS

    def run(self) -> None:
        self._outputs(self.data.get("outputs"))
        for resource in _maps(self.data.get("resources")):
            self._resource(resource)
        for module in _maps(self.data.get("modules")):
            self._outputs(module.get("outputs"))
            for address, old in _map(module.get("resources")).items():
                self.addresses.append(address)
                primary = _map(_map(old).get("primary"))
                self._search(address, _map(primary.get("attributes")), ())

    def _outputs(self, outputs: Plain) -> None:
        for name, output in _map(outputs).items():
            entry = _map(output)
            declared = entry.get("sensitive") is True
            if (declared or is_secret_name(name)) and _filled(entry.get("value")):
                self._add(f"output.{name}", "", name, declared=declared)

    def _resource(self, resource: dict[str, Plain]) -> None:
        kind, name = str(resource.get("type", "")), str(resource.get("name", ""))
        module = resource.get("module")
        prefix = f"{module}." if isinstance(module, str) else ""
        prefix += "data." if resource.get("mode") == "data" else ""
        # Resources stand at six spaces in what Terraform writes; attributes stand deeper.
        found = self.file.text.find(f'\n      "name": {json.dumps(name)}', self._offset)
        self._offset = found + 1 if found >= 0 else self._offset
        for instance in _maps(resource.get("instances")):
            key = instance.get("index_key")
            suffix = "" if key is None else f"[{json.dumps(key)}]"
            address = f"{prefix}{kind}.{name}{suffix}"
            self.addresses.append(address)
            attributes = _map(instance.get("attributes"))
            # The map of a Kubernetes secret is told key by key below.
            whole = ("data",) if kind.startswith("kubernetes_secret") else ()
            for steps in _declared(instance.get("sensitive_attributes")):
                if steps != whole and _filled(_follow(attributes, steps)):
                    self._add(address, ".".join(steps), steps[-1], declared=True)
            self._search(address, attributes, ())
            for secret in _map(attributes.get("data")) if whole else ():
                if secret not in _PUBLIC_KEYS:
                    self._add(address, f"data.{secret}", secret, declared=True)

    def _search(self, address: str, value: Plain, path: tuple[str, ...]) -> None:
        self._budget -= 1
        if self._budget < 0 or len(path) > 20:  # noqa: PLR2004 (a bound on nesting)
            return
        if isinstance(value, dict):
            for name, inside in value.items():
                leaf = name.rpartition(".")[2]
                if isinstance(inside, str) and inside and is_secret_name(leaf):
                    self._add(address, ".".join((*path, name)), name, declared=False)
                elif isinstance(inside, dict | list):
                    self._search(address, inside, (*path, name))
        elif isinstance(value, list):
            for index, inside in enumerate(value):
                if isinstance(inside, dict | list):
                    self._search(address, inside, (*path, str(index)))

    def _add(self, owner: str, path: str, leaf: str, *, declared: bool) -> None:
        if any(s.owner == owner and s.path == path for s in self.sensitive[-64:]):
            return
        found = self.file.text.find(json.dumps(leaf) + ":", self._offset)
        place = self.file.place(self._line(max(found, 0)))
        self.sensitive.append(SensitivePath(owner, path, place, declared))

    def _line(self, offset: int) -> int:
        # Counts on from the last answer: a large state with many secrets stays linear.
        start, line = self._counted if self._counted[0] <= offset else (0, 1)
        line += self.file.text.count("\n", start, offset)
        self._counted = (offset, line)
        return line


def _map(value: Plain) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}


def _maps(value: Plain) -> Iterator[dict[str, Plain]]:
    return (v for v in value if isinstance(v, dict)) if isinstance(value, list) else iter(())


def _filled(value: Plain) -> bool:
    return value not in (None, "", [], {}, False)


def _declared(value: Plain) -> Iterator[tuple[str, ...]]:
    """Attribute paths of `sensitive_attributes`: lists of steps, or plain names in old states."""
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, str):
            yield (entry,)
        elif isinstance(entry, list) and entry:
            steps = [_map(step).get("value") for step in entry]
            yield tuple(str(_map(s).get("value") if isinstance(s, dict) else s) for s in steps)


def _follow(value: Plain, steps: tuple[str, ...]) -> Plain:
    current: Plain = value
    for step in steps:
        if isinstance(current, dict):
            current = current.get(step)
        elif isinstance(current, list) and step.isdigit() and int(step) < len(current):
            current = current[int(step)]
        else:
            return None
    return current
