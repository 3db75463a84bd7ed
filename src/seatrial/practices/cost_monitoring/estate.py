"""What the Terraform of a Linode estate costs, by environment, as far as it can be resolved."""

from __future__ import annotations

from seatrial.kit.planning.addons import environment_expression
from seatrial.kit.platform.installs import resources
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.practices.cost_monitoring.prices import CONTROL_PLANE, LINODE, NodePrice
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tfmodules import Module


@struct(eq=False)
class Estate:
    """The clusters of the environments.

    Attributes:
        module: that makes them.
        node: kind of node to price by.
        monthly: USD a month by environment; what cannot be resolved is not in it.
    """

    module: Module
    node: NodePrice
    monthly: dict[str, float]


@once
def estate(site: Site[object]) -> Estate | None:
    """The clusters on Linode; None where there are none, or nothing of them can be resolved."""
    monthly: dict[str, float] = {}
    node: NodePrice | None = None
    home: Module | None = None
    for module, block in resources(site, "linode_lke_cluster"):
        for environment in _environments(site, module):
            cost, kind = _cluster(module, block, environment)
            home = home or module
            node = kind or node
            if cost is not None:
                monthly[environment] = monthly.get(environment, 0) + cost
    if home is None:
        return None
    return Estate(home, node or LINODE["g6-standard-2"], monthly)


def _environments(site: Site[object], module: Module) -> tuple[str, ...]:
    named = environment_of(module.folder) if module.folder else None
    if named:
        return (named,)
    if environment_expression(module):
        return tuple(e.name for e in site.environments)
    return ("all",)


def _cluster(
    module: Module, block: Block, environment: str
) -> tuple[float | None, NodePrice | None]:
    total = 0.0
    seen: NodePrice | None = None
    for pool in block.children("pool"):
        kind = _kind(module, pool.attr("type"), environment)
        written = pool.attr("count")
        scaler = pool.child("autoscaler")
        written = written or (scaler.attr("min") if scaler else None)
        count = module.resolve(written, environment=environment) if written else None
        price = LINODE.get(kind)
        if price is None or not isinstance(count, int | float):
            return None, seen
        total, seen = total + price.monthly * count, price
    plane = block.child("control_plane")
    high = plane.attr("high_availability") if plane else None
    return (total + (CONTROL_PLANE if high and high.text == "true" else 0)) if seen else None, seen


def _kind(module: Module, written: Expression | None, environment: str) -> str:
    """A kind of node; a variable that no tfvars of the environment sets has its default."""
    kind = module.text(written, environment=environment)
    if written is None or "${" not in kind:
        return kind
    head, _, name = written.text.strip().partition(".")
    variable = module.variables().get(name) if head == "var" else None
    return module.text(variable.attr("default")) if variable else ""
