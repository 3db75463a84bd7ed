"""Edits carried out on the text of one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seatrial.model.edit import (
    AddBlock,
    AddItem,
    DropAttribute,
    DropBlock,
    DropItem,
    DropKey,
    FileEdit,
    SetAttribute,
    SetKey,
)
from seatrial.repo.edit.error import EditError, Refusal
from seatrial.repo.edit.hcl_edit import HclText
from seatrial.repo.edit.text_edit import edit_text
from seatrial.repo.edit.yaml_edit import YamlText

_BOM: Final = "\ufeff"
_YAML: Final = (SetKey, AddItem, DropKey, DropItem)
_HCL: Final = (SetAttribute, AddBlock, DropAttribute, DropBlock)


def apply_edits(path: str, text: str, edits: Sequence[FileEdit]) -> str:
    """Carry out edits, one after the other; what is true already changes nothing.

    Args:
        path: path in the repository, for what kind of file it is and for errors.
        text: the whole file; an empty one is a file to be made.
        edits: what shall be true.

    Returns:
        The new text: the same where nothing had to change; byte order mark, line ends and a missing
        line end at the end of the file stay as they are.

    Raises:
        EditError: an edit is not possible; its place and a hint are given.
    """
    editing = Editing(path, text)
    editing.add(edits)
    return editing.text


class Editing:
    """A file under edit: parsed once, however many groups of edits follow each other."""

    def __init__(self, path: str, text: str) -> None:
        """Take the whole file."""
        self._path = path
        self._whole = text
        bare = text.removeprefix(_BOM)
        self._returns = "\r\n" in bare and bare.count("\n") == bare.count("\r\n")
        body = bare.replace("\r\n", "\n") if self._returns else bare
        self._open_end = bool(body) and not body.endswith("\n")
        self._body = f"{body}\n" if self._open_end else body
        self._editor = _Editor(path, self._body)

    def add(self, edits: Sequence[FileEdit]) -> bool:
        """Carry out a group of edits, all or none; returns whether the file changed.

        Raises:
            EditError: one is not possible; the file is as it was before the group.
        """
        before = self._editor.current
        try:
            return self._editor.run(edits) != before
        except EditError:
            self._editor = _Editor(self._path, before)
            raise

    @property
    def text(self) -> str:
        """The whole file now.

        Raises:
            EditError: the edits, each right by itself, came to something else.
        """
        self._editor.check()
        done = self._editor.current
        if done == self._body:
            return self._whole
        done = self._editor.without_end(self._body) if self._open_end else done
        mark = _BOM if self._whole.startswith(_BOM) else ""
        return mark + (done.replace("\n", "\r\n") if self._returns else done)


class _Editor:
    """Keeps the parsed file as long as edits of one language follow each other."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        self._parsed: YamlText | HclText | None = None

    @property
    def current(self) -> str:
        """The text so far, with bare line feeds."""
        return self._text

    def run(self, edits: Sequence[FileEdit]) -> str:
        for edit in edits:
            try:
                self._apply(edit)
            except Refusal as reason:
                raise EditError(
                    f"{self._path}: {reason}",
                    place=self._place(reason.at),
                    hint=reason.hint or _hint(edit),
                ) from None
        return self._text

    def check(self) -> None:
        """See once that the whole is what the edits came to."""
        if isinstance(self._parsed, YamlText):
            try:
                self._parsed.check()
            except Refusal as reason:
                raise EditError(
                    f"{self._path}: {reason}", place=self._path, hint="this is a fault of seatrial"
                ) from None

    def without_end(self, before: str) -> str:
        """The text without the last line end, which the file did not have."""
        if isinstance(self._parsed, YamlText):
            return self._parsed.without_end(before)
        return self._text.removesuffix("\n")

    def _apply(self, edit: FileEdit) -> None:
        if isinstance(edit, _YAML):
            if not isinstance(self._parsed, YamlText):
                self._parsed = YamlText(self._path, self._text)
            self._parsed.apply(edit)
            self._text = self._parsed.text
        elif isinstance(edit, _HCL):
            if not isinstance(self._parsed, HclText):
                self._parsed = HclText(self._text)
            self._parsed.apply(edit)
            self._text = self._parsed.text
        else:
            self._parsed = None
            self._text = edit_text(self._text, edit)

    def _place(self, at: int) -> str:
        return f"{self._path}:{self._text.count(chr(10), 0, at) + 1}" if at >= 0 else self._path


def _hint(edit: FileEdit) -> str:
    return f"change the file by hand, or make room for the edit: {type(edit).__name__}"
