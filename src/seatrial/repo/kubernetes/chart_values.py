"""Which values files belong to a chart, which environment each serves, and their merged values."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File, Root
from seatrial.repo.kubernetes.chart_references import Reference
from seatrial.repo.kubernetes.helm import SET_AT_DEPLOY, HelmError, HelmMissingError, values_of
from seatrial.repo.yaml import Node, Trouble, Value

_OWN_FOLDERS: Final = frozenset(
    {"templates", "charts", "crds", "ci", "tests", "files", "dashboards"}
)
_VALUES_FOLDERS: Final = frozenset({"values", "env", "envs", "environments", "environment"})


@struct(eq=False)
class ValuesFile:
    """A set of values that overrides a chart's own.

    Attributes:
        file: the values file, or the file that holds the object they are written in.
        node: the values.
        environment: canonical name of the environment that they serve, None for any.
        inline: True when they are part of an object (HelmRelease, Application, helmfile).
    """

    file: File
    node: Node
    environment: str | None
    inline: bool = False

    @cached_property
    def values(self) -> dict[str, Value]:
        """Plain values, read as Helm reads them."""
        if not self.inline:
            try:
                return values_of(self.file.text)
            except HelmMissingError:
                pass  # said once, where the chart is not rendered
            except HelmError as error:
                if self.file.yaml.trouble is None and self.node.kind == "map":
                    self.file.root.note(self.file.path, Trouble(1, f"no values file: {error}"))
        plain = self.node.plain()
        return plain if isinstance(plain, dict) else {}


def beside(root: Root, folder: str, name: str, others: Iterable[str]) -> tuple[ValuesFile, ...]:
    """Values files that lie in the chart's folder or next to it.

    Args:
        root: the repository.
        folder: the chart's folder.
        name: the chart's name.
        others: folders of the other charts of the repository.
    """
    siblings = [o for o in others if o != folder]
    found: list[ValuesFile] = []
    for path, file in root.files.items():
        if not path.endswith((".yaml", ".yml")) or not _inside(
            file.folder, posixpath.dirname(folder)
        ):
            continue
        if _inside(file.folder, folder):
            belongs = _own(file.path[len(folder) :].strip("/"))
        else:
            belongs = _next_to(file, folder, name, siblings)
        if belongs:
            found.append(ValuesFile(file, file.yaml.first, environment_of(_below(file, folder))))
    return tuple(found)


def _below(file: File, folder: str) -> str:
    # What stands above the chart says nothing of the values files in it.
    return file.path[len(folder) :] if _inside(file.folder, folder) else file.path


def _own(path: str) -> bool:
    *folders, last = path.lower().split("/")
    if not _OWN_FOLDERS.isdisjoint(folders[:1]) or last in {
        "chart.yaml",
        "values.yaml",
        "values.yml",
    }:
        return bool(folders) and last.startswith("values.") and not _OWN_FOLDERS & set(folders[:1])
    if last.startswith(("kustomization", "requirements", ".", "values.schema")):
        return False
    return "values" in last or "values" in folders or environment_of(path) is not None


def _next_to(file: File, folder: str, name: str, siblings: Sequence[str]) -> bool:
    if any(_inside(file.folder, other) for other in siblings):
        return False
    base = posixpath.dirname(folder)
    inner = file.path[len(base) :].strip("/").lower()
    *folders, last = inner.split("/")
    if environment_of(inner) is None or not ("values" in last or _VALUES_FOLDERS & set(folders)):
        return False
    named = {name.lower(), posixpath.basename(folder).lower()}
    words = set(folders) | {last.partition(".")[0]} | set(last.replace(".", "-").split("-"))
    alone = not any(posixpath.dirname(other) == base for other in siblings)
    text = file.text
    return (alone or bool(named & words)) and not ("apiVersion:" in text and "\nkind:" in text)


def _inside(folder: str, outer: str) -> bool:
    return not outer or folder == outer or folder.startswith(f"{outer}/")


def resolved(reference: Reference, folder: str, roots: Sequence[Root]) -> Iterator[ValuesFile]:
    """Values files and inline values of a reference, in their order.

    What is a template itself (helmfile's `.gotmpl`) is computed at deployment and left out.
    """
    for written in reference.values:
        file = _file(reference, written, folder, roots)
        if file is not None:
            own = environment_of(file.path) or reference.environment
            yield ValuesFile(file, file.yaml.first, own)
    if reference.inline.kind == "map":
        yield ValuesFile(reference.file, reference.inline, reference.environment, inline=True)


def _file(reference: Reference, written: str, folder: str, roots: Sequence[Root]) -> File | None:
    path = written
    if path.startswith("$") and "/" in path:
        # Argo CD: `$name/...` is a file of the source that is called so.
        path = path.partition("/")[2]
    bases = (folder, reference.file.folder, "")
    for root in (reference.file.root, *roots):
        for base in bases:
            target = posixpath.normpath(posixpath.join(base, path)).removeprefix("./")
            found = root.files.get(target)
            if found is not None and found.suffix in {".yaml", ".yml", ".json"}:
                return found
    return None


def points_to(reference: Reference, folder: str, name: str) -> bool:
    """Whether a reference installs this chart."""
    written = reference.chart.rstrip("/").removesuffix("/.")
    if "://" in written:
        return bool(name) and written.rpartition("/")[2].partition(":")[0] == name
    plain = posixpath.normpath(written)
    near = posixpath.normpath(posixpath.join(reference.file.folder, written))
    if folder in {plain, near} or written == name:
        return True
    tail = plain.lstrip("./")
    return "/" in tail and folder.endswith(f"/{tail}")


def merged(layers: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    """Layers laid over each other as `helm -f` does: maps are merged, all else is replaced."""
    result: dict[str, Value] = {}
    for layer in layers:
        result = _over(result, layer)
    return result


def _over(below: Mapping[str, Value], above: Mapping[str, Value]) -> dict[str, Value]:
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        both = isinstance(under, dict) and isinstance(value, dict)
        result[key] = _over(under, value) if both else value  # type: ignore[arg-type]  # mypy does not narrow through `both`
    return result


def set_values(sets: Iterable[tuple[str, str]]) -> dict[str, Value]:
    """What `--set` gives; a value that is computed stands as `SET_AT_DEPLOY`."""
    result: dict[str, Value] = {}
    for key, written in sets:
        path = [p.replace("\0", ".") for p in key.replace("\\.", "\0").split(".")]
        if any("[" in p or "$" in p or not p for p in path):
            continue
        value: Value = _literal(written)
        for step in reversed(path[1:]):
            value = {step: value}
        result = _over(result, {path[0]: value})
    return result


def _literal(written: str) -> Value:
    if written.startswith("{"):
        return [_literal(w) for w in written.strip("{}").split(",") if w]
    if written in {"true", "false"}:
        return written == "true"
    if written.isdigit():
        return int(written)
    # Words on a command line may be secrets; computed ones are not known.
    return SET_AT_DEPLOY
