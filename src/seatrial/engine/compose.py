"""From the wishes of the practices to whole files: what is there, what shall be there, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from seatrial.engine.diffing import unified
from seatrial.engine.generated import base_of, base_path, content, through_link
from seatrial.engine.origins import origin_of, origin_path
from seatrial.model.change import Edit, Generate, Remove, Untrack
from seatrial.model.errors import SeatrialError
from seatrial.model.plan import Action, Conflict, FileChange, Reason
from seatrial.model.struct import field, struct
from seatrial.repo.files import Root

FileWish = Generate | Edit | Untrack | Remove


@struct
class Asked:
    """A wish and the practice that has it."""

    practice: str
    wish: FileWish

    @property
    def reason(self) -> Reason:
        """The wish's reason with its practice."""
        return Reason(self.practice, self.wish.reason, self.wish.risk)


@struct(frozen=False)
class Composed:
    """Files that change, and files that are left alone."""

    files: list[FileChange] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


@struct
class _Target:
    root: Root
    path: str
    now: str | None
    secret_lines: frozenset[str]


class _LeftAloneError(Exception):
    """The file stays as it is; the arguments are message and hint."""


def compose(
    roots: Iterable[Root],
    asked: Iterable[Asked],
    secret_lines: Mapping[tuple[str, str], frozenset[str]],
) -> Composed:
    """Fold all wishes for one file into one change; a file that needs none is left out.

    Args:
        roots: the repositories.
        asked: wishes in the order of the practices.
        secret_lines: lines on which credentials stand, by repository and path, for the diffs.
    """
    by_name = {root.name: root for root in roots}
    by_file: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for one in asked:
        by_file[one.wish.repository, one.wish.path].append(one)
    composed = Composed()
    for (repository, path), wishes in sorted(by_file.items(), key=lambda item: item[0][1]):
        root = by_name[repository]
        try:
            now = _now(root, path)
            target = _Target(root, path, now, secret_lines.get((repository, path), frozenset()))
            composed.files.extend(_changes(target, wishes, composed.conflicts))
        except _LeftAloneError as left:
            message, hint = left.args
            practice = wishes[0].practice
            composed.conflicts.append(Conflict(repository, path, practice, message, hint))
    order = {name: number for number, name in enumerate(by_name)}
    composed.files.sort(key=lambda change: (order[change.repository], change.path))
    return composed


def _now(root: Root, path: str) -> str | None:
    if through_link(root, path):
        raise _LeftAloneError("is a symbolic link, or lies behind one", "write to its target")
    try:
        return content(root, path)
    except UnicodeDecodeError:
        raise _LeftAloneError("is not UTF-8 text", "save it as UTF-8") from None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise _LeftAloneError(reason, "check what stands at this path") from None


def _changes(
    target: _Target, wishes: Sequence[Asked], conflicts: list[Conflict]
) -> Iterable[FileChange]:
    generate = [one for one in wishes if isinstance(one.wish, Generate)]
    edits = [one for one in wishes if isinstance(one.wish, Edit)]
    if len({one.wish.text for one in generate if isinstance(one.wish, Generate)}) > 1:
        names = ", ".join(one.practice for one in generate)
        raise _LeftAloneError(
            f"is generated in different forms by {names}", "this is a fault of seatrial"
        )
    if generate:
        # Edits of other practices are part of what is generated, so that all stays one text.
        text, reasons = _edited(target, generate[0].wish.text, edits, conflicts)  # type: ignore[union-attr] # narrowed by the list above
        yield from _generated(target, generate[0], text, reasons)
    elif edits:
        text, reasons = _edited(target, target.now or "", edits, conflicts)
        if text != (target.now or "") and reasons:
            action = Action.CREATE if target.now is None else Action.UPDATE
            yield _change(target, action, text, reasons)
    for one in wishes:
        if isinstance(one.wish, Untrack) and target.root.tracks(target.path):
            yield _change(target, Action.UNTRACK, target.now, (one.reason,))
        elif isinstance(one.wish, Remove) and target.now is not None:
            yield _change(target, Action.DELETE, None, (one.reason,))


def _edited(
    target: _Target, text: str, edits: Sequence[Asked], conflicts: list[Conflict]
) -> tuple[str, tuple[Reason, ...]]:
    from seatrial.repo.edit import Editing

    reasons: list[Reason] = []
    editing = Editing(target.path, text)
    for one in edits:
        if not isinstance(one.wish, Edit):
            continue
        try:
            if editing.add(one.wish.edits):
                reasons.append(one.reason)
        except SeatrialError as error:
            message = f"{error.place}: {error}" if error.place else str(error)
            conflicts.append(
                Conflict(target.root.name, target.path, one.practice, message, error.hint)
            )
    try:
        return editing.text, tuple(reasons)
    except SeatrialError as error:
        raise _LeftAloneError(str(error), error.hint) from None


def _generated(
    target: _Target, one: Asked, new: str, more: tuple[Reason, ...]
) -> Iterable[FileChange]:
    from seatrial.repo.edit.merge import merge3

    reasons = (one.reason, *more)
    executable = isinstance(one.wish, Generate) and one.wish.executable
    base = base_of(target.root, target.path)
    if target.now is None:
        change = _change(target, Action.CREATE, new, reasons, base=new, executable=executable)
        yield change
        return
    if base is None:
        if target.now.replace("\r\n", "\n") != new:
            raise _LeftAloneError(
                "is there already and seatrial did not write it",
                "move it away and plan again, or keep it: the audit goes on judging what it holds",
            )
        yield _change(target, Action.UPDATE, target.now, reasons, base=new)
        return
    if base == new:
        return
    if "\r\n" in target.now and "\r\n" not in base:
        base, fresh = base.replace("\n", "\r\n"), new.replace("\n", "\r\n")
    else:
        fresh = new
    text, conflicted = merge3(base, target.now, fresh)
    if conflicted:
        raise _LeftAloneError(
            "was changed by a person where seatrial would change it now",
            f"take over what you want by hand, then copy the file to .seatrial/base/{target.path}",
        )
    yield _change(target, Action.UPDATE, text, reasons, base=new)


def _change(
    target: _Target,
    action: Action,
    after: str | None,
    reasons: tuple[Reason, ...],
    *,
    base: str | None = None,
    executable: bool = False,
) -> FileChange:
    untrack = action is Action.UNTRACK
    diff = unified(target.now, after, target.path, target.secret_lines) if not untrack else ()
    kept = base_path(target.path) if base is not None else ""
    if base is None and action is not Action.DELETE:
        base = origin_of(target.root, target.path, target.now, None if untrack else after)
        kept = origin_path(target.path)
    return FileChange(
        target.root.name,
        target.path,
        action,
        target.now,
        after,
        reasons,
        base,
        kept,
        executable,
        diff,
    )
