"""Wishes for the bot that raises dependencies, actions and base images by pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.render import render
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Wish
from seatrial.model.edit import AddItem, Block, Item, SetKey, YamlEdit
from seatrial.model.struct import struct
from seatrial.practices.security_scanning.coverage import covered, held
from seatrial.practices.security_scanning.evidence import DEPENDABOT, RENOVATE
from seatrial.repo.files import File, Root
from seatrial.repo.yaml import Node

COOLDOWN: Final = 7
"""Days that a new release waits: a poisoned one is usually found within them."""
_MANIFESTS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("pip", ("requirements.txt", "pyproject.toml", "Pipfile", "setup.py")),
    ("npm", ("package.json",)),
    ("gomod", ("go.mod",)),
    ("maven", ("pom.xml",)),
    ("gradle", ("build.gradle", "build.gradle.kts")),
    ("bundler", ("Gemfile",)),
    ("composer", ("composer.json",)),
    ("cargo", ("Cargo.toml",)),
    ("nuget", (".csproj", "packages.config")),
    ("mix", ("mix.exs",)),
    ("docker", ("dockerfile",)),
    ("docker-compose", ("compose.yaml", "compose.yml")),
)
"""Ecosystem of Dependabot and the files (or endings) that it reads."""


@struct
class Ecosystem:
    """One entry of Dependabot's configuration.

    Attributes:
        folders: each with a leading slash.
    """

    name: str
    folders: tuple[str, ...]


def updates(site: Site[object]) -> Iterator[Wish]:
    """A configuration where no bot is; in one that is there what it leaves out."""
    for root in site.repo.roots:
        config = next((root.files[name] for name in DEPENDABOT if name in root.files), None)
        if config is not None:
            yield from _completed(site, root, config)
        elif not _has_renovate(root):
            found = tuple(ecosystems(site, root))
            text = render(
                "security_scanning", ".github/dependabot.yml.j2", ecosystems=found, days=COOLDOWN
            )
            names = ", ".join(one.name for one in found)
            reason = f"updates of {names} arrive as small pull requests every week"
            yield Generate(root.name, DEPENDABOT[0], text, reason)


def _has_renovate(root: Root) -> bool:
    package = root.files.get("package.json")
    own = package is not None and '"renovate":' in package.text
    return own or any(name in root.files for name in RENOVATE)


def ecosystems(site: Site[object], root: Root) -> Iterator[Ecosystem]:
    """What a repository holds that Dependabot can raise."""
    # `apply` writes workflows wherever it writes this file.
    yield Ecosystem("github-actions", ("/",))
    for name, files in _MANIFESTS:
        folders = {f"/{f.folder}" for f in root.files.values() if _is_one(f, files)}
        if folders:
            yield Ecosystem(name, tuple(sorted(folders)))
    modules = site.repo.terraform.modules
    roots = {f"/{m.folder}" for m in modules if m.root is root and m.required_providers}
    if roots:
        yield Ecosystem("terraform", tuple(sorted(roots)))


def _is_one(file: File, names: tuple[str, ...]) -> bool:
    if is_aside(file.path):
        return False
    lowered = file.name.lower()
    if "dockerfile" in names:
        return "dockerfile" in lowered and not lowered.endswith((".dockerignore", ".md", ".j2"))
    if "pyproject.toml" in names and file.name == "pyproject.toml":
        return "dependencies" in file.text
    ends = tuple(name for name in names if name.startswith("."))
    composed = "compose.yaml" in names and lowered.endswith(names) and "compose" in lowered
    return file.name in names or composed or (bool(ends) and lowered.endswith(ends))


def _completed(site: Site[object], root: Root, config: File) -> Iterator[Wish]:
    entries = config.yaml.first.at("updates").items()
    edits: list[YamlEdit] = []
    for index, entry in enumerate(entries):
        if not entry.has("cooldown"):
            at = ("updates", _item(entries, index), "cooldown")
            edits.append(SetKey(at, "default-days", COOLDOWN))
    there, _ = covered(root)
    missing = [kind for kind in held(site, root) if there is not None and kind not in there]
    known = {one.name: one for one in ecosystems(site, root)}
    for kind in missing:
        one = known.get(kind, Ecosystem(kind, ("/",)))
        edits.append(AddItem(("updates",), Block(_entry(one)), identity="package-ecosystem"))
    if edits:
        reason = "the bot also raises what it left out, each release some days after it appeared"
        yield Edit(root.name, config.path, tuple(edits), reason)


def _item(entries: list[Node], index: int) -> Item | int:
    name = entries[index].at("package-ecosystem").text
    alike = [e for e in entries if e.at("package-ecosystem").text == name]
    return Item("package-ecosystem", name) if name and len(alike) == 1 else index


def _entry(one: Ecosystem) -> str:
    lines = [f"package-ecosystem: {one.name}", "directories:"]
    lines += [f"  - {folder}" for folder in one.folders]
    lines += ["schedule:", "  interval: weekly", "cooldown:", f"  default-days: {COOLDOWN}"]
    return "\n".join([*lines, "groups:", f"  {one.name}:", '    patterns: ["*"]'])
