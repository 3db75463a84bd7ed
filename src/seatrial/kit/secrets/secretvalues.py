"""Credentials that are written out in files: where, and under which name; never their value.

Structural rules beside what scanners know: a scanner finds tokens by their shape, these rules find
`password: hunter2` by its key. What keeps false alarms out is the context: references, samples,
tests, throw-away containers and names of secrets are none.
"""

from __future__ import annotations

from seatrial.kit.secrets.secretfiles import of_text_files
from seatrial.kit.secrets.secretfixed import of_sql, of_templates
from seatrial.kit.secrets.secretterraform import of_terraform
from seatrial.kit.secrets.secrettypes import Literal
from seatrial.kit.secrets.secretyaml import (
    of_compose,
    of_manifests,
    of_values,
    of_workflows,
    of_yaml_files,
)
from seatrial.kit.site import Site, once

__all__ = ["Literal", "literals"]


@once
def literals(site: Site[object]) -> tuple[Literal, ...]:
    """All credentials that the files of the site write out, one per place.

    Weak ones (`password: admin`) are listed only where they are really used: in a deployed manifest
    or the values of an environment. A place that several environments get is one, with all of them.
    """
    found = (
        *of_manifests(site),
        *of_values(site),
        *of_templates(site),
        *of_sql(site),
        *of_compose(site),
        *of_workflows(site),
        *of_yaml_files(site),
        *of_terraform(site),
        *of_text_files(site),
    )
    kept: dict[tuple[str, str, int], list[Literal]] = {}
    for literal in found:
        if not literal.weak or literal.deployed:
            place = literal.place
            kept.setdefault((place.repository, place.path, place.line), []).append(literal)
    return tuple(_merged(group) for group in kept.values())


def _merged(group: list[Literal]) -> Literal:
    first = group[0]
    everywhere = any(not one.environments for one in group)
    names = () if everywhere else tuple(dict.fromkeys(e for g in group for e in g.environments))
    deployed = any(one.deployed for one in group)
    return Literal(first.name, first.place, first.kind, first.owner, names, first.weak, deployed)
