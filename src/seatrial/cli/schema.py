"""`seatrial schema`: the published JSON Schemas."""

from __future__ import annotations

import json

from seatrial.cli.arguments import Parser
from seatrial.cli.screen import Screen

LESSON = """\
Examples:
  seatrial schema spec > seatrial.schema.json     for editors, of seatrial.yaml
  seatrial schema audit                           of `seatrial audit --format json`"""


def obey(words: list[str], screen: Screen) -> int:
    """Print a schema."""
    parser = Parser("schema", "Prints a JSON Schema (draft-07).", LESSON)
    parser.add_argument("which", choices=("audit", "spec"), help="which one")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    which = parser.parse_args(words).which
    screen.write(_audit() if which == "audit" else _spec())
    return 0


def _audit() -> str:
    from seatrial.report.as_json import schema

    return schema()


def _spec() -> str:
    from seatrial.engine.load import settings_types
    from seatrial.spec.schema import json_schema

    return json.dumps(json_schema(settings_types()), indent=2) + "\n"
