"""Where a system is delivered from, when nothing here delivers it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from seatrial.kit.delivery import hints
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository


def site_of(folder: Path, **files: str) -> Site[object]:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    repository = Repository([Root(folder, "orders", git=False)])
    return Site(repository, None, (), Facts({}), datetime(2026, 1, 1, tzinfo=UTC))


OWN = "Sources: https://github.com/acme/orders\n"


def test_a_repository_of_the_same_owner_that_is_called_after_delivery_is_named(
    tmp_path: Path,
) -> None:
    site = site_of(
        tmp_path, README__md=OWN + "It runs from https://github.com/acme/orders-infra.\n"
    )
    found = list(hints.delivered_elsewhere(site, "a delivery"))
    assert [one.credential for one in found] == ["a checkout of acme/orders-infra"]
    assert found[0].place is not None
    assert found[0].place.line == 2


def test_a_tool_of_somebody_else_is_no_hint(tmp_path: Path) -> None:
    text = OWN + "See https://github.com/hashicorp/terraform-provider-aws and"
    site = site_of(tmp_path, README__md=text + " https://github.com/other/shop-infra.\n")
    assert not list(hints.delivered_elsewhere(site, "a delivery"))


def test_where_a_compose_file_runs_the_system_nothing_is_said_to_be_elsewhere(
    tmp_path: Path,
) -> None:
    site = site_of(
        tmp_path,
        README__md=OWN + "It runs from https://github.com/acme/orders-infra.\n",
        compose__yaml="services:\n  api:\n    image: api:1\n    ports: ['80:80']\n",
    )
    assert not list(hints.delivered_elsewhere(site, "a delivery"))
