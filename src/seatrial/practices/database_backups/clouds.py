"""Backups of managed databases, switched on where they are off or kept too short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import Source, databases
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Risk
from seatrial.model.edit import HclEdit, SetAttribute
from seatrial.model.finding import Outcome
from seatrial.model.place import Place
from seatrial.model.practice import Check
from seatrial.practices.database_backups import audit
from seatrial.practices.database_backups.managed import KINDS, days_of, kind_of, switch_of
from seatrial.practices.database_backups.settings import Settings
from seatrial.repo.infrastructure.hcl import Block

_DAYS: Final = 14
_TRUE: Final = {
    "deletion_protection": "true",
    "deletion_protection_enabled": "true",
    "termination_protection_enabled": "true",
    "delete_protection_state": '"DELETE_PROTECTION_ENABLED"',
}
Mended = frozenset[tuple[str, Place]]
"""Rule and place of the faults that edits take away."""


def clouds(site: Site[Settings]) -> tuple[list[Edit], Mended]:
    """The edits of managed databases, and what they mend."""
    edits: list[Edit] = []
    mended: set[tuple[str, Place]] = set()
    for database in databases(site):
        block, module = database.block, database.module
        if database.source is not Source.MANAGED or block is None or module is None:
            continue
        for rule, place, way, edit in _of(site, block):
            mended.add((rule, place))
            path = block.place.path
            why, risk = f"{block.address} can be had back: {way}", Risk.MEDIUM
            edits.append(Edit(block.place.repository, path, edit, why, risk))
    return edits, frozenset(mended)


def _of(
    site: Site[Settings], block: Block
) -> Iterator[tuple[str, Place, str, tuple[HclEdit, ...]]]:
    header = " ".join((block.type, *block.labels))
    kind = kind_of(block)
    for rule in (audit.no_backup, audit.no_retention):
        for place in _faults(site, rule, block):
            written = days_of(block, kind)
            switch = switch_of(block, kind)
            if switch is not None and switch.is_literal:
                inner = next(b for b in block.walk() if switch in b.attributes.values())
                way = (header,) if inner is block else (header, *_between(block, inner))
                name = next(n for n, e in inner.attributes.items() if e is switch)
                yield rule.rule, place, "backups are on", (SetAttribute(way, name, "true"),)
            elif (written is None and kind in KINDS) or (
                written is not None and written.is_literal
            ):
                name = next((n for n, e in block.attributes.items() if e is written), "")
                days = str(max(_DAYS, site.settings.retention_days))
                edit = SetAttribute((header,), name or KINDS[kind][0], days)
                yield rule.rule, place, f"backups are kept for {days} days", (edit,)
    for place in _faults(site, audit.no_final_snapshot, block):
        name = next((n for n, e in block.attributes.items() if e.place == place), "")
        if name and block.attributes[name].is_literal:
            final = f'"{block.labels[-1].replace("_", "-")}-final"'
            key = (
                "final_snapshot_identifier_prefix"
                if kind == "terraform-aws-modules/rds/aws"
                else "final_snapshot_identifier"
            )
            yield (
                audit.no_final_snapshot.rule,
                place,
                "its last state stays",
                (
                    SetAttribute((header,), name, "false"),
                    SetAttribute((header,), key, final, replace=False),
                ),
            )
    for place in _faults(site, audit.deletion_allowed, block):
        name = next((n for n, e in block.attributes.items() if e.place == place), "")
        if name in _TRUE and block.attributes[name].is_literal:
            edit = SetAttribute((header,), name, _TRUE[name])
            yield audit.deletion_allowed.rule, place, "no command deletes it", (edit,)


def _between(outer: Block, inner: Block) -> tuple[str, ...]:
    """Headers of the blocks between two, the inner one's included; found from the outside."""
    for child in outer.blocks:
        header = " ".join((child.type, *child.labels))
        if child is inner:
            return (header,)
        below = _between(child, inner)
        if below:
            return (header, *below)
    return ()


def _faults(site: Site[Settings], check: Check[Site[Settings]], block: Block) -> Iterator[Place]:
    lines = {block.place, *(e.place for b in block.walk() for e in b.attributes.values())}
    seen: set[Place] = set()
    for one in check.look(site):
        if one.outcome is Outcome.FAULT and one.place in lines and one.place not in seen:
            seen.add(one.place)
            yield one.place
