"""What is to be changed inside a file that people own, as data; `repo.edit` carries it out.

Every edit says what shall be true afterwards (ensure), so that carrying it out twice changes
nothing the second time. Where something new is put follows from what stands there and from a fixed
order, so that two edits of different nodes end in the same file, whichever comes first.
"""

from __future__ import annotations

from seatrial.model.struct import struct

Scalar = str | int | float | bool | None


@struct
class Item:
    """Points at the item of a sequence that is a mapping with this key and value."""

    key: str
    value: str


Step = str | int | Item
At = tuple[Step, ...]
"""A way into a YAML document: mapping keys, positions in sequences, or items named by a key."""


@struct
class Block:
    """A YAML value as text, written as it is (comments included), at no indentation."""

    text: str


@struct
class SetKey:
    """In the mapping at `at`, `key` shall have this value.

    A key that is missing is put where `order` says, or else by the known order of such a mapping
    (workflow, job, step, pod, container), or else at the end. Mappings on the way that are missing
    are made.

    Attributes:
        comment: comment behind a scalar value on its line, without `#`; replaces one that is there.
        replace: False leaves a key alone that has another value.
        over: the key is set only where it has this value (a script that nobody has replaced since).
        order: keys of such a mapping in the order in which they shall stand.
        document: position of the document in the file.
    """

    at: At
    key: str
    value: Scalar | Block
    comment: str = ""
    replace: bool = True
    over: Scalar = None
    order: tuple[str, ...] = ()
    document: int = 0


@struct
class AddItem:
    """The sequence at `at` shall hold this item.

    An item is there already when it is equal, or, with `identity`, when an item has the same value
    for that key. A scalar in place of the sequence becomes its first item. A sequence that is
    missing is made.

    Attributes:
        identity: key by which a mapping is known (`name`, `id`, `uses`), or empty.
        after: the item is put behind the last of these items that is there; else at the end.
        before: the item is put in front of this item; only where no `after` is there.
        replace: True replaces an item of the same identity that differs.
        sort: True puts a scalar item by the alphabet behind smaller ones (`needs`).
    """

    at: At
    value: Scalar | Block
    identity: str = ""
    after: tuple[Item | int, ...] = ()
    before: Item | int | None = None
    replace: bool = False
    sort: bool = False
    document: int = 0


@struct
class DropKey:
    """The mapping at `at` shall not have `key`; the lines of the key and its comments go."""

    at: At
    key: str
    document: int = 0


@struct
class DropItem:
    """The sequence at `at` shall not have this item (a scalar, or a mapping named by a key)."""

    at: At
    item: Scalar | Item
    document: int = 0


YamlEdit = SetKey | AddItem | DropKey | DropItem


@struct
class SetAttribute:
    """In the HCL block at `block`, attribute `name` shall be this expression.

    Attributes:
        block: headers from the outside in, each `type label label`; () is the file itself.
        value: the expression as HCL text.
        replace: False leaves an attribute alone that is there with another value.
    """

    block: tuple[str, ...]
    name: str
    value: str
    replace: bool = True


@struct
class AddBlock:
    """The HCL block at `parent` (() is the file) shall hold this block.

    A block of the same type and labels that is there already stays as it is, unless `replace`.
    """

    parent: tuple[str, ...]
    text: str
    replace: bool = False


@struct
class DropAttribute:
    """The HCL block at `block` shall not have this attribute."""

    block: tuple[str, ...]
    name: str


@struct
class DropBlock:
    """The HCL block at this way shall not be there."""

    block: tuple[str, ...]


HclEdit = SetAttribute | AddBlock | DropAttribute | DropBlock


@struct
class InsertText:
    """These lines shall stand behind (or before) the lines of the anchor; for templates and code.

    Attributes:
        text: whole lines, written as they are.
        after, before: whole lines that occur once in the file; one of the two is given. Both empty
            means the end of the file.
        there: lines that show that it has been done; `text` itself when empty.
        past: lines that another practice puts behind the same anchor: these come after them. One
            that ends with `*` stands for every line that begins so.
        behind: lines that stand once, above an anchor that stands several times: the next counts.
    """

    text: str
    after: str = ""
    before: str = ""
    there: str = ""
    past: tuple[str, ...] = ()
    behind: str = ""


@struct
class ReplaceText:
    """The lines `old`, which occur once, shall be `new`; done already when `new` is there.

    Attributes:
        optional: True where `old` may have been replaced by something else meanwhile.
        behind: lines that stand once, above an `old` that stands several times: the next counts.
    """

    old: str
    new: str
    optional: bool = False
    behind: str = ""


@struct
class EnsureLine:
    """The file shall have this line; it is put at the end when it is missing (`.gitignore`)."""

    line: str


TextEdit = InsertText | ReplaceText | EnsureLine

FileEdit = YamlEdit | HclEdit | TextEdit
