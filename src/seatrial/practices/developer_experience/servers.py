"""Development servers that a named task starts: `npm run dev`, `make run`, `bin/dev`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.repo.commands.shell import Command
from seatrial.repo.files import File

_NAMES: Final = ("dev", "develop", "start", "run", "serve", "up", "watch", "local", "server")
_NO_NAMES: Final = (
    "test lint build prod stop down format e2e migrat clean bench docs storybook release type"
    " debug-test preview restart publish spec check scan install generate seed minify celery"
).split()
# (program, words that must follow): a saved file is seen by itself.
_RELOADING: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("vite", ()),
    ("next", ("dev",)),
    ("nuxt", ("dev",)),
    ("nuxi", ("dev",)),
    ("astro", ("dev",)),
    ("remix", ("dev",)),
    ("react-router", ("dev",)),
    ("gatsby", ("develop",)),
    ("ng", ("serve",)),
    ("nx", ("serve",)),
    ("nest", ("start",)),
    ("vue-cli-service", ("serve",)),
    ("react-scripts", ("start",)),
    ("webpack", ("serve",)),
    ("webpack-dev-server", ()),
    ("nodemon", ()),
    ("ts-node-dev", ()),
    ("tsx", ("watch",)),
    ("turbo", ("dev",)),
    ("turbo", ("run", "dev")),
    ("wrangler", ("dev",)),
    ("vercel", ("dev",)),
    ("netlify", ("dev",)),
    ("sst", ("dev",)),
    ("expo", ("start",)),
    ("fastapi", ("dev",)),
    ("manage.py", ("runserver",)),
    ("rails", ("server",)),
    ("rails", ("s",)),
    ("foreman", ("start",)),
    ("overmind", ("start",)),
    ("overmind", ("s",)),
    ("hivemind", ()),
    ("air", ()),
    ("watchexec", ()),
    ("watchmedo", ()),
    ("CompileDaemon", ()),
    ("modd", ()),
    ("bacon", ()),
    ("cargo-watch", ()),
    ("cargo", ("watch",)),
    ("dotnet", ("watch",)),
    ("quarkus", ("dev",)),
    ("mvn", ("quarkus:dev",)),
    ("mvnw", ("quarkus:dev",)),
    ("mix", ("phx.server",)),
    ("php", ("artisan", "serve")),
    ("tilt", ("up",)),
    ("skaffold", ("dev",)),
    ("hugo", ("server",)),
)
_PLAIN: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("flask", ("run",)),
    ("uvicorn", ()),
    ("gunicorn", ()),
    ("mvn", ("spring-boot:run",)),
    ("mvnw", ("spring-boot:run",)),
    ("gradlew", ("bootRun",)),
    ("gradle", ("bootRun",)),
    ("go", ("run",)),
    ("node", ()),
    ("dotnet", ("run",)),
    ("cargo", ("run",)),
    ("docker", ("compose", "up")),
    ("docker-compose", ("up",)),
    ("honcho", ("start",)),
)
_RUNNERS: Final = frozenset(
    "npx pnpx bunx yarn pnpm poetry uv pipenv bundle exec run dotenv".split()
)


def of_tasks(site: Site[object]) -> Iterator[tuple[str, Place, bool]]:
    """Yield (command, place, reloads) for tasks and scripts that start a server."""
    for root in site.repo.roots:
        for task in site.repo.tasks(root).all:
            if not _is_start(task.name) or is_aside(task.file.path):
                continue
            kinds = [k for c in task.commands if (k := server(c)) is not None]
            if kinds:
                runner = {"npm": "npm run"}.get(task.runner, task.runner)
                yield f"{runner} {task.name}", task.place, any(kinds)
        for path in (
            "bin/dev",
            "script/server",
            "scripts/dev.sh",
            "scripts/start-dev.sh",
            "dev.sh",
        ):
            file = root.files.get(path)
            if file and any(_starts_processes(file, c) for c in _commands(file)):
                yield path, file.place(), True


def _is_start(name: str) -> bool:
    words = name.lower().replace(":", "-").replace("_", "-").split("-")
    return bool(set(words) & set(_NAMES)) and not any(w in name.lower() for w in _NO_NAMES)


def _commands(file: File) -> tuple[Command, ...]:
    from seatrial.repo.commands import shell

    return shell.parse(file.text).commands


def _starts_processes(file: File, command: Command) -> bool:
    return server(command) is True or (command.program == "honcho" and bool(file))


def server(command: Command) -> bool | None:
    """True for a server that reloads, False for one that does not, None for anything else."""
    argv = list(command.argv)
    while len(argv) > 1 and argv[0].rpartition("/")[2] in _RUNNERS:
        argv = argv[1:]
    if argv and argv[0].rpartition("/")[2] in {"python", "python3", "ruby"} and len(argv) > 1:
        argv = argv[2:] if argv[1] == "-m" else argv[1:]
    if not argv:
        return None
    program = argv[0].rpartition("/")[2]
    words = tuple(w for w in argv[1:] if not w.startswith("-"))
    if program == "vite" and words[:1] in {("build",), ("preview",)}:
        return None
    if any(program == p and words[: len(w)] == w for p, w in _RELOADING):
        return True
    if any(program == p and _within(w, words) for p, w in _PLAIN):
        flags = {"--reload", "--debug", "--watch", "--hot-reload", "watch"}
        return bool(flags & set(argv)) or command.starts("docker", "compose", "watch")
    return None


def _within(wanted: tuple[str, ...], words: tuple[str, ...]) -> bool:
    # `docker compose -f x.yaml up`: the value of a flag stands between.
    position = 0
    for word in words:
        if position < len(wanted) and word == wanted[position]:
            position += 1
    return position == len(wanted)
