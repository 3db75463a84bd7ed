"""Addresses of repositories, as far as git or the files show them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from seatrial.kit.site import Site, once
from seatrial.repo.files import Root
from seatrial.repo.git.remote import remote

_WEB: Final = re.compile(r"github\.com[/:]([A-Za-z0-9][\w.-]*)/([A-Za-z0-9][\w.-]*)")
_REGISTRY: Final = re.compile(r"ghcr\.io/([A-Za-z0-9][\w-]*)")
_READ: Final = (".md", ".yaml", ".yml", ".sh", ".toml", ".json", ".tf", ".cfg", ".rst", ".txt")


def address_of(site: Site[object], root: Root) -> str:
    """HTTPS address of a repository (`https://github.com/a/shop.git`); empty if nothing shows it.

    The remote of git wins; then an address in the files that ends with the repository's own name;
    then the organisation whose images the files name, with that name.
    """
    origin = remote(root)
    if origin:
        return f"https://{origin.host}/{origin.owner}/{origin.name}.git"
    owners = _owners(site)
    owner = owners.get(root.name.lower()) or owners.get("")
    return f"https://github.com/{owner}/{root.name}.git" if owner else ""


@once
def _owners(site: Site[object]) -> dict[str, str]:
    """Owners by name of the repository, lower case; under "" the owner of the images."""
    seen: dict[str, Counter[str]] = {}
    for file in site.repo.files():
        if not file.path.endswith(_READ) or "lock" in file.name:
            continue
        for owner, name in _WEB.findall(file.text):
            plain = name.lower().removesuffix(".git").rstrip(".")
            seen.setdefault(plain, Counter())[owner] += 1
        for owner in _REGISTRY.findall(file.text):
            seen.setdefault("", Counter())[owner] += 1
    return {name: max(sorted(found), key=lambda o: found[o]) for name, found in seen.items()}
