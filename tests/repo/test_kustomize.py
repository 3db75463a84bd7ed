"""Overlays built without kustomize."""

from __future__ import annotations

from pathlib import Path

from seatrial.repo.files import Root
from seatrial.repo.kubernetes import kustomize, kustomize_build
from seatrial.repo.kubernetes.manifests import Manifest

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: web
          image: web:1
          env:
            - {name: A, value: "1"}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n"
PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: web
          env:
            - {name: B, value: "2"}
          readinessProbe:
            httpGet: {path: /, port: 80}
"""
FILES = {
    "base/kustomization.yaml": "resources: [web.yaml, service.yaml]\n",
    "base/web.yaml": BASE,
    "base/service.yaml": SERVICE,
    "overlays/dev/kustomization.yaml": "resources: [../../base]\n",
    "overlays/production/kustomization.yaml": (
        "resources:\n  - ../../base\n  - https://example.com/x?ref=1\n"
        "patches:\n  - path: patch.yaml\nimages:\n  - name: web\n    newTag: v2\n"
    ),
    "overlays/production/patch.yaml": PATCH,
}


def built(folder: Path, files: dict[str, str]) -> tuple[Root, tuple[Manifest, ...]]:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    root = Root(folder, git=False)
    return root, kustomize_build.manifests(kustomize.read(root))


def of(found: tuple[Manifest, ...], kind: str, environment: str) -> Manifest:
    (one,) = [m for m in found if m.kind == kind and environment in m.environments]
    return one


def test_an_object_that_overlays_share_unchanged_has_all_their_environments(tmp_path: Path) -> None:
    _, found = built(tmp_path, FILES)
    assert of(found, "Service", "dev").environments == ("dev", "production")


def test_a_patched_object_is_merged_by_name_and_keeps_places_of_both_files(tmp_path: Path) -> None:
    _, found = built(tmp_path, FILES)
    web = of(found, "Deployment", "production")
    (container,) = web.containers
    assert [e.at("name").text for e in container.at("env").items()] == ["A", "B"]
    assert (web.node.at("spec", "replicas").value, container.at("image").text) == (3, "web:v2")
    path: tuple[str | int, ...] = (*web.pod_path, "containers", 0)
    places = [web.place(), web.place(*path, "readinessProbe"), web.place(*path, "image")]
    assert [str(p) for p in places] == [
        "base/web.yaml:1",
        "overlays/production/patch.yaml:13",
        "overlays/production/kustomization.yaml:8",
    ]


def test_the_base_and_other_overlays_stay_as_they_are(tmp_path: Path) -> None:
    _, found = built(tmp_path, FILES)
    web = of(found, "Deployment", "dev")
    assert (web.node.at("spec", "replicas").value, web.environments) == (1, ("dev",))
    assert not web.containers[0].has("readinessProbe")


def test_files_of_overlays_are_no_objects_by_themselves(tmp_path: Path) -> None:
    root, _ = built(tmp_path, FILES)
    owned = kustomize.owned(kustomize.read(root))
    assert {"base/web.yaml", "overlays/production/patch.yaml"} <= owned


def test_a_remote_base_is_recorded_and_not_guessed(tmp_path: Path) -> None:
    root, _ = built(tmp_path, FILES)
    remotes = [r.url for k in kustomize.read(root) for r in k.remotes]
    assert remotes == ["https://example.com/x?ref=1"]


def test_json_patches_components_and_generators_take_part(tmp_path: Path) -> None:
    files = FILES | {
        "overlays/production/kustomization.yaml": (
            "resources: [../../base]\ncomponents: [../../more]\n"
            "secretGenerator:\n  - name: s\n    literals: [TOKEN=hush]\n"
        ),
        "more/kustomization.yaml": (
            "kind: Component\nnamespace: shop\npatches:\n"
            "  - target: {kind: Deployment}\n    patch: |\n"
            "      - op: replace\n        path: /spec/replicas\n        value: 5\n"
        ),
    }
    _, found = built(tmp_path, files)
    web = of(found, "Deployment", "production")
    assert (web.node.at("spec", "replicas").value, web.namespace) == (5, "shop")
    assert web.place("spec", "replicas").line == 8
    secret = of(found, "Secret", "production")
    assert secret.node.at("data").names() == ["TOKEN"]
    assert "hush" not in str(secret.node.plain())


def test_kustomizations_in_a_circle_end(tmp_path: Path) -> None:
    files = {
        "a/kustomization.yaml": "resources: [../b]\n",
        "b/kustomization.yaml": "resources: [../a, s.yaml]\n",
        "b/s.yaml": SERVICE,
    }
    _, found = built(tmp_path, files)
    assert {m.kind for m in found} == {"Service"}
