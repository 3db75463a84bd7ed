"""Values that no template reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.kit.platform.template_paths import named_paths
from seatrial.kit.platform.values import dead_values, unread
from seatrial.repo.files import Root
from seatrial.repo.kubernetes import charts
from seatrial.repo.kubernetes.charts import Chart

TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  size: {{ .Values.api.size | quote }}
  {{- if .Values.extra.enabled }}
  extra: {{ .Values.extra.text | quote }}
  {{- end }}
"""


def chart_of(folder: Path, files: dict[str, str]) -> Chart:
    everything = {"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n"} | files
    for path, text in everything.items():
        target = folder / "web" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    (chart,) = charts.read([Root(folder, git=False)])
    return chart


DEFAULTS = "api: {size: 1}\nextra: {enabled: false, text: x}\n"


def test_a_value_that_nothing_reads_is_dead_with_the_living_one_as_the_hint(tmp_path: Path) -> None:
    files = {
        "values.yaml": DEFAULTS,
        "values-prod.yaml": "size:\n  api: 3\n",
        "templates/a.yaml": TEMPLATE,
    }
    chart = chart_of(tmp_path, files)
    (dead,) = dead_values(chart, "production")
    assert (str(dead.place), dead.path, dead.nearest_live) == (
        "web/values-prod.yaml:2",
        "size.api",
        "api.size",
    )


def test_a_value_behind_a_switch_that_is_off_is_not_dead(tmp_path: Path) -> None:
    chart = chart_of(tmp_path, {"values.yaml": DEFAULTS, "templates/a.yaml": TEMPLATE})
    assert len(dead_values(chart, None)) == 0


def test_random_functions_do_not_make_a_value_look_alive(tmp_path: Path) -> None:
    template = TEMPLATE + "  token: {{ randAlphaNum 20 }}\n"
    files = {"values.yaml": DEFAULTS + "unread: 1\n", "templates/a.yaml": template}
    assert [d.path for d in dead_values(chart_of(tmp_path, files), None)] == ["unread"]


def test_a_schema_does_not_refuse_the_trial(tmp_path: Path) -> None:
    schema = '{"type": "object", "properties": {"mode": {"enum": ["a"]}}}'
    files = {
        "values.yaml": DEFAULTS + "mode: a\n",
        "values.schema.json": schema,
        "templates/a.yaml": TEMPLATE,
    }
    assert [d.path for d in dead_values(chart_of(tmp_path, files), None)] == ["mode"]


def test_a_value_that_only_the_rendering_shows_to_be_read_is_told_from_dead_ones(
    tmp_path: Path,
) -> None:
    # Names that are put together at run time cannot be read statically.
    template = TEMPLATE + '  x: {{ (dict "V" $.Values | values | first).hidden | quote }}\n'
    files = {"values.yaml": DEFAULTS + "hidden: a\nunread: b\n", "templates/a.yaml": template}
    assert "hidden" not in [d.path for d in dead_values(chart_of(tmp_path, files), None)]


def test_values_of_subcharts_and_globals_are_theirs(tmp_path: Path) -> None:
    head = (
        "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: redis, alias: cache}\n"
    )
    values = DEFAULTS + "cache: {size: 1}\nglobal: {x: 1}\nother: 1\n"
    files = {"Chart.yaml": head, "values.yaml": values, "templates/a.yaml": TEMPLATE}
    assert [d.path for d in dead_values(chart_of(tmp_path, files), None)] == ["other"]


def test_a_chart_that_does_not_render_is_unknown(tmp_path: Path) -> None:
    files = {"values.yaml": "unread: 1\n", "templates/a.yaml": TEMPLATE}
    answer = dead_values(chart_of(tmp_path, files), None)
    assert "does not render" in answer.unknown
    assert len(answer) == 0


@pytest.mark.parametrize(
    ("text", "named", "unnamed"),
    [
        ("{{ .Values.a.b }}", "a.b", "a.c"),
        ("{{- with .Values.a }}{{ .b }}{{ end }}", "a.b", "a.c"),
        ("{{ with .Values.a }}{{ toYaml . }}{{ end }}", "a.b.c", "b"),
        ("{{ range $k, $v := .Values.a }}{{ $v }}{{ end }}", "a.b", "b"),
        ('{{ index .Values "a" "b-c" }}', "a.b-c", "a.d"),
        ("{{ $x := .Values.a }}{{ $x.b }}", "a.b", "a.c"),
        ('{{ include "f" (dict "ctx" $ "v" .Values.a) }}', "a.b", "b"),
        ('{{ define "f" }}{{ .root.Values.a.b }}{{ end }}', "a.b", "a.c"),
        ("{{ if and .Values.a.on .Values.b }}x{{ end }}", "a.on", "b.c"),
        ("{{ if .Values.a }}{{ else }}{{ .Values.b }}{{ end }}", "b", "a.c"),
        ("{{/* .Values.b */}}{{ .Values.a }}", "a", "b"),
        ("{{ with .Values.a }}{{ $.Values.c }}{{ .Release.Name }}{{ end }}", "c", "d"),
    ],
)
def test_templates_name_values(text: str, named: str, unnamed: str) -> None:
    paths = named_paths([text])
    assert paths.names(tuple(named.split(".")))
    assert not paths.names(tuple(unnamed.split(".")))


def test_handing_over_all_values_names_all_of_them() -> None:
    assert named_paths(["{{ toYaml .Values | nindent 2 }}"]).names(("x", "y"))


def test_a_value_that_somebody_gives_and_no_template_reads_is_unread(tmp_path: Path) -> None:
    chart = chart_of(tmp_path, {"values.yaml": DEFAULTS, "templates/a.yaml": TEMPLATE})
    given = {("api", "size"): "3", ("retail", "api", "size"): "3", ("extra", "text"): "y"}
    assert unread(chart, given) == {("retail", "api", "size"): "api.size"}
