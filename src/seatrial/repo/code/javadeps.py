"""Dependencies of Java, Kotlin and .NET: Maven, Gradle, version catalogs, project files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seatrial.repo.code import xml
from seatrial.repo.code.dependency import Dependency, exact
from seatrial.repo.commands.pytasks import Toml, key_line, table, toml
from seatrial.repo.files import File


def pom(file: File) -> Iterator[Dependency]:
    """Yield the dependencies of a pom.xml, its parent included."""
    project = xml.parse(file)
    properties = {p.tag: p.text.strip() for p in project.at("properties").children}
    managed = bool(project.at("parent").tag or project.at("dependencyManagement").tag)
    parent = project.at("parent")
    if parent.tag:
        yield _artifact(file, parent, properties, managed=False)
    for dependency in project.all("dependency"):
        if dependency.value("artifactId"):
            yield _artifact(file, dependency, properties, managed=managed)


def _artifact(
    file: File, element: xml.Element, properties: dict[str, str], *, managed: bool
) -> Dependency:
    written = element.value("version")
    name = written.removeprefix("${").removesuffix("}")
    version = properties.get(name, written) if written.startswith("${") else written
    # A property that is not set here comes from the parent.
    pinned = exact(version) if version and not version.startswith("${") else managed
    return Dependency(
        element.value("artifactId"),
        version,
        file.place(element.line),
        pinned,
        element.value("scope") == "test",
        "java",
        element.value("groupId"),
    )


def gradle(file: File) -> Iterator[Dependency]:
    """Yield the dependencies of a Gradle build that are written as constants."""
    variables: dict[str, str] = dict(
        re.findall(r"\b(\w{1,80})[\"']?[ \t]{0,9}[=,][ \t]{0,9}[\"']([\w.-]{1,80})[\"']", file.text)
    )
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        match = re.match(
            r"(\w*(?:implementation|api|compile|runtime|compileOnly|runtimeOnly|annotationProcessor"
            r"|classpath|kapt|ksp|developmentOnly))\b(.*)",
            text,
            re.IGNORECASE,
        )
        if not match or text.startswith("//"):
            continue
        dev = "test" in match[1].lower() or match[1] == "developmentOnly"
        yield from _coordinates(file, match[2], number, variables, dev=dev)


def _coordinates(
    file: File, text: str, line: int, variables: dict[str, str], *, dev: bool
) -> Iterator[Dependency]:
    short = re.search(r"[\"']([\w.-]+):([\w.-]+)(?::([^\"':@]+))?[^\"']*[\"']", text)
    long = re.search(
        r"group\s*[:=]\s*[\"']([^\"']+)[\"'],\s*name\s*[:=]\s*[\"']([^\"']+)[\"']"
        r"(?:,\s*version\s*[:=]\s*[\"']?([^\"')]+))?",
        text,
    )
    found = short or long
    if not found:
        return
    version = (found[3] or "").strip()
    name = version.strip("${}")
    if version.startswith("$") or (long and version in variables):
        version = variables.get(name, version)
    # Without a version a platform (BOM) or a plugin decides, which is one version.
    pinned = exact(version) if version else True
    yield Dependency(found[2], version, file.place(line), pinned, dev, "java", found[1])


def catalog(file: File) -> Iterator[Dependency]:
    """Yield the libraries of a Gradle version catalog."""
    data = toml(file)
    versions = table(data, "versions")
    for key, value in table(data, "libraries").items():
        group, name, version = _library(value, versions)
        if name:
            place = file.place(key_line(file, key))
            dev = any(word in name.lower() for word in ("junit", "test", "mockito", "mockk"))
            yield Dependency(
                name, version, place, not version or exact(version), dev, "java", group
            )


def _library(value: Toml, versions: dict[str, Toml]) -> tuple[str, str, str]:
    if isinstance(value, str):
        group, _, rest = value.partition(":")
        name, _, version = rest.partition(":")
        return group, name, version
    body = table(value)
    module = body.get("module")
    group, _, name = str(module or f"{body.get('group', '')}:{body.get('name', '')}").partition(":")
    written = body.get("version")
    if isinstance(written, dict):
        written = versions.get(str(written.get("ref", "")))
    return group, name, written if isinstance(written, str) else ""


def dotnet(file: File) -> Iterator[Dependency]:
    """Yield the packages of a .NET project file, packages.config or central package list."""
    project = xml.parse(file)
    testing = any(p.text.strip().lower() == "true" for p in project.all("IsTestProject"))
    testing = testing or "Microsoft.NET.Test.Sdk" in file.text
    for tag in ("PackageReference", "PackageVersion", "GlobalPackageReference", "package"):
        for element in project.all(tag):
            attributes = element.attributes
            name = attributes.get("Include") or attributes.get("Update") or attributes.get("id", "")
            version = attributes.get("Version") or attributes.get("version", "")
            version = version or element.value("Version")
            if name:
                # Without a version Directory.Packages.props decides.
                pinned = exact(version) if version else True
                place = file.place(element.line)
                yield Dependency(name, version, place, pinned, testing, "dotnet")
