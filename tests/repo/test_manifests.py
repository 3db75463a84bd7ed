"""Raw Kubernetes objects."""

from __future__ import annotations

from pathlib import Path

from seatrial.repo.files import Root
from seatrial.repo.kubernetes import manifests
from seatrial.repo.yaml import NOTHING

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  template:
    spec:
      initContainers:
        - name: wait
          image: busybox
      containers:
        - name: web
          image: web:1
"""


def root_of(folder: Path, files: dict[str, str]) -> Root:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return Root(folder, git=False)


def test_an_object_knows_its_containers_and_exact_places(tmp_path: Path) -> None:
    root = root_of(tmp_path, {"k8s/prod/web.yaml": DEPLOYMENT})
    (web,) = manifests.read(root)
    assert [c.at("name").text for c in web.containers] == ["web"]
    assert [c.at("name").text for c in web.init_containers] == ["wait"]
    assert web.place(*web.pod_path, "containers", 0, "image").line == 14
    assert web.place("spec", "replicas").line == 6
    assert (web.labels, web.environments) == ({"app": "web"}, ("production",))


def test_a_cron_job_has_its_pod_one_template_deeper(tmp_path: Path) -> None:
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: x}\n"
        "spec:\n  jobTemplate:\n    spec:\n"
        "      template:\n        spec:\n          containers: [{name: x, image: y}]\n"
    )
    (job,) = manifests.read(root_of(tmp_path, {"a.yaml": text}))
    assert len(job.containers) == 1


def test_a_kind_without_pods_has_no_pod_spec(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n"
    (service,) = manifests.read(root_of(tmp_path, {"a.yaml": text}))
    assert service.pod_spec is NOTHING
    assert service.containers == []


def test_a_list_is_unrolled(tmp_path: Path) -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service}\n"
        "- {apiVersion: v1, kind: Secret}\n"
    )
    kinds = [m.kind for m in manifests.read(root_of(tmp_path, {"a.yaml": text}))]
    assert kinds == ["Service", "Secret"]


def test_a_template_of_something_is_no_trouble(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\n{{- if .x }}\nmetadata: {{ .y }}: [\n"
    root = root_of(tmp_path, {"a.yaml": text})
    assert list(manifests.read(root)) == []
    assert root.troubles == []


def test_a_broken_manifest_is_a_trouble(tmp_path: Path) -> None:
    root = root_of(tmp_path, {"a.yaml": "apiVersion: v1\nkind: Service\n  bad: [\n"})
    assert list(manifests.read(root)) == []
    assert [t.place.path for t in root.troubles] == ["a.yaml"]


def test_a_fragment_without_images_is_a_patch(tmp_path: Path) -> None:
    text = DEPLOYMENT.replace("          image: web:1\n", "          env: []\n")
    (patch,) = manifests.read(root_of(tmp_path, {"a.yaml": text}))
    assert patch.is_patch


def test_the_schema_of_a_custom_resource_is_not_parsed_but_lines_stay(tmp_path: Path) -> None:
    crd = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        "metadata:\n  name: x\n"
        "spec:\n  broken: [\n---\n"
    )
    first, second = manifests.read(root_of(tmp_path, {"a.yaml": crd + DEPLOYMENT}))
    assert (first.name, first.node.at("spec")) == ("x", NOTHING)
    assert second.place("spec").line == 13


def test_configuration_of_a_tool_is_no_object(tmp_path: Path) -> None:
    root = root_of(tmp_path, {"skaffold.yaml": "apiVersion: skaffold/v4beta1\nkind: Config\n"})
    assert list(manifests.read(root)) == []
