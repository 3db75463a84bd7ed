"""Credentials that are made and replaced in the cluster: files of a chart, in place of values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from seatrial.kit.data.databases import databases
from seatrial.kit.planning.render import render
from seatrial.kit.planning.templates import name_of, part_at
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import DropKey, ReplaceText
from seatrial.model.struct import struct
from seatrial.practices.secret_rotation.chartsecrets import (
    ChartSecret,
    chart_secrets,
    database_url,
    written_paths,
)
from seatrial.practices.secret_rotation.rotations import rotations
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.yaml import Node

KUBECTL: Final = "docker.io/alpine/kubectl:1.34.1"
_FILES: Final = "files/credentials"
_SCRIPTS: Final = ("rotate-common", "rotate-distribute", "rotate-finish", "rotate-prepare",
                   "rotate-settle")  # fmt: skip
_POD_SECURITY: Final = (
    "{runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, fsGroup: 65534,"
    " seccompProfile: {type: RuntimeDefault}}"
)
_SECURITY: Final = (
    "{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}"
)
_RESOURCES: Final = "{requests: {cpu: 10m, memory: 32Mi}, limits: {cpu: 200m, memory: 128Mi}}"
_MONTHS: Final = ((31, "*"), (62, "*/2"), (93, "*/3"), (124, "*/4"))
"""Longest gap in days between two first days of these months, and how cron writes them."""


@struct(eq=False)
class Rotating:
    """What a rotation of a database in the chart needs to know.

    Attributes:
        image: expression of the database's image, whose client fits its server.
        owner: expression of the role that owns everything.
        owner_key, url_key: keys of the Secret.
        database: expression of the workload's name.
        port, number: name (or number) and number of the port that it listens on.
        match: lines that select its pods, as its template writes them.
    """

    image: str
    owner: str
    owner_key: str
    url_key: str
    database: str
    port: str
    number: str
    match: str


def in_cluster(site: Site[Settings]) -> Iterator[Wish]:
    """Yield what makes each chart's Secret in the cluster, and takes its values out of git."""
    for one in chart_secrets(site):
        if one.trouble:
            names = ", ".join(path for path, _ in one.paths) or one.file.path
            yield Leave(
                f"take {names} out of the values of chart {one.chart.name} and let it read a Secret"
                f" that is there already: {one.trouble}",
                one.file.place(one.first + 1),
            )
            continue
        yield from _secret(site, one)


def rotating(site: Site[Settings], one: ChartSecret) -> Rotating | None:
    """The database of the chart that can be rotated; None when there is none."""
    if rotations(site):
        return None
    for database in databases(site):
        manifest = database.manifest
        if database.engine != "postgresql" or manifest is None or manifest.chart is not one.chart:
            continue
        container = next(iter(manifest.containers), None)
        variables = {v.at("name").text: v for v in container.at("env").items()} if container else {}
        reference = variables.get("POSTGRES_PASSWORD")
        key = reference.at("valueFrom", "secretKeyRef", "key").text if reference else ""
        urls = list(database_url(one))
        part = part_at(manifest.file, manifest.place("kind").line)
        lines = manifest.file.lines[part.first : part.end] if part else []
        images = [m[1] for line in lines if (m := re.match(r"\s+(?:- )?image:\s*(\S.*)$", line))]
        plain = dict(one.keys).get(key, "")
        match = bool(_match(lines))
        if (
            key
            and match
            and len(urls) == 1
            and len(images) == 1
            and re.fullmatch(r"\$\{\w+\}", plain)
        ):
            port, number = _port(container)
            name = name_of(manifest.file, part) if part else ""
            image = images[0].strip("\"'")
            user, url = urls[0][1], urls[0][0]
            return Rotating(image, user, key, url, name, port, number, _match(lines))
    return None


def _port(container: Node | None) -> tuple[str, str]:
    for port in container.at("ports").items() if container else ():
        number = port.at("containerPort").text
        return port.at("name").text or number, number
    return "5432", "5432"


def _match(lines: list[str]) -> str:
    """The lines below `matchLabels:` of a template, at the indentation of a policy."""
    found = next((i for i, line in enumerate(lines) if line.strip() == "matchLabels:"), -1)
    if found < 0:
        return ""
    own = _depth(lines[found])
    below = list(takewhile(lambda line: _depth(line) > own, lines[found + 1 :]))
    return "\n".join(f"{' ' * 4}{line[own:]}" for line in below)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _secret(site: Site[Settings], one: ChartSecret) -> Iterator[Wish]:
    root, folder = one.chart.root.name, one.chart.folder
    turn = rotating(site, one)
    reason = "credentials are made in the cluster, where nobody ever sees them"
    yield Generate(
        root, f"{folder}/templates/credentials.yaml", _template(site, one, turn), reason, Risk.HIGH
    )
    for name in ("ensure", *(_SCRIPTS if turn else ())):
        path = f"{_FILES}/{name}.sh"
        text = render("secret_rotation", f"chart/{path}.j2")
        yield Generate(root, f"{folder}/{path}", text, reason, executable=True)
    lines = one.file.lines[one.first : one.end]
    note = "{{- /* credentials.yaml makes this Secret, once: its values are in no file. */ -}}\n"
    edit = ReplaceText("".join(f"{line}\n" for line in lines), note)
    yield Edit(root, one.file.path, (edit,), reason, Risk.HIGH)
    yield from values_dropped(one.chart, [path for path, _ in one.paths])


def values_dropped(chart: Chart, paths: list[str]) -> Iterator[Edit]:
    """Take values out of every values file that writes them."""
    by_file: dict[str, list[DropKey]] = {}
    for path, files in written_paths(chart).items():
        if path in paths:
            *above, last = path.split(".")
            for file in files:
                by_file.setdefault(file.path, []).append(DropKey(tuple(above), last))
    for path, edits in sorted(by_file.items()):
        yield Edit(
            chart.root.name,
            path,
            tuple(edits),
            "what stands in git is known to everybody who ever cloned it",
            Risk.HIGH,
        )


def _template(site: Site[Settings], one: ChartSecret, turn: Rotating | None) -> str:
    base = "{{ .Release.Name }}"
    labels = _labels(one)
    days = site.settings.database_days
    months = next((m for gap, m in reversed(_MONTHS) if gap * 1.5 <= days), "*")
    return render(
        "secret_rotation",
        "chart/templates/credentials.yaml.j2",
        base=base,
        labels=labels,
        secret=one.name,
        selector="{app.kubernetes.io/name: credentials, app.kubernetes.io/instance: "
        + base
        + ", app.kubernetes.io/component: credentials}",
        names=" ".join(name for _, name in one.paths),
        keys=one.keys,
        kubectl=KUBECTL,
        resources=_RESOURCES,
        security=_SECURITY,
        pod_security=_POD_SECURITY,
        volumes=_volumes(base),
        rotates=turn is not None,
        schedule=f"17 3 1 {months} *",
        days=days,
        image=turn.image if turn else "",
        owner=turn.owner if turn else "",
        owner_key=turn.owner_key if turn else "",
        url_key=turn.url_key if turn else "",
        database=turn.database if turn else "",
        port=turn.port if turn else "",
        number=turn.number if turn else "",
        match=turn.match if turn else "",
    )


def _labels(one: ChartSecret) -> str:
    lines = one.file.lines
    for number, line in enumerate(lines[:-1]):
        if line == "  labels:" and "include" in lines[number + 1]:
            return f"{line}\n{lines[number + 1]}"
    return "  labels: {app.kubernetes.io/instance: {{ .Release.Name }}}"


def _volumes(base: str) -> str:
    mounted = (
        "{name: token, projected: {sources: [{serviceAccountToken: {path: token,"
        " expirationSeconds: 3600}}, {configMap: {name: kube-root-ca.crt, items: [{key: ca.crt,"
        " path: ca.crt}]}}, {downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath:"
        " metadata.namespace}}]}}]}}"
    )
    scripts = f"{{name: scripts, configMap: {{name: {base}-credentials}}}}"
    work = "{name: work, emptyDir: {medium: Memory, sizeLimit: 1Mi}}"
    return f"[{scripts}, {mounted}, {work}]"
