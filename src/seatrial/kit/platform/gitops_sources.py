"""Where a delivery takes things from: repositories, folders, charts and their values files."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.model.struct import struct
from seatrial.repo.yaml import NOTHING, Node

ARGO, FLUX, CONFIG_SYNC, FLEET = "Argo CD", "Flux", "Config Sync", "Fleet"


@struct(eq=False)
class Source:
    """One source of a delivery.

    Attributes:
        url: of the repository; empty when an object of another name holds it.
        revision: branch, tag, commit or chart version, as written.
        path: folder in the repository, without `./`; empty for none.
        chart: name of a chart from a chart repository, empty for a folder of git.
        name: what other sources call it by `$name` (Argo CD's `ref`).
        values: values files as written.
        steps: keys from the object down to the source, for its place.
    """

    url: str
    revision: str
    path: str
    chart: str
    name: str
    values: tuple[str, ...]
    node: Node
    steps: tuple[str | int, ...]


def sources_of(tool: str, spec: Node, steps: tuple[str | int, ...]) -> Iterator[Source]:
    """Yield the sources that the `spec` of a delivery names.

    Args:
        tool: which controller reads it.
        spec: what is delivered.
        steps: keys from the object to `spec`.
    """
    if tool == ARGO:
        for index, node in enumerate(spec.at("sources").items()):
            yield _argo(node, (*steps, "sources", index))
        if spec.at("source"):
            yield _argo(spec.at("source"), (*steps, "source"))
    elif tool == CONFIG_SYNC:
        git = spec.at("git") or spec.at("oci")
        revision = git.at("revision").text or git.at("branch").text
        yield _plain(git, git.at("repo").text, revision, git.at("dir").text, (*steps, "git"))
    elif tool == FLEET:
        for path in spec.at("paths").items() or [NOTHING]:
            revision = spec.at("revision").text or spec.at("branch").text
            yield _plain(spec, spec.at("repo").text, revision, path.text, steps)
    elif spec.has("chart") or spec.has("chartRef"):
        yield _helm_release(spec, steps)
    else:
        yield _plain(spec, "", "", spec.at("path").text, steps)


def _argo(node: Node, steps: tuple[str | int, ...]) -> Source:
    helm = node.at("helm")
    return Source(
        node.at("repoURL").text,
        node.at("targetRevision").text,
        _folder(node.at("path").text),
        node.at("chart").text,
        node.at("ref").text,
        tuple(v.text for v in helm.at("valueFiles").items()),
        node,
        steps,
    )


def _helm_release(spec: Node, steps: tuple[str | int, ...]) -> Source:
    chart = spec.at("chart", "spec")
    in_git = chart.at("sourceRef", "kind").text in {"GitRepository", "Bucket"}
    written = chart.at("chart").text or spec.at("chartRef", "name").text
    return Source(
        "",
        chart.at("version").text,
        _folder(written) if in_git else "",
        "" if in_git else written,
        "",
        tuple(v.text for v in chart.at("valuesFiles").items()),
        chart or spec.at("chartRef"),
        (*steps, "chart", "spec") if chart else (*steps, "chartRef"),
    )


def _plain(node: Node, url: str, revision: str, path: str, steps: tuple[str | int, ...]) -> Source:
    return Source(url, revision, _folder(path), "", "", (), node, steps)


def _folder(written: str) -> str:
    return written.removeprefix("./").strip("/") if written not in {".", "./"} else "."
