"""A stated time for stores that keep logs for ever."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.valueshome import values_home
from seatrial.kit.platform.installs import resources
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk
from seatrial.model.edit import SetAttribute, SetKey
from seatrial.practices.centralized_logging.loki import DAYS
from seatrial.practices.centralized_logging.parts import Store

_WHY: Final = "logs are deleted after a month; until now nothing deleted them"


def retention(site: Site[object], store: Store) -> Iterator[Edit | Generate | Leave]:
    """Yield the edit that states how long a store keeps logs."""
    wishes: list[Edit | Generate] = [*_loki(site, store), *_group(site, store)]
    wishes += _functions(site, store)
    yield from wishes
    if not wishes:
        text = f"say how long {store.name} keeps logs: {store.lack}"
        yield Leave(text, store.keeping_place)


def _loki(site: Site[object], store: Store) -> Iterator[Edit]:
    install = store.install
    home = values_home(site, install) if install and install.chart == "loki" else None
    if install is None or home is None:
        return
    kind = install.text("loki", "storage", "type") or "filesystem"
    limits, compactor = (*home.at, "loki", "limits_config"), (*home.at, "loki", "compactor")
    document = home.document
    edits = (
        SetKey(limits, "retention_period", f"{DAYS * 24}h", replace=False, document=document),
        SetKey(compactor, "retention_enabled", value=True, document=document),
        SetKey(compactor, "delete_request_store", kind, replace=False, document=document),
    )
    yield Edit(home.file.root.name, home.file.path, edits, _WHY, Risk.HIGH)


def _group(site: Site[object], store: Store) -> Iterator[Edit]:
    for module, block in resources(site, "aws_cloudwatch_log_group"):
        if block.place in {store.place, store.keeping_place}:
            way = (f"resource {' '.join(block.labels)}",)
            edit = SetAttribute(way, "retention_in_days", "30")
            yield Edit(module.root.name, block.place.path, (edit,), _WHY, Risk.HIGH)


def _functions(site: Site[object], store: Store) -> Iterator[Generate]:
    """A log group for each function, before Lambda makes one that keeps all."""
    if store.name != "CloudWatch":
        return
    by_file: dict[tuple[str, str], list[str]] = {}
    for module, block in resources(site, "aws_lambda_function"):
        name = block.labels[-1]
        path = posixpath.join(module.folder, "log-groups.tf")
        by_file.setdefault((module.root.name, path), []).append(
            _GROUP.format(label=name, address=block.address)
        )
    for (repository, path), texts in by_file.items():
        yield Generate(repository, path, "\n".join(texts), _WHY, Risk.MEDIUM)


_GROUP: Final = """\
# A group that Lambda has made already must be imported first:
# terraform import aws_cloudwatch_log_group.{label} /aws/lambda/NAME
resource "aws_cloudwatch_log_group" "{label}" {{
  name              = "/aws/lambda/${{{address}.function_name}}"
  retention_in_days = 30
}}
"""
