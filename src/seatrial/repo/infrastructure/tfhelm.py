"""Helm releases and manifests that Terraform applies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tflimits import Limit, limit
from seatrial.repo.infrastructure.tfpaths import NamedFile
from seatrial.repo.infrastructure.tfscope import Scope, scopes
from seatrial.repo.infrastructure.tftexts import Text, files, members, texts

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.tfmodules import Module

_MANIFESTS: Final = {
    "kubernetes_manifest": ("manifest",),
    "kubectl_manifest": ("yaml_body",),
    "kustomization_resource": ("manifest",),
    "k8s_manifest": ("content",),
}


@struct(eq=False)
class HelmRelease:
    """A `helm_release` resource.

    Attributes:
        environments: names to which its condition limits it; empty means no such limit (see
            `limit` for what is left out or off).
    """

    module: Module
    block: Block

    @property
    def place(self) -> Place:
        """Where the block starts."""
        return self.block.place

    @property
    def name(self) -> str:
        """Release name; unresolved parts stand as `${...}`."""
        return self._text("name")

    @property
    def chart(self) -> str:
        """Chart's name, path or address."""
        return self._text("chart")

    @property
    def repository(self) -> str:
        """Chart repository, empty without one."""
        return self._text("repository")

    @property
    def version(self) -> str | None:
        """Chart version; None when it is not set, `${...}` when it is computed."""
        return self._text("version") or None

    @property
    def namespace(self) -> str:
        """Namespace; empty when it is not set (Helm takes `default`)."""
        return self._text("namespace")

    @cached_property
    def chart_folder(self) -> str | None:
        """Folder of a chart that lies in the same repository, otherwise None."""
        from seatrial.repo.infrastructure.tfpaths import candidates

        present = self.module.root.files
        for path in candidates(self._scopes[0], self.chart) if self.chart else []:
            if (f"{path}/Chart.yaml" if path != "." else "Chart.yaml") in present:
                return path
        return None

    @cached_property
    def settings(self) -> Mapping[str, Expression]:
        """`set`, `set_list` and `set_sensitive`, as blocks or as a list: path -> value."""
        return dict(self._settings("set", "set_list", "set_sensitive", "set_string"))

    @cached_property
    def secret_settings(self) -> Mapping[str, Expression]:
        """Those of `settings` that stand under `set_sensitive`."""
        return dict(self._settings("set_sensitive"))

    @cached_property
    def values_files(self) -> tuple[NamedFile, ...]:
        """Files that `values` reads; one whose name is computed gives every file it can mean."""
        found = (f for s in self._scopes for e in self._values() for f in files(s, e, 0))
        return tuple(dict.fromkeys(found))

    @cached_property
    def inline_values(self) -> tuple[Text, ...]:
        """Values that stand in Terraform itself."""
        found = (t for s in self._scopes for e in self._values() for t in texts(s, e, 0))
        return tuple(dict.fromkeys(found))

    @cached_property
    def limit(self) -> Limit:
        """Its `count` or `for_each`, and those of the modules above."""
        return limit(self.module, self.block)

    @property
    def condition(self) -> str:
        """Text of the condition, empty without one."""
        return self.limit.text

    @property
    def environments(self) -> tuple[str, ...]:
        """Environments to which it is limited; empty for all."""
        return self.limit.only

    def _text(self, name: str) -> str:
        return self.module.text(self.block.attr(name))

    @cached_property
    def _scopes(self) -> tuple[Scope, ...]:
        # A module that is called for several environments has a scope for each.
        return tuple(scopes(self.module, None, None))

    def _values(self) -> tuple[Expression, ...]:
        values = self.block.attr("values")
        return (values.items() or (values,)) if values else ()

    def _settings(self, *kinds: str) -> Iterator[tuple[str, Expression]]:
        for kind in kinds:
            for block in self.block.children(kind):
                yield from self._setting(block.attr("name"), block.attr("value"))
            listed = self.block.attr(kind)
            for item in members(self._scopes[0], listed):
                yield from self._setting(item.get("name"), item.get("value"))

    def _setting(
        self, name: Expression | None, value: Expression | None
    ) -> Iterator[tuple[str, Expression]]:
        if name and value:
            yield self.module.text(name), value


@struct(eq=False)
class Manifest:
    """A Kubernetes object that Terraform applies.

    Attributes:
        text: its YAML or JSON; None when it is computed.
        files: files that it is read from.
    """

    module: Module
    block: Block
    text: Text | None
    files: tuple[NamedFile, ...] = ()

    @property
    def place(self) -> Place:
        """Where the block starts."""
        return self.block.place

    @cached_property
    def limit(self) -> Limit:
        """Where it exists."""
        return limit(self.module, self.block)


def helm_releases(modules: Iterable[Module]) -> tuple[HelmRelease, ...]:
    """All `helm_release` resources."""
    found = ((m, b) for m in modules for b in m.resources("helm_release"))
    return tuple(HelmRelease(m, b) for m, b in found)


def manifests(modules: Iterable[Module]) -> tuple[Manifest, ...]:
    """All manifest resources; typed ones (`kubernetes_deployment`) are in `Module.resources`."""
    made: list[Manifest] = []
    for module in modules:
        scope = None
        for block in module.resources():
            attributes = _MANIFESTS.get("".join(block.labels[:1]), ())
            body = next((e for a in attributes if (e := block.attr(a))), None)
            if body:
                scope = scope or next(scopes(module, None, None))
                read = tuple(files(scope, body, 0))
                text = next(texts(scope, body, 0), None)
                made.append(Manifest(module, block, text, read))
    return tuple(made)
