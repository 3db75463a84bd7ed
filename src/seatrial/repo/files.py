"""One walk over a repository: which files there are, and their text, read at most once."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Container, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from seatrial.model.errors import NotReadableError
from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo import yaml

TEMPLATES: Final = frozenset({".gotmpl", ".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb"})
"""Endings of templates, of which none need be valid YAML by itself."""
MAX_BYTES: Final = 5 * 1024 * 1024
"""Files above this size are left out and counted."""
GIT_DEADLINE: Final = 20.0
"""Seconds that git may take to list the files."""

OWN_FOLDER: Final = ".seatrial/"
"""Where seatrial keeps its own files in a repository."""

VENDORED: Final = frozenset(
    {
        "node_modules",
        "vendor",
        "third_party",
        "thirdparty",
        ".venv",
        "venv",
        "bower_components",
        ".terraform",
        "__pycache__",
        ".git",
        ".tox",
        "site-packages",
        "Pods",
        ".yarn",
        "dist-packages",
    }
)
BINARY: Final = frozenset(
    ".png .jpg .jpeg .gif .ico .webp .pdf .zip .gz .tgz .bz2 .xz .7z .jar .war .class .so .dylib"
    " .dll .exe .bin .woff .woff2 .ttf .eot .otf .mp3 .mp4 .mov .avi .wasm .pyc .o .a .db .sqlite"
    " .parquet .psd .svgz .mo .rpm .deb .docx .xlsx .pptx .odt .snap-png".split()
)


@struct(eq=False)
class File:
    """A tracked file.

    Attributes:
        root: the repository that holds it.
        path: path from the repository's root, forward slashes.
        tracked: True when git tracks it (False in a folder without git).
    """

    root: Root
    path: str
    tracked: bool = True

    @cached_property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """Path of the folder, empty at the root."""
        return self.path.rpartition("/")[0]

    @cached_property
    def suffix(self) -> str:
        """Ending with its dot, lower case."""
        return os.path.splitext(self.name)[1].lower()

    @cached_property
    def text(self) -> str:
        """Content as text; empty for binaries and files that cannot be read (see Root.troubles)."""
        return self.root.read(self.path)

    @cached_property
    def lines(self) -> list[str]:
        """Content by line, without line ends."""
        return self.text.splitlines()

    @cached_property
    def yaml(self) -> yaml.Documents:
        """Content as YAML documents; a parse error is noted once in the repository's troubles."""
        documents = yaml.parse(self.text)
        if self.suffix in TEMPLATES:
            # Only what the template is rendered to is YAML.
            return documents
        if documents.trouble:
            self.root.note(self.path, documents.trouble)
        for line, key in documents.duplicates:
            self.root.note(
                self.path,
                yaml.Trouble(line, f"duplicate key {key!r}: the last one wins", lost=False),
            )
        return documents

    def place(self, line: int = 1, column: int = 1) -> Place:
        """A place in this file."""
        return Place(self.root.name, self.path, max(line, 1), max(column, 1))

    def line_of(self, needle: str, start: int = 1) -> int:
        """First line at or after `start` that contains the text; 0 when none does."""
        for number, line in enumerate(self.lines[start - 1 :], start):
            if needle in line:
                return number
        return 0


@struct(frozen=False)
class Skipped:
    """How many entries the walk left out, by reason."""

    submodules: list[str] = field(default_factory=list)
    symlinks: int = 0
    vendored: int = 0
    binaries: int = 0
    too_large: list[str] = field(default_factory=list)
    excluded: int = 0


@struct
class FileTrouble:
    """Something about a file that kept it from being understood."""

    place: Place
    message: str
    hint: str = ""
    lost: bool = True


class Root:
    """One repository on disk: its tracked files, read lazily, never followed outside.

    Attributes:
        name: how reports call it (the folder's name).
        folder: absolute path; stays inside this process, never in a report.
        has_git: True when git lists the files; otherwise the folder was walked.
    """

    def __init__(self, folder: Path, name: str | None = None, *, git: bool = True) -> None:
        """List the files.

        Args:
            folder: the repository's folder, or a folder inside a repository.
            name: how reports call it; the folder's name by default.
            git: False walks the folder even where git could list it.

        Raises:
            NotReadableError: the folder is missing, no folder, or cannot be entered.
        """
        if not folder.exists():
            raise NotReadableError(folder, "no such folder", hint="name a repository's folder")
        if not folder.is_dir():
            raise NotReadableError(folder, "not a folder", hint="name a repository's folder")
        if not os.access(folder, os.R_OK | os.X_OK):
            raise NotReadableError(folder, "cannot be read", hint="check its permissions")
        self.folder = folder.resolve()
        self.name = name or self.folder.name
        self.skipped = Skipped()
        self.troubles: list[FileTrouble] = []
        self.has_git = False
        self.files: dict[str, File] = {}
        self._blobs: dict[str, str] = {}
        listed = self._tracked() if git else None
        if listed is None:
            self._walk()
        else:
            for mode, path in listed:
                self._add(path, mode)

    def leave_out(self, patterns: Sequence[str]) -> None:
        """Leave out the files whose path matches a glob (`*` crosses folders), and count them."""
        from fnmatch import fnmatchcase

        for pattern in patterns:
            matched = [path for path in self.files if fnmatchcase(path, pattern)]
            self.skipped.excluded += len(matched)
            for path in matched:
                del self.files[path]

    def hide(self, paths: Container[str]) -> None:
        """Take these files out of the view; they are there, and whoever asks shall not see them."""
        self.files = {path: file for path, file in self.files.items() if path not in paths}

    def tracks(self, path: str) -> bool:
        """Whether git tracks this path, hidden or left out or not."""
        return path in self._blobs

    def blob(self, path: str) -> str:
        """Git's id of the content that its index holds for this path; empty when it has none."""
        return self._blobs.get(path, "")

    def stand_in(self, path: str, text: str) -> None:
        """Let the view show this text at a path, whatever stands on disk there."""
        file = File(self, path, self.has_git)
        # The text of a file is read when it is first asked for; here it is known already.
        vars(file)["text"] = text
        self.files[path] = file

    def note(self, path: str, trouble: yaml.Trouble) -> None:
        """Remember what was wrong with a file, once per place."""
        place = Place(self.name, path, max(trouble.line, 1))
        entry = FileTrouble(place, trouble.message, trouble.hint, trouble.lost)
        if entry not in self.troubles:
            self.troubles.append(entry)

    def read(self, path: str) -> str:
        """Text of a tracked file; invalid UTF-8 is replaced, a NUL byte makes it a binary."""
        target = self.folder / path
        try:
            descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    return ""
                data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            self.note(path, yaml.Trouble(1, f"cannot be read: {error.strerror}"))
            return ""
        if len(data) > MAX_BYTES:
            self.skipped.too_large.append(path)
            self.note(path, yaml.Trouble(1, "over 5 MiB, left out"))
            return ""
        if b"\0" in data[:8192]:
            self.skipped.binaries += 1
            return ""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self.note(
                path,
                yaml.Trouble(line, "not valid UTF-8; undecodable bytes were replaced", lost=False),
            )
            return data.decode("utf-8-sig", errors="replace")

    def _tracked(self) -> list[tuple[str, str]] | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(self.folder), "ls-files", "-s", "-z"],
                capture_output=True,
                check=False,
                timeout=GIT_DEADLINE,
                env=git_environment(),
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        if done.returncode != 0 or not done.stdout:
            return None
        self.has_git = True
        listed: dict[str, str] = {}
        for record in done.stdout.decode("utf-8", errors="replace").split("\0"):
            head, tab, path = record.partition("\t")
            if tab:
                listed[path] = head[:6]
                self._blobs[path] = head[7:].partition(" ")[0]
        return [(mode, path) for path, mode in listed.items()]

    def _walk(self) -> None:
        for folder, subfolders, names in os.walk(self.folder, onerror=self._unreadable):
            skipped = [s for s in subfolders if s in VENDORED]
            self.skipped.vendored += len([s for s in skipped if s != ".git"])
            subfolders[:] = sorted(s for s in subfolders if s not in VENDORED)
            for name in sorted(names):
                target = Path(folder, name)
                mode = "120000" if target.is_symlink() else "100644"
                self._add(target.relative_to(self.folder).as_posix(), mode)

    def _unreadable(self, error: OSError) -> None:
        # A folder that cannot be listed may hide what an audit looks for: that must be said.
        path = os.path.relpath(error.filename or self.folder, self.folder)
        self.note(path, yaml.Trouble(1, f"cannot be read: {error.strerror}"))

    def _add(self, path: str, mode: str) -> None:
        if mode == "160000":
            self.skipped.submodules.append(path)
        elif mode == "120000":
            self._add_link()
        elif not VENDORED.isdisjoint(path.split("/")[:-1]):
            self.skipped.vendored += 1
        elif path.startswith(OWN_FOLDER):
            # What seatrial keeps there (bases of generated files, evidence) describes itself.
            return
        else:
            file = File(self, path, self.has_git)
            if file.suffix in BINARY:
                self.skipped.binaries += 1
            else:
                self.files[path] = file

    def _add_link(self) -> None:
        # A link is never followed: its target, when it is tracked, is listed under its own path.
        self.skipped.symlinks += 1


def git_environment() -> dict[str, str]:
    """Environment for git that runs no hook, pager, prompt or configured program."""
    keep = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
    return keep | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": "false",
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": "*",
        "LC_ALL": "C",
    }
