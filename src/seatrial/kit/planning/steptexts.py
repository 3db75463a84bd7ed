"""How a step that brings a version is written: its id, and the texts that it is told in `env`."""

from __future__ import annotations

import re
from typing import Final

from seatrial.kit.planning.branches import branch_of
from seatrial.kit.planning.injected import sanitised
from seatrial.kit.planning.rollouts import Rollout, environment_text, rollouts
from seatrial.kit.site import Site
from seatrial.model.struct import struct

_WORD: Final = re.compile(r"[A-Za-z_]\w*")


def step_id(site: Site[object], one: Rollout) -> str:
    """Id of the step, its own or the one that plans give it."""
    own = one.step.node.at("id").text
    if own and not own.startswith("deploy"):
        return own
    alone = sum(other.job is one.job for other in rollouts(site)) == 1
    return own or ("deploy" if alone else f"deploy-{one.release}")


def key_text(one: Rollout) -> str:
    """Way to the image's tag as `yq` writes it."""
    parts = one.key.split(".")
    return "".join(f".{p}" if _WORD.fullmatch(p) else f'."{p}"' for p in parts) if one.key else ""


def branch_text(site: Site[object], one: Rollout) -> str:
    """The branch that holds what runs, as an expression where a person chooses the environment."""
    if one.branch or not one.choice:
        return one.branch
    found = {e.name: branch_of(site, e.name) for e in site.environments}
    last = found[site.environments[-1].name] if site.environments else "main"
    if len(set(found.values())) <= 1:
        return last
    cases = [f"{one.choice} == '{name}' && '{b}'" for name, b in found.items() if b != last]
    return f"${{{{ {' || '.join([*cases, repr(last)])} }}}}"


@struct
class Variables:
    """Names of the variables by which a converted step knows its environment and version."""

    environment: str
    tag: str


def variables(one: Rollout) -> Variables:
    """The names that practice 9 gives to the same expressions, so that both may edit the step."""
    script = sanitised(one.step)
    names = {value: name for name, value in script.env} if script else {}
    return Variables(names.get(environment_text(one), "ENVIRONMENT"), names.get(one.tag, "TAG"))
