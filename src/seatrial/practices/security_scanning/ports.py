"""Rules of firewalls and security groups that let the whole net in, for every large cloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED, Value
from seatrial.repo.infrastructure.tfmodules import Module

_ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0", "*", "Internet", "internet", "Any", "0.0.0.0"})  # noqa: S104 (looked for, never bound)
_PUBLIC: Final = frozenset({80, 443, 53, 25, 465, 587, 143, 993, 995, 1194, 500, 4500, 51820})
"""Ports whose services are meant for strangers: web, names, mail, VPN."""
_GRAVE: Final = frozenset(
    {22, 23, 445, 1433, 1521, 2375, 2379, 2380, 3306, 3389, 5432, 5601, 5984, 5985, 6379, 6443}
    | {8200, 9042, 9092, 9200, 9300, 10250, 11211, 15672, 27017}
)
"""Ports of logins, databases and control planes."""
_WIDE: Final = 1024
_SOURCES: Final = (
    "cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "source_ranges", "source_ips",
    "source_address_prefix", "source_address_prefixes", "source_addresses", "ipv4", "ipv6",
    "remote_ip_prefix",
)  # fmt: skip
_FIREWALLS: Final = frozenset(
    "aws_security_group aws_default_security_group aws_security_group_rule"
    " aws_vpc_security_group_ingress_rule google_compute_firewall azurerm_network_security_rule"
    " azurerm_network_security_group digitalocean_firewall hcloud_firewall linode_firewall"
    " openstack_networking_secgroup_rule_v2 exoscale_security_group_rule".split()
)
_INNER: Final = frozenset({"ingress", "security_rule", "inbound_rule", "rule", "inbound", "allow"})


@struct
class Opening:
    """A rule that lets the whole net in to ports that are not meant for it.

    Attributes:
        owner: address of the resource.
        ports: in words (`port 22`, `every port`).
        grave: True for logins, databases, control planes and whole ranges.
    """

    owner: str
    ports: str
    place: Place
    grave: bool


def openings(module: Module, block: Block) -> Iterator[Opening]:
    """Openings of one resource; nothing for any other block."""
    label = block.labels[0] if block.labels else ""
    if block.type != "resource" or label not in _FIREWALLS or _is_outward(module, block):
        return
    seen: set[Place] = set()
    for inner in (block, *block.blocks):
        if (inner is not block and inner.type not in _INNER) or _is_outward(module, inner):
            continue
        source = _open_source(module, inner) or (
            _open_source(module, block) if inner.type == "allow" else None
        )
        if source is None or source.place in seen:
            continue
        found = _ports(module, inner if inner is not block else block)
        if inner is block and block.children("allow"):
            continue
        if found is None:
            continue
        words, grave = found
        seen.add(source.place)
        yield Opening(block.address, words, source.place, grave)


def _is_outward(module: Module, block: Block) -> bool:
    for name, words in (
        ("type", {"egress"}),
        ("direction", {"EGRESS", "egress", "Outbound", "out"}),
        ("access", {"Deny"}),
        ("action", {"DROP"}),
        ("disabled", {True}),
    ):
        written = block.attr(name)
        value = module.resolve(written) if written is not None else None
        if isinstance(value, (str, bool)) and value in words:
            return True
    return False


def _open_source(module: Module, block: Block) -> Expression | None:
    for name in _SOURCES:
        written = block.attr(name)
        if written is None:
            continue
        value = module.resolve(written)
        members = value if isinstance(value, list) else [value]
        if any(isinstance(one, str) and one in _ANYWHERE for one in members):
            return written
    return None


def _ports(module: Module, block: Block) -> tuple[str, bool] | None:
    """Ports in words and whether they are grave; None for public or unknown ones."""
    protocol = _text(module, block, "protocol", "ip_protocol")
    if protocol.lower() in {"icmp", "icmpv6", "esp", "ah", "gre", "58", "1", "ipv6-icmp"}:
        return None
    if protocol.lower() in {"-1", "all"}:
        return "every port", True
    ranges = list(_ranges(module, block))
    if not ranges or any(one is None for one in ranges):
        return None
    known = [one for one in ranges if one]
    private = [(low, high) for low, high in known if low != high or low not in _PUBLIC]
    if not private:
        return None
    if any(high - low >= _WIDE for low, high in private):
        widest = max(private, key=lambda one: one[1] - one[0])
        everything = widest[0] <= 1 and widest[1] >= 65535  # noqa: PLR2004 (the last port)
        return ("every port" if everything else f"ports {widest[0]} to {widest[1]}"), everything
    words = ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in private)
    grave = any(low <= port <= high for low, high in private for port in _GRAVE)
    several = len(private) > 1 or private[0][0] != private[0][1]
    return f"port{'s' * several} {words}", grave


def _ranges(module: Module, block: Block) -> Iterator[tuple[int, int] | None]:
    low = _value(module, block, "from_port", "port_range_min", "start_port")
    high = _value(module, block, "to_port", "port_range_max", "end_port")
    if low is not None:
        yield _pair(low, low if high is None else high)
        return
    for name in ("ports", "port", "port_range", "destination_port_range"):
        value = _value(module, block, name)
        if value is None:
            continue
        for one in value if isinstance(value, list) else str(value).split(","):
            first, _, last = str(one).strip().partition("-")
            yield (0, 65535) if first in {"*", "all"} else _pair(first, last or first)
    several = _value(module, block, "destination_port_ranges")
    for one in several if isinstance(several, list) else ():
        first, _, last = str(one).partition("-")
        yield _pair(first, last or first)


def _pair(low: Value, high: Value) -> tuple[int, int] | None:
    words = str(low), str(high)
    return (int(words[0]), int(words[1])) if all(_is_port(w) for w in words) else None


def _is_port(word: str) -> bool:
    return word.isdecimal() and len(word) < 6  # noqa: PLR2004 (65535 is the last)


def _value(module: Module, block: Block, *names: str) -> Value:
    for name in names:
        written = block.attr(name)
        if written is not None:
            return module.resolve(written)
    return None


def _text(module: Module, block: Block, *names: str) -> str:
    value = _value(module, block, *names)
    return "" if value is None or value is UNRESOLVED else str(value)
