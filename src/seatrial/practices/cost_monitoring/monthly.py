"""A job in the cluster that keeps what each month cost, where no price list is built in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import from_module, values_folder, way
from seatrial.kit.planning.lateobjects import late_object
from seatrial.kit.planning.prometheus import prometheus
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate

_PRACTICE: Final = "cost_monitoring"
_WHY: Final = "keeps what each namespace cost, month by month"


def monthly(site: Site[object]) -> Iterator[Generate | Edit]:
    """Yield a CronJob that asks OpenCost, in the namespace of the monitoring."""
    found = way(site)
    if found is None or prometheus(site).install is None:
        return
    text = render(_PRACTICE, "objects/cost-report.yaml.j2", namespace=prometheus(site).namespace)
    for module in found.modules:
        if module.providers("kubernetes"):
            path = posixpath.join(values_folder(module, site), "cost-report.yaml")
            yield Generate(module.root.name, path, text, _WHY)
            shown = from_module(module, path)
            made = render(_PRACTICE, "terraform/cost-report.tf.j2", path=shown)
            file = posixpath.join(module.folder, "cost-report.tf")
            yield Generate(module.root.name, file, made, _WHY)
    if found.model and not found.is_remote:
        yield from late_object(site, found.model, "cost-report", text, _WHY)
