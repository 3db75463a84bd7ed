"""Where a thing stands: repository, file, line, column."""

from seatrial.model.struct import struct


@struct(order=True)
class Place:
    """A position in a file of an audited repository.

    Attributes:
        repository: name of the repository, as the report shows it (not a file system path).
        path: path from the repository's root, with forward slashes.
        line: 1-based line; 1 when the whole file is meant.
        column: 1-based column.
    """

    repository: str
    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        """`path:line`, the form that editors and terminals can follow."""
        return f"{self.path}:{self.line}"
