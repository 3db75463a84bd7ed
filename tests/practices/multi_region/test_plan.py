"""What the plan of practice 19 writes: a second region beside what is there."""

from __future__ import annotations

import pytest
import yaml

from seatrial.kit.planning.regionpairs import neighbour
from tests.practices.applied import Applied


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "multi-region").carry_out()


def test_a_second_cluster_is_made_for_production_alone(pair: Applied) -> None:
    text = pair.text("iac-vmshift/terraform/standby-region.tf")
    assert 'default     = "us-ord"' in text
    assert 'contains(["production"], terraform.workspace) ? 1 : 0' in text
    assert 'label       = "vmshift-${terraform.workspace}-standby"' in text
    assert "region      = var.standby_region" in text
    assert text.count("provider = helm.standby") == 4
    assert text.count('resource "linode_lke_cluster"') == 1


def test_the_second_region_delivers_the_same_chart_as_a_standby(pair: Applied) -> None:
    folder = "iac-vmshift/argocd/production-standby"
    spec = yaml.safe_load(pair.text(f"{folder}/vmshift-production-standby.yaml"))["spec"]
    assert spec["source"]["helm"]["valueFiles"] == ["values-production.yaml"]
    assert spec["source"]["helm"]["valuesObject"] == {"standbyOf": {"slot": "us_ord"}}
    assert spec["project"] == "production-standby"
    database = pair.text("vmshift/helm/vmshift/templates/postgresql.yaml")
    assert database.count("{{- if .Values.standbyOf }}") == 1
    assert database.index("initContainers:") < database.index("      volumes:")


def test_dns_follows_health_in_production_only(pair: Applied) -> None:
    values = yaml.safe_load(pair.text("vmshift/helm/vmshift/values-production.yaml"))
    assert values["regions"] == {"primary": "us-east", "host": "vmshift.gslb.example.com"}
    assert "regions" not in yaml.safe_load(pair.text("vmshift/helm/vmshift/values-dev.yaml"))


def test_nothing_is_left_to_do_the_second_time(pair: Applied) -> None:
    assert pair.again() == []


def test_a_region_without_a_neighbour_has_none() -> None:
    assert neighbour("linode", "us-east") == "us-ord"
    assert neighbour("linode", "nowhere") == neighbour("nobody", "us-east") == ""
