"""Helm charts, rendered per environment."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from seatrial.repo.files import Root
from seatrial.repo.kubernetes import chart_rendering, charts, helm, helm_program
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.helm import SET_AT_DEPLOY

TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: first
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: web
          image: "web:{{ .Values.image.tag }}"
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
"""
FILES = {
    "deploy/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: '2'\n",
    "deploy/web/values.yaml": "replicas: 1\nimage: {tag: a}\n",
    "deploy/web/values-prod.yaml": "replicas: 3\nresources: {limits: {cpu: 1}}\n",
    "deploy/web/values-dev.yaml": "{}\n",
    "deploy/web/templates/web.yaml": TEMPLATE,
}


def read(folder: Path, files: dict[str, str]) -> tuple[Root, tuple[Chart, ...]]:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    root = Root(folder, git=False)
    return root, charts.read([root])


def test_an_environment_renders_with_its_values_file(tmp_path: Path) -> None:
    _, (chart,) = read(tmp_path, FILES)
    assert (chart.name, chart.app_version, chart.environments) == (
        "web",
        "2",
        ("dev", "production"),
    )
    counts = [
        m.node.at("spec", "replicas").value
        for e in (None, "production")
        for m in chart.render(e).manifests
        if m.kind == "Deployment"
    ]
    assert counts == [1, 3]


def test_a_rendered_object_points_to_the_nearest_line_of_its_template(tmp_path: Path) -> None:
    _, (chart,) = read(tmp_path, FILES)
    web = chart.render("production").manifests[1]
    path: tuple[str | int, ...] = (*web.pod_path, "containers", 0)
    lines = [
        web.place().line,
        web.place("spec", "replicas").line,
        web.place(*path, "image").line,
        web.place(*path, "resources", "limits").line,
    ]
    assert lines == [7, 11, 16, 18]
    assert web.place().path == "deploy/web/templates/web.yaml"


def test_an_object_that_is_the_same_everywhere_names_all_environments(tmp_path: Path) -> None:
    _, (chart,) = read(tmp_path, FILES)
    found = [(m.kind, m.environments) for m in chart_rendering.manifests(chart)]
    assert found == [
        ("ConfigMap", ("dev", "production")),
        ("Deployment", ("dev",)),
        ("Deployment", ("production",)),
    ]


def test_a_chart_that_only_renders_with_an_environment_is_normal(tmp_path: Path) -> None:
    files = FILES | {
        "deploy/web/values.yaml": "replicas: 1\n",
        "deploy/web/values-dev.yaml": "image: {tag: b}\n",
        "deploy/web/values-prod.yaml": "image: {tag: c}\n",
    }
    root, (chart,) = read(tmp_path, files)
    assert [chart.render(e).ok for e in (None, "dev", "production")] == [False, True, True]
    assert str(chart.render(None).error_place) == "deploy/web/templates/web.yaml:16"
    assert len(chart_rendering.manifests(chart)) == 3
    assert root.troubles == []


def test_a_chart_that_renders_nowhere_is_a_trouble_with_its_line(tmp_path: Path) -> None:
    files = FILES | {"deploy/web/values.yaml": "replicas: 1\n"}
    root, (chart,) = read(tmp_path, files)
    assert chart_rendering.manifests(chart) == ()
    assert {str(t.place) for t in root.troubles} == {"deploy/web/templates/web.yaml:16"}
    assert all(t.message.startswith("not rendered for ") for t in root.troubles)


def test_values_of_the_command_line_stand_in(tmp_path: Path) -> None:
    files = FILES | {
        "deploy/web/values.yaml": "replicas: 1\n",
        "scripts/deploy.sh": "helm upgrade -i web ./deploy/web -f deploy/web/values-prod.yaml"
        " --set image.tag=$SHA\n",
    }
    _, (chart,) = read(tmp_path, files)
    web = chart.render("production").manifests[1]
    assert web.containers[0].at("image").text == f"web:{SET_AT_DEPLOY}"


def test_a_required_value_that_nobody_gives_stands_as_set_at_deploy(tmp_path: Path) -> None:
    template = TEMPLATE.replace(".Values.image.tag", 'required "tag" .Values.tag')
    _, (chart,) = read(tmp_path, FILES | {"deploy/web/templates/web.yaml": template})
    rendering = chart.render(None)
    assert (rendering.ok, rendering.filled) == (True, True)


def test_broken_values_of_an_environment_are_not_half_applied(tmp_path: Path) -> None:
    root, (chart,) = read(tmp_path, FILES | {"deploy/web/values-prod.yaml": "replicas: 3\na: [\n"})
    found = chart_rendering.manifests(chart)
    assert {e for m in found for e in m.environments} == {"dev"}
    assert any(t.message.startswith("not rendered for production") for t in root.troubles)


def test_a_template_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    template = "{{ range until 1000000000 }}x{{ end }}"
    _, (chart,) = read(tmp_path, FILES | {"deploy/web/templates/huge.yaml": template})
    assert "a million" in (chart.render(None).error or "")


def test_without_a_renderer_charts_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> object:
        raise helm.HelmMissingError("helm_python is not installed")

    monkeypatch.setattr(helm, "_ask", missing)
    monkeypatch.setattr(helm_program, "program", lambda: "")
    root, (chart,) = read(tmp_path, FILES)
    assert chart_rendering.manifests(chart) == ()
    assert chart.render("dev").missing
    assert {t.message for t in root.troubles} == {
        "not rendered for dev: helm_python is not installed",
        "not rendered for production: helm_python is not installed",
    }


def test_what_a_template_says_when_it_fails_is_not_repeated(tmp_path: Path) -> None:
    template = TEMPLATE + '{{ fail (print "no " .Values.image.tag) }}{{ atoi "x" }}'
    files = {"deploy/web/values.yaml": "image: {tag: hunter2}\n"}
    _, (chart,) = read(tmp_path, FILES | files | {"deploy/web/templates/web.yaml": template})
    assert "hunter2" not in (chart.render(None).error or "hunter2")


def test_a_missing_dependency_is_named_and_the_rest_renders(tmp_path: Path) -> None:
    head = FILES["deploy/web/Chart.yaml"]
    declared = "dependencies:\n- {name: redis, version: 1.x, repository: 'https://x'}\n"
    _, (chart,) = read(tmp_path, FILES | {"deploy/web/Chart.yaml": head + declared})
    assert [d.name for d in chart.missing_dependencies] == ["redis"]
    assert chart.dependencies[0].place.line == 6
    assert chart.render(None).ok


def test_vendored_charts_belong_to_their_parent_and_a_charts_folder_holds_charts(
    tmp_path: Path,
) -> None:
    inner = {
        f"deploy/web/charts/sub/{p.rpartition('web/')[2]}": t.replace("name: web", "name: sub")
        for p, t in FILES.items()
    }
    more = {"charts/a/Chart.yaml": "name: a\n", "charts/b/Chart.yaml": "name: b\n"}
    _, found = read(tmp_path, FILES | inner | more)
    assert sorted(c.folder for c in found) == ["charts/a", "charts/b", "deploy/web"]


def test_a_local_dependency_is_rendered_by_its_umbrella_only(tmp_path: Path) -> None:
    umbrella = (
        "name: all\nversion: 1.0.0\napiVersion: v2\ndependencies:\n"
        "- {name: web, version: 1.0.0, alias: shop, repository: 'file://../web'}\n"
    )
    plain = {p: t for p, t in FILES.items() if "values-" not in p}
    files = plain | {
        "deploy/all/Chart.yaml": umbrella,
        "deploy/all/values.yaml": "shop: {replicas: 7}\n",
    }
    _, found = read(tmp_path, files)
    objects = [m for c in found for m in chart_rendering.manifests(c) if m.kind == "Deployment"]
    assert [m.node.at("spec", "replicas").value for m in objects] == [7]
    assert str(objects[0].place("spec", "replicas")) == "deploy/web/templates/web.yaml:11"


def test_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("hush")
    repo = tmp_path / "repo"
    template = 'apiVersion: v1\nkind: ConfigMap\ndata: {x: {{ .Files.Get "f" | quote }}}\n'
    read(repo, FILES | {"deploy/web/templates/web.yaml": template})
    (repo / "deploy/web/f").symlink_to(tmp_path / "outside.txt")
    (chart,) = charts.read([Root(repo, git=False)])
    assert "hush" not in str(chart.render(None).documents)


def test_values_of_a_flux_release_serve_its_environment(tmp_path: Path) -> None:
    release = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n"
        "  chart: {spec: {chart: ./deploy/web}}\n  values: {replicas: 9}\n"
    )
    _, (chart,) = read(tmp_path, FILES | {"clusters/staging/web.yaml": release})
    web = chart.render("staging").manifests[1]
    assert web.node.at("spec", "replicas").value == 9


def test_three_environments_of_ten_templates_are_quick(tmp_path: Path) -> None:
    charts.preload()
    many = {f"deploy/web/templates/t{i}.yaml": TEMPLATE for i in range(10)}
    start = time.perf_counter()
    _, (chart,) = read(tmp_path, FILES | many | {"deploy/web/values-qa.yaml": "replicas: 2\n"})
    assert len(chart_rendering.manifests(chart)) > 10
    assert time.perf_counter() - start < 1.0
