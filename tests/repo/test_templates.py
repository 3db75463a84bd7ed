"""Templates of configuration files are not read as what they are rendered to."""

from __future__ import annotations

from pathlib import Path

from seatrial.repo.files import Root


def test_a_template_that_is_no_yaml_by_itself_is_no_trouble(tmp_path: Path) -> None:
    text = '{{ if env "A" }}\nimage: a\n{{ end }}\n: x\n'
    (tmp_path / "values.yaml.gotmpl").write_text(text, encoding="utf-8")
    (tmp_path / "values.yaml").write_text(text, encoding="utf-8")
    root = Root(tmp_path, git=False)
    for file in root.files.values():
        _ = file.yaml
    assert {trouble.place.path for trouble in root.troubles} == {"values.yaml"}
