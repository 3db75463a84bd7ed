"""Who installs a chart, with which values: GitOps objects, helmfiles and `helm` commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands import shell
from seatrial.repo.commands.command import Command
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File, Root
from seatrial.repo.kubernetes.manifests import Manifest, is_test_data, objects_of
from seatrial.repo.yaml import NOTHING, Node

_SCRIPT_FOLDERS: Final = frozenset("bin script scripts ci deploy hack tools build ops".split())
_INSTALLS: Final = frozenset({"upgrade", "install", "template", "lint"})


@struct(eq=False)
class Reference:
    """One installation of a chart.

    Attributes:
        chart: path or name of the chart, as written.
        values: paths of values files, as written, in their order.
        environment: the environment that it serves, None when nothing names one.
        inline: values that stand in the object itself, or `NOTHING`.
        sets: keys and values of `--set` and of Argo CD's parameters; values as written.
    """

    file: File
    place: Place
    chart: str
    values: tuple[str, ...] = ()
    environment: str | None = None
    inline: Node = NOTHING
    sets: tuple[tuple[str, str], ...] = ()


def find(roots: Sequence[Root]) -> tuple[Reference, ...]:
    """References of all repositories; reads only files that can hold one."""
    return tuple(r for root in roots for f in list(root.files.values()) for r in _in_file(f))


def _in_file(file: File) -> Iterator[Reference]:
    if file.path.endswith((".yaml", ".yml", ".yaml.gotmpl")):
        if not is_test_data(file):
            yield from _in_yaml(file)
    elif _is_script(file) and _installs(file.text):
        yield from _in_commands(file, shell.parse(_recipes(file), errexit=False).commands)


def _in_yaml(file: File) -> Iterator[Reference]:
    name = file.name.lower()
    text = file.text
    if name.startswith("helmfile") or "/helmfile.d/" in f"/{file.path}":
        yield from _in_helmfile(file)
    elif "kind: HelmRelease" in text or "kind: Application" in text:
        for manifest in objects_of(file):
            yield from of_manifest(manifest)
    elif _installs(text) and "{{-" not in text:
        for _, node in file.yaml.first.walk():
            for key in ("run", "script", "command", "inlineScript"):
                for member in node.at(key).listed():
                    if "helm" in member.text:
                        parsed = shell.parse(member.text, member.content_line)
                        yield from _in_commands(file, parsed.commands)


def of_manifest(manifest: Manifest) -> Iterator[Reference]:
    """References of an Argo CD Application or ApplicationSet, or of a Flux HelmRelease."""
    spec = manifest.node.at("spec")
    if manifest.kind == "HelmRelease":
        yield _of_helm_release(manifest, spec)
        return
    if manifest.kind == "ApplicationSet":
        generators = spec.at("generators")
        if any(path and path[-1] == "pullRequest" for path, _ in generators.walk()):
            # What a preview is told is no environment's.
            return
        spec = spec.at("template", "spec")
    if manifest.kind in {"Application", "ApplicationSet"}:
        for source in [*spec.at("source").listed(), *spec.at("sources").items()]:
            chart = source.at("path").text or source.at("chart").text
            if chart:
                yield _of_application(manifest, source, chart, spec)


def _of_helm_release(manifest: Manifest, spec: Node) -> Reference:
    chart = spec.at("chart", "spec")
    files = (*chart.at("valuesFiles").items(), *chart.at("valuesFile").listed())
    namespace = spec.at("targetNamespace").text or manifest.namespace
    return Reference(
        manifest.file,
        manifest.place(),
        chart.at("chart").text or spec.at("chartRef", "name").text,
        tuple(f.text for f in files),
        _environment(manifest, namespace),
        spec.at("values"),
    )


def _of_application(manifest: Manifest, source: Node, chart: str, spec: Node) -> Reference:
    helm = source.at("helm")
    parameters = helm.at("parameters").items()
    return Reference(
        manifest.file,
        manifest.place(),
        chart,
        tuple(f.text for f in helm.at("valueFiles").items()),
        _environment(manifest, spec.at("destination", "namespace").text),
        helm.at("valuesObject"),
        tuple((p.at("name").text, p.at("value").text) for p in parameters),
    )


def _environment(manifest: Manifest, namespace: str) -> str | None:
    known = manifest.environments[0] if manifest.environments else None
    return known or environment_of(manifest.name) or environment_of(namespace)


def _in_helmfile(file: File) -> Iterator[Reference]:
    for document in file.yaml.documents:
        for release in document.at("releases").items():
            values = [v for v in release.at("values").items() if v.kind == "scalar"]
            inline = next((v for v in release.at("values").items() if v.kind == "map"), NOTHING)
            yield Reference(
                file,
                file.place(release.line),
                release.at("chart").text,
                tuple(v.text for v in values),
                environment_of(file.path) or environment_of(release.at("name").text),
                inline,
                tuple((s.at("name").text, s.at("value").text) for s in release.at("set").items()),
            )


def _in_commands(file: File, commands: Sequence[Command]) -> Iterator[Reference]:
    for command in commands:
        words = command.words
        if command.program != "helm" or not words or words[0] not in _INSTALLS:
            continue
        # `helm upgrade RELEASE CHART`, and `helm lint CHART`.
        chart = words[1] if words[0] == "lint" or len(words) == 2 else words[2:3] and words[2]  # noqa: PLR2004  # positions of the command line
        values = tuple(_flags(command, {"-f", "--values"}))
        sets = tuple(_sets(command))
        environment = next(filter(None, map(environment_of, reversed(values))), None)
        if chart:
            yield Reference(
                file, file.place(command.line), str(chart), values, environment, sets=sets
            )


def _flags(command: Command, names: set[str]) -> Iterator[str]:
    argv = command.argv
    for index, word in enumerate(argv):
        head, equals, value = word.partition("=")
        if head not in names:
            continue
        given = value if equals else (argv[index + 1] if index + 1 < len(argv) else "")
        yield from filter(None, given.split(","))


def _sets(command: Command) -> Iterator[tuple[str, str]]:
    argv = command.argv
    for index, word in enumerate(argv):
        for name in ("--set", "--set-string", "--set-file", "--set-json", "--set-literal"):
            if word == name and index + 1 < len(argv):
                given = argv[index + 1]
            elif word.startswith(f"{name}="):
                given = word.removeprefix(f"{name}=")
            else:
                continue
            for pair in given.split(",") if "{" not in given else [given]:
                key, equals, value = pair.partition("=")
                if equals:
                    yield key, value


def _installs(text: str) -> bool:
    return "helm" in text and any(f" {verb}" in text for verb in _INSTALLS)


def _is_script(file: File) -> bool:
    path = file.path
    if path.endswith((".sh", ".bash", ".mk", "Makefile", "makefile", "ustfile", "Jenkinsfile")):
        return True
    *folders, name = path.split("/")
    return "." not in name and not _SCRIPT_FOLDERS.isdisjoint(folders)


def _recipes(file: File) -> str:
    if "file" not in file.name.lower() and file.suffix != ".mk":
        return file.text
    # Lines keep their numbers; what is no recipe becomes an empty line.
    return "\n".join(
        line.lstrip(" \t@-+") if line[:1] in {"\t", " "} else "" for line in file.lines
    )
