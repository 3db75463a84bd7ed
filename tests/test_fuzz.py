"""Any input may be broken: the audit still ends, soon, with a verdict on every practice.

Real files of the examples are damaged the way files get damaged (cut, merged, mixed up, turned to
bytes) and audited in this process. The seed is fixed, so that CI sees what a developer sees.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial.engine import load
from seatrial.engine.survey import AuditRequest, survey
from seatrial.engine.watch import Silent
from seatrial.model.record import AuditRecord
from seatrial.model.verdict import Status
from tests.recording import PROJECT

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONGEST = 10.0
"""Seconds of processor time that an audit of a damaged pair may take; the usual is a hundredth."""
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*_cache", "*.db")

FUZZED = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

KINDS = {
    "workflows": (".github/workflows/*",),
    "charts": ("helm/*/templates/*", "helm/*/*.yaml"),
    "terraform": ("terraform/*.tf", "terraform/*.tfvars", "terraform/*/*/*.tfstate"),
    "images": ("docker/*", "docker-compose.yml"),
    "pages": ("*.md", "docs/*.md"),
    "packages": ("requirements*.txt", "pyproject.toml", "alembic.ini"),
    "code": ("scripts/*", "app/*.py", "app/*/*.py", "tests/*/*.py", "*.sh"),
    "values": ("helm-values/*", "manifests/*"),
}
"""Files of both examples, by what reads them."""


@cache
def originals() -> dict[str, bytes]:
    """Files of the pair, by their path from `examples`."""
    folder = PROJECT / "examples"
    files = (p for name in ("vmshift", "iac-vmshift") for p in sorted((folder / name).rglob("*")))
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in files
        if p.is_file() and "cache" not in p.as_posix()
    }


def of_kind(kind: str) -> list[str]:
    found = [
        path.relative_to(PROJECT / "examples").as_posix()
        for name in ("vmshift", "iac-vmshift")
        for pattern in KINDS[kind]
        for path in sorted((PROJECT / "examples" / name).glob(pattern))
        if path.is_file()
    ]
    assert len(found) > 1, kind
    return found


def cut(data: bytes, at: int) -> bytes:
    return data[: at % (len(data) + 1)]


def insert(what: bytes) -> Callable[[bytes, int], bytes]:
    def change(data: bytes, at: int) -> bytes:
        lines = data.splitlines(keepends=True)
        at %= len(lines) + 1
        return b"".join([*lines[:at], what, *lines[at:]])

    return change


def splice(what: bytes) -> Callable[[bytes, int], bytes]:
    return lambda data, at: data[: at % (len(data) + 1)] + what + data[at % (len(data) + 1) :]


def flip(data: bytes, at: int) -> bytes:
    if not data:
        return data
    at %= len(data)
    return data[:at] + bytes([data[at] ^ (1 << (at % 8))]) + data[at + 1 :]


def drop_line(data: bytes, at: int) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line for n, line in enumerate(lines) if n != at % max(len(lines), 1))


def repeat(data: bytes, at: int) -> bytes:
    return data * (2 + at % 3)


LAUGHS = b"a0: &a0 [x,x,x,x,x,x,x,x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 8)) for n in range(1, 12)
)
DAMAGES: dict[str, Callable[[bytes, int], bytes]] = {
    "cut": cut,
    "flip": flip,
    "drop-line": drop_line,
    "repeat": repeat,
    "tab": insert(b"\t- x\n"),
    "nul": splice(b"\0"),
    "merge": insert(b"<<<<<<< HEAD\n=======\n>>>>>>> other\n"),
    "brackets": insert(b"[" * 3000 + b"\n"),
    "braces": splice(b"{{ ${{ {{- " * 200),
    "deep": insert(b"".join(b" " * n + b"a:\n" for n in range(400))),
    "aliases": insert(LAUGHS),
    "loop": insert(b"a: &a [*a]\nb: *nothing\n<<: *a\n"),
    "tags": insert(b"x: !!python/object:os.system {a: !!binary '?', <<: [1, 2]}\n"),
    "no-utf8": splice(b"\xff\xfe\x80"),
    "quote": splice(b"\"'`"),
    "parentheses": insert(b"$(" * 300 + b"((" * 300 + b"\n"),
    "long-line": splice(b"x" * 200_000),
    "crlf": lambda data, _: data.replace(b"\n", b"\r\n"),
    "controls": splice("\x1b[2J\u202e\u2028\x85\x0c".encode()),
    "numbers": lambda data, _: data.replace(b"1", b"9" * 5000),
}


def audit(folder: Path) -> AuditRecord:
    paths = tuple(p for p in sorted(folder.iterdir()) if p.is_dir())
    begin = time.process_time()
    record = survey(AuditRequest(now=NOW, paths=paths), Silent())
    assert time.process_time() - begin < LONGEST
    return record


def examine(record: AuditRecord, what: object) -> None:
    assert [v.practice.id for v in record.verdicts] == [p.id for p in load.practices()]
    faults_of_ours = [n for n in record.notices if "internal error" in n]
    assert faults_of_ours == [], what
    for finding in record.findings():
        assert finding.place is None or finding.place.line >= 1


def written(folder: Path, changed: dict[str, bytes]) -> Path:
    for path, data in (originals() | changed).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


@pytest.mark.parametrize("kind", KINDS)
@FUZZED
@given(data=st.data())
def test_damaged_files_leave_the_audit_standing(kind: str, data: st.DataObject) -> None:
    paths = data.draw(st.lists(st.sampled_from(of_kind(kind)), min_size=1, max_size=4, unique=True))
    changed = {}
    for path in paths:
        names = data.draw(st.lists(st.sampled_from(sorted(DAMAGES)), min_size=1, max_size=3))
        content = originals()[path]
        for name in names:
            content = DAMAGES[name](content, data.draw(st.integers(0, 20_000)))
        changed[path] = content
    with tempfile.TemporaryDirectory() as folder:
        examine(audit(written(Path(folder), changed)), changed.keys())


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_to_every_file_at_once_leaves_the_audit_standing(
    damage: str, tmp_path: Path
) -> None:
    changed = {p: DAMAGES[damage](data, 7 * len(p)) for p, data in originals().items()}
    examine(audit(written(tmp_path, changed)), damage)


@FUZZED
@given(
    path=st.sampled_from(
        [".github/workflows/a.yml", "main.tf", "Dockerfile", "chart/values.yaml", "k8s/a.yaml"]
    ),
    content=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace")),
)
def test_any_content_leaves_the_audit_standing(path: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "app", path)
        target.parent.mkdir(parents=True)
        target.write_bytes(content)
        (Path(folder) / "app" / "x.py").write_text("")
        examine(audit(Path(folder)), content)


@pytest.mark.parametrize("line", [b"\n", b"# a comment\n", b"\n# one\n\n# two\n"])
def test_lines_above_move_the_places_and_keep_the_fingerprints(line: bytes, tmp_path: Path) -> None:
    path = "vmshift/.github/workflows/ci-cd.yaml"
    before = _found(audit(written(tmp_path / "a", {})), path)
    shifted = {path: line + originals()[path]}
    after = _found(audit(written(tmp_path / "b", shifted)), path)
    assert len(before) > 5
    by = line.count(b"\n")
    # Line 1 stands for the whole file and stays.
    moved = {mark: at if at == 1 else at + by for mark, at in before.items()}
    assert after == moved


def _found(record: AuditRecord, path: str) -> dict[str, int]:
    return {
        f.fingerprint: f.place.line
        for f in record.findings()
        if f.place and f"{f.place.repository}/{f.place.path}" == path
    }


def test_a_pipeline_that_cannot_be_parsed_is_unknown_and_not_inapplicable(tmp_path: Path) -> None:
    workflow = tmp_path / "app" / ".github" / "workflows" / "deploy.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("jobs:\n  deploy:\n\trun: x\n")
    by_id = {v.practice.id: v for v in audit(tmp_path).verdicts}
    assert by_id["environment-protection"].status is Status.UNKNOWN
    assert "deploy.yml could not be read" in by_id["environment-protection"].summary
    assert by_id["remote-state"].status is Status.NOT_APPLICABLE
