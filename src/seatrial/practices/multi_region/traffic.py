"""Where traffic goes: names that k8gb answers for, and records of Route 53 that know health."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.fronts import front_of
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Risk, Wish
from seatrial.model.edit import SetAttribute, SetKey
from seatrial.model.struct import struct
from seatrial.practices.multi_region import pieces
from seatrial.practices.multi_region.settings import Settings

KEY: Final = "regions"
"""Key of the values that switch on what a chart has for two regions."""
_TTL: Final = 60


@struct(eq=False)
class Entry:
    """The name under which users reach one target.

    Attributes:
        host: the name that users know.
        parent: the zone that holds it.
        zone: the zone that the regions answer for themselves.
        backend: name of the Service behind the Ingress, as a template writes it.
        port: its port, a line of YAML (`name: http`).
    """

    target: Target
    host: str
    parent: str
    zone: str
    backend: str
    port: str
    ingress_class: str

    @property
    def follows(self) -> str:
        """The name in the zone that follows health."""
        return f"{self.host.partition('.')[0]}.{self.zone}"


def entry_of(site: Site[object], target: Target) -> Entry | None:
    """Read it from the Ingress of a target; None where users reach it by no name."""
    front = front_of(site, target.chart, target.environment.name)
    if front is None or front.ingress is None:
        return None
    spec = front.ingress.node.at("spec")
    for rule in spec.at("rules").items():
        host, dot, parent = rule.at("host").text.partition(".")
        for path in rule.at("http", "paths").items():
            service = path.at("backend", "service")
            name, number = service.at("port", "name").text, service.at("port", "number").text
            if not (dot and "." in parent and service.at("name").text) or host == "*":
                continue
            return Entry(
                target,
                f"{host}.{parent}",
                parent,
                f"gslb.{parent}",
                by_release(service.at("name").text, target.release),
                f"name: {name}" if name else f"number: {number}",
                spec.at("ingressClassName").text,
            )
    return None


def by_release(name: str, release: str) -> str:
    """A name that begins with the release, as a template writes it."""
    if name == release or name.startswith(f"{release}-"):
        return f"{{{{ .Release.Name }}}}{name.removeprefix(release)}"
    return name


def routed(entry: Entry, primary: str) -> Iterator[Wish]:
    """Yield the template that hands a name to k8gb, and the values that switch it on."""
    chart, values = entry.target.chart, entry.target.values
    text = render("multi_region", "chart/regions.yaml.j2", entry=entry)
    folder = f"{chart.folder}/" if chart.folder else ""
    why = f"DNS of {entry.host} follows the region that is healthy"
    yield Generate(chart.root.name, f"{folder}templates/regions.yaml", text, why, Risk.MEDIUM)
    if values is None:
        return
    edits = (
        SetKey((KEY,), "primary", primary),
        SetKey((KEY,), "host", entry.follows),
    )
    yield Edit(chart.root.name, values.path, edits, why)


def mended(site: Site[Settings]) -> Iterator[Wish]:
    """Yield health checks for records that choose between regions, and short times to live."""
    for block in pieces.blind_records(site):
        if block.child("alias") is None and block.attr("records"):
            yield from _checked(site, block.address)
    for block, ttl in pieces.slow_records(site, site.settings.max_ttl_seconds):
        edit = SetAttribute((f"resource {' '.join(block.labels)}",), "ttl", str(_TTL))
        reason = f"clients would ask the lost region for {ttl} seconds more"
        yield Edit(block.place.repository, block.place.path, (edit,), reason, Risk.MEDIUM)


def _checked(site: Site[Settings], address: str) -> Iterator[Wish]:
    for module in site.repo.terraform.modules:
        for block in module.resources("aws_route53_record"):
            records = block.attr("records")
            if block.address != address or records is None or len(records.items()) != 1:
                continue
            label = block.labels[1]
            text = render(
                "multi_region",
                "terraform/health-check.tf.j2",
                label=label,
                target=records.items()[0].text,
            )
            folder = f"{module.folder}/" if module.folder else ""
            why = f"{address} answers with a region only while it is healthy (0.50 USD a month)"
            yield Generate(module.root.name, f"{folder}health-check-{label}.tf", text, why)
            way = (f"resource {' '.join(block.labels)}",)
            edit = SetAttribute(way, "health_check_id", f"aws_route53_health_check.{label}.id")
            yield Edit(module.root.name, block.place.path, (edit,), why, Risk.MEDIUM)
