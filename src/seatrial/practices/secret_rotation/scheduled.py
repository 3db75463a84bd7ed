"""Tasks of the application itself that replace credentials on a schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.secrets.secretnames import is_secret_name, words_of
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.repo.files import File

_CHANGES: Final = frozenset("change renew reset regenerate refresh replace".split())
_ROTATES: Final = frozenset("rotate rotation rotating rotates".split())
_NO_SECRETS: Final = frozenset("log logs logfile backup backups image images session".split())
_LONGEST: Final = 1000
_MAX_CHARACTERS: Final = 400_000


def scheduled(site: Site[object]) -> Iterator[tuple[str, Place]]:
    """Entries of the schedules of Celery, Sidekiq and cron gems that name a rotation."""
    for file in site.repo.files():
        pattern = _pattern(file)
        if pattern is None or is_aside(file.path):
            continue
        for number, line in enumerate(file.lines, 1):
            skipped = len(line) > _LONGEST or line.lstrip().startswith("#")
            match = None if skipped else pattern.search(line)
            if match and _replaces(match.group(1)):
                yield match.group(1), file.place(number)


def _pattern(file: File) -> re.Pattern[str] | None:
    if file.suffix == ".py" and len(file.text) < _MAX_CHARACTERS:
        return _celery() if "beat_schedule" in file.text.lower() else None
    name = file.name.lower()
    if name == "schedule.rb":
        return _whenever()
    if name in {"schedule.yml", "sidekiq.yml", "sidekiq_cron.yml", "recurring.yml"}:
        return _sidekiq()
    return None


def _replaces(name: str) -> bool:
    words = words_of(name.rpartition(".")[2])
    if not _NO_SECRETS.isdisjoint(words):
        return False
    if not _ROTATES.isdisjoint(words):
        return True
    return not _CHANGES.isdisjoint(words) and is_secret_name("_".join(words))


@cache
def _celery() -> re.Pattern[str]:
    return re.compile(r"[\"']task[\"']\s*:\s*[\"']([\w.\-]+)[\"']")


@cache
def _whenever() -> re.Pattern[str]:
    return re.compile(r"\b(?:runner|rake|command)\s+[\"']([\w.:\-]+)")


@cache
def _sidekiq() -> re.Pattern[str]:
    return re.compile(r"^\s*(?:class|cron_class|command):\s*[\"']?([\w.:]+)")
