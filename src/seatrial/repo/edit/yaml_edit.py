"""Edits of YAML: characters are put in or taken out, and the data is compared afterwards."""

from __future__ import annotations

from seatrial.model.edit import AddItem, DropItem, DropKey, SetKey, YamlEdit
from seatrial.repo.edit.error import Gone, Refusal
from seatrial.repo.edit.items import add_item, drop_item
from seatrial.repo.edit.keys import drop_key, set_key
from seatrial.repo.edit.marks import parse
from seatrial.repo.edit.nodes import Document, Numbers
from seatrial.repo.edit.partial import Patch, patch
from seatrial.repo.edit.sheet import Change, Sheet
from seatrial.repo.edit.splice import spliced


class YamlText:
    """A YAML file under edit; what a change touched is parsed again, and at last the whole."""

    def __init__(self, path: str, text: str) -> None:
        """Take a text with bare line feeds that ends with one.

        Raises:
            Refusal: it is not YAML, or it is JSON, which wants other quotes.
        """
        if path.endswith(".json"):
            raise Refusal("JSON is not edited as YAML")
        self._path = path
        self._numbers = Numbers()
        self.text = text
        self._pieces = False
        self._documents = parse(text, self._numbers)

    def without_end(self, before: str) -> str:
        """The text without its last line end, as the file had it before.

        It stays where a block scalar that is last now would lose it.
        """
        bare = self.text.removesuffix("\n")
        if _last_line(bare) == _last_line(before.removesuffix("\n")):
            return bare
        documents = parse(bare, self._numbers) if bare else []
        same = [self._meaning(d) for d in documents] == [self._meaning(d) for d in self._documents]
        return bare if same else self.text

    def apply(self, edit: YamlEdit) -> None:
        """Carry out one edit.

        Raises:
            Refusal: it is not possible, or would change other data.
        """
        again = True
        while again:
            try:
                change = self._change(edit)
            except Gone:
                return
            if change is None:
                return
            self._take(change, edit.document)
            again = isinstance(edit, DropKey | DropItem)

    def _change(self, edit: YamlEdit) -> Change | None:
        sheet = self._sheet(edit.document)
        if isinstance(edit, SetKey):
            return set_key(sheet, edit)
        if isinstance(edit, AddItem):
            return add_item(sheet, edit)
        return drop_key(sheet, edit) if isinstance(edit, DropKey) else drop_item(sheet, edit)

    def _sheet(self, position: int) -> Sheet:
        count = len(self._documents)
        if position >= max(count, 1) or position < 0:
            raise Refusal(f"the file has no document {position}, it has {count}")
        document = self._documents[position] if count else None
        return Sheet(self._path, self.text, self._documents, document, self._numbers)

    def _take(self, change: Change, position: int) -> None:
        text = spliced(self.text, change.splices)
        if text == self.text:
            raise Refusal("the edit would change nothing, and yet it is not true")
        patched = self._patched(text, change, position)
        if patched is not None:
            patched.carry_out()
            self.text, self._pieces = text, True
            return
        try:
            documents = parse(text, self._numbers)
        except Refusal as reason:
            raise Refusal(f"the edit would break the file ({reason})", at=change.at) from None
        expected = [self._meaning(d) for d in self._documents] or [self._meaning(None)]
        expected[position] = change.meaning
        if [self._meaning(d) for d in documents] != expected:
            raise Refusal("the edit would change other data as well", at=change.at)
        self.text, self._documents = text, documents

    def _patched(self, text: str, change: Change, position: int) -> Patch | None:
        """The change as one of the tree alone, where that can be seen and is what it shall be."""
        if len(self._documents) != 1:
            return None
        document = self._documents[position]
        patched = patch(document, self.text, text, change.splices, self._numbers)
        return patched if patched and patched.meanings[0] == change.meaning else None

    def check(self) -> None:
        """Parse the whole text once, if only pieces of it were parsed since.

        Raises:
            Refusal: it is not what the pieces came to.
        """
        if not self._pieces:
            return
        documents = parse(self.text, self._numbers)
        if [self._meaning(d) for d in documents] != [self._meaning(d) for d in self._documents]:
            raise Refusal("the edits would change other data as well")
        self._pieces = False

    def _meaning(self, document: Document | None) -> int:
        if document is None or document.root is None:
            return self._numbers.of(("null", None))
        return document.root.meaning


def _last_line(text: str) -> str:
    return text[text.rfind("\n") + 1 :]
