"""Deliveries, what they read, and what pipelines write for them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatrial.kit.delivery.gitedits import edits
from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.platform.gitops_files import files_of
from seatrial.kit.platform.images import image_of, is_commit, is_foreign_store
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.practices.gitops.revisions import is_range
from seatrial.practices.gitops.sedscripts import changed_tags
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-production}
spec:
  project: shop
  sources:
    - repoURL: https://charts.acme.io
      chart: shop
      targetRevision: 1.0.0
      helm: {valueFiles: [$v/values/production.yaml]}
    - {repoURL: https://github.com/acme/infra, targetRevision: main, ref: v}
"""
WORKFLOW = """\
on: push
jobs:
  bump:
    runs-on: ubuntu-latest
    env: {FOLDER: values}
    steps:
      - uses: actions/checkout@v4
        with: {repository: acme/infra, path: infra}
      - run: |
          cd infra
          yq -i '.tag = "x"' $FOLDER/production.yaml
          git push
      - run: |
          sed -i 's/tag: .*/tag: y/' infra/values/staging.yaml
"""
TAGS = "image:\n  tag: a\ndb:\n  image:\n    tag: b\nnote: tag\n"


def _site(*folders: Path) -> Site[object]:
    roots = [Root(folder, git=False) for folder in folders]
    return Site(Repository(roots), None, (), Facts({}), datetime.now(UTC))


def _write(folder: Path, path: str, text: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def test_a_values_file_of_another_source_is_read(tmp_path: Path) -> None:
    _write(tmp_path, "argocd/shop.yaml", APPLICATION)
    _write(tmp_path, "values/production.yaml", "tag: a\n")
    _write(tmp_path, "values/staging.yaml", "tag: a\n")
    site = _site(tmp_path)
    (one,) = deliveries(site)
    assert one.environments == ("production",)
    assert [f.path for f in files_of(site, one)] == ["values/production.yaml"]


def test_an_edit_in_another_checkout_is_found_there_and_one_without_push_is_none(
    tmp_path: Path,
) -> None:
    _write(tmp_path / "app", ".github/workflows/bump.yml", WORKFLOW)
    _write(tmp_path / "infra", "values/production.yaml", "tag: a\n")
    (edit,) = edits(_site(tmp_path / "app", tmp_path / "infra"))
    assert edit.remote == "acme/infra"
    assert [f.path for f in edit.files] == ["values/production.yaml"]


@pytest.mark.parametrize(
    ("program", "script", "hit"),
    [
        ("sed", "s/tag: .*/tag: $TAG/g", 2),
        ("sed", "s|^  tag: .*|  tag: x|", 1),
        ("sed", "s#\\(tag:\\) .*#\\1 x#", 2),
        ("sed", "/^db/,/tag/ s/tag: .*/tag: x/", 0),
        ("sed", "s/$OLD/$NEW/", 0),
        ("sed", "s/(a*)*b/c/", 0),
        ("yq", '.image.tag = "x"', 0),
        ("yq", '(.. | select(has("tag")).tag) = "x"', 2),
    ],
)
def test_tags_that_an_expression_changes_are_counted(
    tmp_path: Path, program: str, script: str, hit: int
) -> None:
    _write(tmp_path, "values.yaml", TAGS)
    file = Root(tmp_path, git=False).files["values.yaml"]
    assert len(changed_tags(program, script, file)) == hit


def test_a_pattern_that_would_run_away_is_given_up(tmp_path: Path) -> None:
    _write(tmp_path, "values.yaml", "tag: " + "a" * 190 + "\n" * 50)
    file = Root(tmp_path, git=False).files["values.yaml"]
    start = time.perf_counter()
    for script in ("s/(a+)+$/x/", "s/.*.*.*.*.*b/x/", "s/((a*)*)*b/x/", "s/[/x/", "s", "s/"):
        changed_tags("sed", script, file)
    assert time.perf_counter() - start < 1  # a runaway pattern takes minutes


def test_image_references_are_taken_apart() -> None:
    assert image_of("host:5000/a/b:1.0@sha256:00").tag == "1.0"
    assert image_of("host:5000/a/b").moves
    assert not image_of("a@sha256:00").moves
    assert image_of("a:latest").moves
    assert not image_of("a:1.2.3").moves


def test_only_a_public_store_can_have_a_stray_tag() -> None:
    assert is_foreign_store("postgres")
    assert is_foreign_store("docker.io/bitnami/redis")
    assert not is_foreign_store("ghcr.io/acme/postgres")
    assert is_commit("2d778ab")
    assert not is_commit("20241124")
    assert not is_commit("16.4")


def test_chart_versions_that_float_are_told_from_fixed_ones() -> None:
    assert all(is_range(v) for v in ("", "*", "1.x", "^1.2.3", "~> 2", ">=1.0.0", "1", "1.2"))
    assert not any(is_range(v) for v in ("1.2.3", "v1.2.3", "1.2.3-rc.1", "=1.2.3"))
