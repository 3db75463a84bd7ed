"""Where the state of a root module shall lie, and what a pipeline has to hand in for that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.tfsecrets import secret_name, secret_variables
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.files import Root
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tfmodules import Module

_KEYS: Final = {"s3": "key", "gcs": "prefix", "azurerm": "key", "oss": "key", "cos": "key"}
_NO_BUCKETS: Final = {
    "us-central": "us-ord",
    "us-west": "us-lax",
    "ca-central": "us-ord",
    "eu-west": "gb-lon",
    "ap-west": "in-maa",
    "ap-northeast": "jp-osa",
    "ap-southeast": "au-mel",
}
"""Regions of Linode without object storage, each with the nearest that has it."""
_STATE_ENV: Final = (
    ("AWS_ACCESS_KEY_ID", "${{ secrets.STATE_ACCESS_KEY }}"),
    ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"),
    ("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required"),
    ("AWS_SECRET_ACCESS_KEY", "${{ secrets.STATE_SECRET_KEY }}"),
)
"""Keys of a foreign S3 server; without the two checksums it refuses what newer clients send."""
_TOKENS: Final = {"linode": "LINODE_TOKEN", "digitalocean": "DIGITALOCEAN_TOKEN"}
"""Variables from which providers take their token where no block gives it."""
_IDENTITIES: Final = {"aws", "google", "azurerm"}


@struct
class Backend:
    """A backend block to be written.

    Attributes:
        settings: attributes in the order of writing, each with its value as HCL.
        foreign: True for an S3 server that is not AWS.
        shared: True when it is the bucket of another root module, which is there already.
    """

    kind: str
    settings: tuple[tuple[str, str], ...]
    foreign: bool = False
    shared: bool = False

    def setting(self, name: str) -> str:
        """A setting without its quotes; empty when it is not there."""
        return dict(self.settings).get(name, "").strip('"')


def backend_for(site: Site[object], module: Module) -> Backend | None:
    """The backend that suits a root module: like its neighbours', else that of its cloud."""
    return _like_others(site, module) or _of_cloud(site, module)


def terraform_env(site: Site[object], root: Root) -> tuple[tuple[str, str], ...]:
    """Variables that a pipeline of this repository needs to run Terraform, each with its value."""
    names: dict[str, str] = {}
    for module in site.repo.terraform.roots:
        if module.root is not root or module.is_example or module.is_run_by_terragrunt:
            continue
        for variable in secret_variables(site, module):
            names[f"TF_VAR_{variable}"] = f"${{{{ secrets.{secret_name(variable)} }}}}"
        for cloud, name in _TOKENS.items():
            if cloud in _clouds(module) and not any(
                p.attr("token") for p in module.providers(cloud)
            ):
                names[name] = f"${{{{ secrets.{name} }}}}"
        backend = backend_for(site, module) if module.backend() is None else None
        if backend and backend.foreign and not backend.shared:
            names |= dict(_STATE_ENV)
    return tuple(sorted(names.items()))


def needs_identity(module: Module) -> str:
    """The cloud whose identity a pipeline has to take on to run a module; empty for tokens only."""
    return next(iter(sorted(_IDENTITIES & _clouds(module))), "")


def _like_others(site: Site[object], module: Module) -> Backend | None:
    for other in site.repo.terraform.roots:
        block = other.backend() if other.root is module.root and not other.is_example else None
        if block is None or other is module:
            continue
        if block.type == "cloud":
            organization = block.attr("organization")
            if organization is not None and organization.is_literal:
                return Backend("cloud", (("organization", organization.text),), shared=True)
            continue
        kind = block.labels[0] if block.labels else ""
        if kind in _KEYS and _is_whole(block, kind):
            return Backend(kind, tuple(_copied(block, kind, module)), shared=True)
    return None


def _is_whole(block: Block, kind: str) -> bool:
    needed = ("storage_account_name", "container_name") if kind == "azurerm" else ("bucket",)
    return all(_fixed(block.attr(name)) for name in needed)


def _fixed(expression: Expression | None) -> bool:
    return expression is not None and isinstance(expression.constant, str)


def _copied(block: Block, kind: str, module: Module) -> Iterator[tuple[str, str]]:
    for name, value in block.attributes.items():
        if name == _KEYS[kind]:
            yield name, f'"{_key(kind, module)}"'
        elif name not in {"access_key", "secret_key", "token"} and not value.references:
            yield name, value.text
    if kind == "s3" and not {"use_lockfile", "dynamodb_table"} & set(block.attributes):
        yield "use_lockfile", "true"


def _key(kind: str, module: Module) -> str:
    folder = module.folder or "root"
    return folder if kind == "gcs" else f"{folder}/terraform.tfstate"


def _of_cloud(site: Site[object], module: Module) -> Backend | None:
    clouds = _clouds(module)
    name = _name(site, module.root)
    if "linode" in clouds:
        region = _region(module, "linode_lke_cluster", "linode_instance", "linode_nodebalancer")
        place = f"{_NO_BUCKETS.get(region, region)}-1" if region else ""
        return _foreign(module, name, place, f"https://{place}.linodeobjects.com")
    if "digitalocean" in clouds:
        region = _region(module, "digitalocean_")
        return _foreign(module, name, region, f"https://{region}.digitaloceanspaces.com")
    if "aws" in clouds:
        return _aws(module, name)
    if "google" in clouds:
        settings = (("bucket", f'"{name}"'), ("prefix", f'"{_key("gcs", module)}"'))
        return Backend("gcs", settings)
    if "azurerm" in clouds:
        account = re.sub(r"[^a-z0-9]", "", name)[:24]
        return Backend("azurerm", (
            ("resource_group_name", f'"{name}"'),
            ("storage_account_name", f'"{account}"'),
            ("container_name", '"tfstate"'),
            ("key", f'"{_key("azurerm", module)}"'),
            ("use_azuread_auth", "true"),
        ))  # fmt: skip
    return None


def _clouds(module: Module) -> set[str]:
    names = {p.name for p in module.required_providers}
    names |= {b.labels[0] for b in module.providers() if b.labels}
    names |= {b.labels[0].partition("_")[0] for b in module.resources() if b.labels}
    return {"google" if n == "google-beta" else n for n in names}


def _name(site: Site[object], root: Root) -> str:
    address = address_of(site, root)
    words = address.removesuffix(".git").split("/")[-2:] if address else [root.name]
    plain = re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
    return f"{plain[:55].strip('-')}-tfstate"


def _region(module: Module, *types: str) -> str:
    texts = [module.text(b.attr("region")) for b in module.providers()]
    texts += [module.text(b.attr("region")) for t in types for b in module.resources(t)]
    return next((t for t in texts if re.fullmatch(r"[a-z0-9-]+", t)), "")


def _foreign(module: Module, name: str, region: str, endpoint: str) -> Backend | None:
    if not region:
        return None
    return Backend("s3", (
        ("bucket", f'"{name}"'),
        ("key", f'"{_key("s3", module)}"'),
        ("region", f'"{region}"'),
        ("endpoints", f'{{ s3 = "{endpoint}" }}'),
        ("encrypt", "true"),
        ("use_lockfile", "true"),
        ("skip_credentials_validation", "true"),
        ("skip_metadata_api_check", "true"),
        ("skip_region_validation", "true"),
        ("skip_requesting_account_id", "true"),
        ("skip_s3_checksum", "true"),
    ), foreign=True)  # fmt: skip


def _aws(module: Module, name: str) -> Backend | None:
    region = _region(module, "aws_")
    if not region:
        return None
    return Backend("s3", (
        ("bucket", f'"{name}"'),
        ("key", f'"{_key("s3", module)}"'),
        ("region", f'"{region}"'),
        ("encrypt", "true"),
        ("use_lockfile", "true"),
    ))  # fmt: skip
