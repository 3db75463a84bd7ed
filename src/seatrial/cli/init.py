"""`seatrial init`: the first seatrial.yaml."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from seatrial.cli.arguments import Parser
from seatrial.cli.screen import Screen
from seatrial.cli.words import sort_words
from seatrial.engine import load
from seatrial.engine.baseline import replace_file
from seatrial.engine.survey import AuditRequest, Ground, roles, survey_ground
from seatrial.model.errors import UsageError
from seatrial.repo.files import Root
from seatrial.spec.document import FILE_NAME
from seatrial.spec.draft import Draft, write_draft

LESSON = """\
Nothing in the file is required: `seatrial audit` works without it. It is the place for what files
cannot show: which repositories belong together, what an environment is for, settings of practices,
and waivers.

Examples:
  seatrial init --dry-run                   show what would be written
  seatrial init app/ infrastructure/        write app/seatrial.yaml, which names both"""


def obey(words: list[str], screen: Screen) -> int:
    """Look, and write the file into the application's repository."""
    parser = Parser("init", f"Writes a {FILE_NAME} with what was found.", LESSON)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="folders of repositories")
    parser.add_argument("--dry-run", action="store_true", help="print it, write nothing")
    parser.add_argument("--force", action="store_true", help=f"replace an existing {FILE_NAME}")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    given = parser.parse_intermixed_args(words)
    asked = sort_words(given.paths)
    if asked.practices:
        hint = f"write ./{asked.practices[0]} for a folder of that name"
        raise UsageError("init takes folders, no practice", hint=hint)
    target, text = draft_of(asked.paths, screen, debug=given.debug)
    if given.dry_run:
        screen.write(text)
        return 2 if screen.errors else 0
    if os.path.lexists(target) and not given.force:
        hint = "edit it, or replace it with --force (--dry-run shows what would be written)"
        raise UsageError(f"{target} is there already", hint=hint)
    replace_file(target, text)
    screen.write(f"wrote {target}\n")
    return 2 if screen.errors else 0


def draft_of(paths: tuple[Path, ...], screen: Screen, *, debug: bool) -> tuple[Path, str]:
    """Where the file goes and what it says."""
    request = AuditRequest(now=datetime.now(UTC), paths=paths, debug=debug, use_spec=False)
    ground = survey_ground(request, screen)
    by_role = roles(ground)
    home = _home(ground, by_role)
    found = tuple((by_role[root.name], _relative(root, home)) for root in ground.opened.roots)
    practices = tuple(practice.id for practice in load.practices())
    for notice in (*ground.opened.notices, *ground.mishaps.notices()):
        screen.say(f"note: {notice}")
    draft = Draft(home.folder.name, found, ground.environments, practices)
    return Path(ground.opened.shown[home.name], FILE_NAME), write_draft(draft)


def _home(ground: Ground, by_role: dict[str, str]) -> Root:
    roots = ground.opened.roots
    return next((root for root in roots if by_role[root.name] != "infra"), roots[0])


def _relative(root: Root, home: Root) -> str:
    return Path(os.path.relpath(root.folder, home.folder)).as_posix()
