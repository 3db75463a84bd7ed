"""Which Dockerfile builds which image, and what it takes from the repository."""

from __future__ import annotations

from pathlib import Path

from seatrial.kit.planning.imagebuilds import builds, context_of, sources
from tests.kit.pipelines_repo import site_of

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-%(name)s}
spec:
  template:
    spec:
      containers:
        - {name: %(name)s, image: "ghcr.io/acme/shop-%(name)s:{{ .Values.tag }}"}
"""
_CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": "tag: '1'\n",
    "chart/values-dev.yaml": "tag: '2'\n",
    "chart/templates/api.yaml": _DEPLOYMENT % {"name": "api"},
    "chart/templates/worker.yaml": _DEPLOYMENT % {"name": "worker"},
}


def test_the_dockerfile_is_told_by_its_name_or_folder(tmp_path: Path) -> None:
    site = site_of(
        tmp_path,
        **_CHART,
        **{
            "docker/api.Dockerfile": "FROM python:3.13\nWORKDIR /srv\nCOPY app app/\nCMD x\n",
            "worker/Dockerfile": "FROM python:3.13\nCOPY main.py /srv/\nCMD x\n",
            "worker/main.py": "pass\n",
            "app/main.py": "pass\n",
        },
    )
    found = builds(site, site.repo.charts[0], "dev")
    assert found
    assert [(b.image, b.path, b.context) for b in found] == [
        ("ghcr.io/acme/shop-api", "docker/api.Dockerfile", "."),
        ("ghcr.io/acme/shop-worker", "worker/Dockerfile", "worker"),
    ]
    root = site.repo.roots[0]
    taken = [sources(root, b.dockerfile, b.context) for b in found]
    assert [(s.path, s.target) for t in taken if t for s in t] == [
        ("app", "/srv/app"),
        ("worker/main.py", "/srv/main.py"),
    ]
    assert context_of(root, found[0].dockerfile) == "."


def test_an_image_that_nothing_here_builds_is_not_guessed(tmp_path: Path) -> None:
    site = site_of(tmp_path, **_CHART, **{"api/Dockerfile": "FROM python:3.13\nCMD x\n"})
    assert builds(site, site.repo.charts[0], "dev") is None
