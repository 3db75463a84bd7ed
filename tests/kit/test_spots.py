"""Production comes first when a reader is sent to a cluster or a delivery."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from seatrial.kit import environments
from seatrial.kit.platform.spots import clusters, deliveries
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository

KUSTOMIZATION = """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec: {{path: ./apps, prune: true}}
"""


def _site(folder: Path, files: dict[str, str]) -> Site[object]:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    repository = Repository([Root(folder)])
    found = environments.found(repository)
    return Site(repository, None, found, Facts({}), datetime(2026, 11, 24, tzinfo=UTC))


def test_the_cluster_of_production_comes_before_that_of_staging(tmp_path: Path) -> None:
    cluster = 'terraform {\n  backend "gcs" {}\n}\nresource "google_container_cluster" "c" {}\n'
    site = _site(
        tmp_path, {f"environments/{e}/main.tf": cluster for e in ("dev", "staging", "production")}
    )
    assert next(place.path for place, _ in clusters(site)) == "environments/production/main.tf"


def test_a_delivery_of_production_comes_first_and_the_bootstrap_is_left_out(tmp_path: Path) -> None:
    site = _site(
        tmp_path,
        {
            "clusters/dev/apps.yaml": KUSTOMIZATION.format(name="apps"),
            "clusters/production/apps.yaml": KUSTOMIZATION.format(name="apps"),
            "clusters/production/sync.yaml": KUSTOMIZATION.format(name="flux-system"),
        },
    )
    assert [p.path for p in deliveries(site)] == [
        "clusters/production/apps.yaml",
        "clusters/dev/apps.yaml",
    ]
