"""What a caller may ask of a report."""

from __future__ import annotations

from collections.abc import Mapping

from seatrial.model.struct import field, struct


@struct
class Doc:
    """The text of a rule, as `seatrial explain` prints it.

    Attributes:
        title: first line, without its full stop.
        text: the whole text, the title's line included.
    """

    title: str
    text: str

    @property
    def body(self) -> str:
        """The text after the title's line."""
        return self.text.partition("\n")[2].strip()


@struct
class Options:
    """How a report shall look; every format takes what concerns it.

    Attributes:
        color: write ANSI colours (text).
        ascii: write nothing but ASCII (text).
        width: columns of the terminal; the text report keeps between 80 and 120 of them.
        details: list every finding (text); one practice alone is always listed in full.
        command: the command line that made the record, for the lines that say what to do next.
        docs: text of each rule by its id; also tells which rules were run (junit).
        docs_url: address of the rules' pages; `<docs_url>/<practice>#<rule>` when not empty.
        root: absolute path of the folder that files are named from (github, sarif): the checkout.
        anchor: path in the first repository that a fault without a place is pinned to (sarif).
    """

    color: bool = False
    ascii: bool = False
    width: int = 100
    details: bool = False
    command: str = "seatrial audit"
    docs: Mapping[str, Doc] = field(default_factory=dict)
    docs_url: str = ""
    root: str = ""
    anchor: str = "README.md"

    def doc(self, rule: str) -> Doc:
        """Text of a rule; its id stands in where there is none."""
        return self.docs.get(rule) or Doc(rule, rule)

    def help_url(self, rule: str) -> str:
        """Address of a rule's page, or an empty string."""
        practice, _, name = rule.partition("/")
        return f"{self.docs_url.rstrip('/')}/{practice}#{name}" if self.docs_url else ""
