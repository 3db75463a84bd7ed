"""JSON by format string is told from JSON that something escapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.practices.centralized_logging.handmade import handmade
from seatrial.repo.files import Root

BROKEN = {
    "logging.conf": '[formatter_json]\nformat={"level": "%(levelname)s", "m": "%(message)s"}\n',
    "log_setup.py": 'import logging\nF = logging.Formatter(\'{"m": "%(message)s"}\')\n',
    "log4j2.xml": "<A>\n<PatternLayout pattern='{&quot;m&quot;: &quot;%msg&quot;}'/></A>\n",
    "nginx.conf": 'http {\n  log_format json \'{"path": "$uri"}\';\n}\n',
}
SOUND = {
    "logging.conf": "[formatter_plain]\nformat=%(levelname)s %(message)s\n",
    "log_setup.py": '# Formatter(\'{"m": "%(message)s"}\') breaks on quotes\n',
    "log4j2.xml": "<PatternLayout pattern='{&quot;m&quot;: &quot;%enc{%m}{JSON}&quot;}'/>\n",
    "nginx.conf": 'http {\n  log_format json escape=json \'{"path": "$uri"}\';\n}\n',
}


def _line(folder: Path, name: str, text: str) -> int:
    (folder / name).write_text(text, encoding="utf-8")
    file = Root(folder).files[name]
    return handmade(file, file.text)


@pytest.mark.parametrize("name", BROKEN)
def test_a_message_pasted_into_json_is_found_on_its_line(tmp_path: Path, name: str) -> None:
    assert _line(tmp_path, name, BROKEN[name]) == 2


@pytest.mark.parametrize("name", SOUND)
def test_an_escaped_or_plain_format_is_left_alone(tmp_path: Path, name: str) -> None:
    assert _line(tmp_path, name, SOUND[name]) == 0
