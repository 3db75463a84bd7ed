"""What the application's log lines look like: structured, plain, printed, scrubbed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside, live_workloads
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.centralized_logging.handmade import handmade
from seatrial.repo.files import File

_JSON_LIBRARIES: Final = frozenset(
    "python-json-logger structlog json-logging ecs-logging jsonformatter pino pino-http nestjs-pino"
    " bunyan winston go.uber.org/zap github.com/rs/zerolog logstash-logback-encoder"
    " net.logstash.logback:logstash-logback-encoder log4j-layout-template-json"
    " org.apache.logging.log4j:log4j-layout-template-json logback-json-classic lograge"
    " logstash-event logstash-logger semantic_logger rails_semantic_logger ougai logstasher"
    " serilog.formatting.compact logger_json @opentelemetry/api-logs"
    " opentelemetry-logback-appender-1.0 aws-lambda-powertools"
    " @aws-lambda-powertools/logger".split()
)
_JSON_MARKS: Final = (
    "NewJSONHandler",
    "JSONFormatter{",
    "JsonFormatter",
    "AddJsonConsole",
    "format.json(",
    "JSONRenderer",
    "logging.structured.format",
    "JsonTemplateLayout",
    "LogstashEncoder",
    "serialize=True",
    ".json().init()",
    "JsonLayout",
)
_PLAIN_MARKS: Final = (
    "log_formatter = Logger::Formatter",
    "log_formatter = ::Logger::Formatter",
    "basicConfig(",
    "log_format",
    "<PatternLayout",
    "format.simple()",
    "AddSimpleConsole",
    "format=%(",
)
_COMMENTS: Final = ("#", "//", "*", "/*", ";", "<!--", "--")
_MAX_PLACES: Final = 12
_CODE: Final = frozenset(
    ".py .js .ts .mjs .go .java .kt .rb .cs .rs .php .xml .properties .yml .yaml .conf .ini".split()
)
_NAMES: Final = ("log", "main", "app", "settings", "config", "server", "index", "program", "init")
_SCRUBS: Final = ("redact", "scrub", "mask", "filter_param")
_MAX_FILES: Final = 200
_MAX_CHARACTERS: Final = 60_000


@struct
class Lines:
    """How log lines are written.

    Attributes:
        structured: where JSON is switched on, None when nothing shows it.
        plain: where a plain format is set.
        by_hand: where JSON is put together by a format string.
        scrubbed: where secrets are taken out.
        code: True when application code is here at all.
    """

    structured: Place | None
    plain: Place | None
    scrubbed: Place | None
    code: bool
    by_hand: tuple[Place, ...] = ()


@once
def lines(site: Site[object]) -> Lines:
    """What the application's files say."""
    structured = next(
        (
            d.place
            for d in site.repo.dependencies
            if not d.dev and d.name.lower() in _JSON_LIBRARIES and not is_aside(d.place.path)
        ),
        None,
    )
    plain = scrubbed = None
    by_hand: list[Place] = []
    for file in sorted(_files(site), key=lambda f: "production" not in f.path):
        text = file.text[:_MAX_CHARACTERS]
        if structured is None:
            structured = _first(file, text, _JSON_MARKS)
        found = handmade(file, text)
        if found:
            by_hand.append(file.place(found))
        elif plain is None and file.name != "nginx.conf":
            plain = _first(file, text, _PLAIN_MARKS)
        if scrubbed is None and ("log" in file.name.lower()):
            scrubbed = _first(file, text, _SCRUBS)
    structured = structured or _by_environment(site)
    code = bool(site.repo.dependencies)
    return Lines(structured, plain, scrubbed, code, tuple(by_hand[:_MAX_PLACES]))


def _first(file: File, text: str, words: tuple[str, ...]) -> Place | None:
    """Place of the first of the words that stands in no comment."""
    for word in words:
        index = text.find(word)
        while index >= 0:
            start = text.rfind("\n", 0, index) + 1
            if not text[start:index].lstrip().startswith(_COMMENTS):
                return file.place(text.count("\n", 0, index) + 1)
            index = text.find(word, index + 1)
    return None


def _files(site: Site[object]) -> Iterator[File]:
    left = _MAX_FILES
    for file in site.repo.files():
        name = file.name.lower()
        named = any(n in name for n in _NAMES) or name in {"production.rb", "nginx.conf"}
        if file.suffix not in _CODE or not named or not left:
            continue
        if is_aside(file.path) or file.path.startswith(".") or "test" in name:
            continue
        left -= 1
        yield file


def _by_environment(site: Site[object]) -> Place | None:
    for workload in live_workloads(site):
        for container in workload.containers:
            for entry in container.at("env").items():
                name, value = entry.at("name").text.upper(), entry.at("value").text.lower()
                if "LOG" in name and value in {"json", "logstash", "ecs", "gelf"}:
                    return workload.place
    return None


@once
def prints(site: Site[object]) -> tuple[Place, ...]:
    """Lines of Python application code that print instead of logging."""
    found: list[Place] = []
    left = _MAX_FILES
    for file in site.repo.files():
        folders = set(file.path.lower().split("/")[:-1])
        if file.suffix != ".py" or not left or not folders or is_aside(file.path):
            continue
        if folders & {"scripts", "bin", "tools", "migrations", "alembic", "management", ".github"}:
            continue
        if file.name in {"commands.py", "cli.py", "manage.py"} or "config" in file.name:
            continue
        left -= 1
        text = file.text
        if "print(" not in text or "__main__" in text:
            continue
        found.extend(
            file.place(number)
            for number, line in enumerate(file.lines, 1)
            if line.lstrip().startswith("print(") and line[:1] in {" ", "\t"}
        )
    return tuple(found)
