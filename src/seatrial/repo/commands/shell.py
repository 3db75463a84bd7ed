"""Shell scripts as commands: parsed by a grammar, so that a comment or an echo is no command."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from seatrial.model.struct import replace, struct
from seatrial.repo.commands.command import Command
from seatrial.repo.commands.unwrap import inline_script, unprefixed

if TYPE_CHECKING:
    import tree_sitter

__all__ = ["Command", "Script", "parse"]

MAX_SCRIPT: Final = 512 * 1024
"""Characters of one script that are parsed; longer ones are data, not scripts."""


@struct
class Script:
    """What a script does, and what it could not be understood about."""

    commands: tuple[Command, ...]
    variables: dict[str, str]
    pipefail: bool
    errexit: bool
    broken: bool = False


def parse(text: str, line: int = 1, *, errexit: bool = True) -> Script:
    """Parse a script that starts at `line` of its file.

    Args:
        text: the script.
        line: line of the file on which the script's first line stands.
        errexit: whether the shell starts with `-e` (GitHub's `run` does, a plain script does not).
    """
    text = text[:MAX_SCRIPT]
    source = _hide_expressions(text).encode()
    tree = _parser().parse(source)
    reader = _Reader(source, line, errexit=errexit)
    reader.block(tree.root_node)
    if not reader.errexit and reader.commands and not reader.commands[-1].function:
        # Without errexit a script still ends with the status of its last command.
        reader.commands[-1] = replace(reader.commands[-1], masked=False)
    return Script(
        tuple(reader.commands),
        reader.constants,
        reader.pipefail,
        reader.errexit,
        tree.root_node.has_error,
    )


@cache
def _parser() -> tree_sitter.Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def _hide_expressions(text: str) -> str:
    # `${{ a || b }}` is GitHub's, not the shell's: its insides must not become operators. Spaces
    # and operators inside are swapped for private-use characters of the same count, put back later.
    if "${{" not in text:
        return text
    out: list[str] = []
    rest = text
    while True:
        before, start, tail = rest.partition("${{")
        out.append(before)
        if not start:
            break
        inside, end, rest = tail.partition("}}")
        if not end:
            out.append(start + inside)
            break
        out.append(_OPEN + inside.translate(_HIDE) + _CLOSE)
    return "".join(out)


_OPEN: Final = "\ue000"
_CLOSE: Final = "\ue001"
_PLAIN = " \n|&;<>()'\"$`\\{}#*?[]!="
_HIDE: Final = {ord(c): 0xE010 + i for i, c in enumerate(_PLAIN)}
_SHOW: Final = {0xE010 + i: c for i, c in enumerate(_PLAIN)} | {0xE000: "${{", 0xE001: "}}"}


def _show(word: str) -> str:
    return word.translate(_SHOW)


class _Reader:
    """Walks the syntax tree and collects commands in order."""

    def __init__(self, source: bytes, line: int, *, errexit: bool) -> None:
        self.source = source
        self.first = line
        self.commands: list[Command] = []
        self.constants: dict[str, str] = {}
        self.errexit = errexit
        self.pipefail = False
        self._masked = False
        self._condition = False
        self._pipe = False
        self._function = ""
        self._stdin = ""

    def text(self, node: tree_sitter.Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode(errors="replace")

    def block(self, node: tree_sitter.Node) -> None:
        for child in node.named_children:
            self.statement(child)

    def statement(self, node: tree_sitter.Node) -> None:
        kind = node.type
        if kind == "command":
            self._command(node)
        elif kind == "list":
            self._list(node)
        elif kind == "pipeline":
            self._pipeline(node)
        elif kind == "redirected_statement":
            self._redirected(node)
        elif kind in {"if_statement", "elif_clause", "while_statement"}:
            self._conditional(node)
        elif kind == "function_definition":
            self._definition(node)
        elif kind == "variable_assignment":
            self._assign(node)
        elif kind == "negated_command":
            self._with(node.named_children, masked=self._masked, condition=True)
        elif kind in {"comment", "heredoc_body", "string", "raw_string", "word"}:
            self._substitutions(node)
        else:
            self.block(node)

    def _with(
        self, nodes: list[tree_sitter.Node], *, masked: bool, condition: bool, pipe: bool = False
    ) -> None:
        before = (self._masked, self._condition, self._pipe)
        self._masked, self._condition, self._pipe = masked, condition, pipe
        for node in nodes:
            self.statement(node)
        self._masked, self._condition, self._pipe = before

    def _list(self, node: tree_sitter.Node) -> None:
        left, right = node.named_children[0], node.named_children[-1]
        operator = next((c.type for c in node.children if c.type in {"&&", "||"}), "")
        harmless = operator == "||" and _harmless(self.text(right))
        handled = operator == "||" and not _ends_script(self.text(right))
        self._with([left], masked=self._masked or harmless or handled, condition=self._condition)
        self._with([right], masked=self._masked, condition=self._condition)

    def _pipeline(self, node: tree_sitter.Node) -> None:
        members = node.named_children
        for index, member in enumerate(members):
            lost = index < len(members) - 1 and not self.pipefail
            self._with(
                [member], masked=self._masked or lost, condition=self._condition, pipe=index > 0
            )

    def _redirected(self, node: tree_sitter.Node) -> None:
        before = self._stdin
        for child in node.named_children:
            if child.type in {"heredoc_redirect", "herestring_redirect"}:
                body = next((c for c in child.named_children if c.type == "heredoc_body"), child)
                self._stdin = _show(self.text(body))
        for child in node.named_children:
            if not child.type.endswith("redirect"):
                self.statement(child)
        self._stdin = before
        for child in node.named_children:
            if child.type == "heredoc_redirect":
                # `cat <<EOF | kubectl apply -f -` hangs the pipeline below the redirect.
                for part in child.named_children:
                    if part.type in {"pipeline", "command", "list"}:
                        self._with([part], masked=self._masked, condition=False, pipe=True)

    def _conditional(self, node: tree_sitter.Node) -> None:
        in_test = True
        for child in node.children:
            if child.type in {"then", "do"}:
                in_test = False
            if child.is_named:
                test = in_test and child.type not in {"elif_clause", "else_clause", "do_group"}
                self._with([child], masked=self._masked, condition=self._condition or test)

    def _definition(self, node: tree_sitter.Node) -> None:
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        before = self._function
        self._function = self.text(name) if name else ""
        if body:
            self.block(body)
        self._function = before

    def _assign(self, node: tree_sitter.Node) -> tuple[str, str]:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        word = self._word(value) if value else ""
        key = self.text(name) if name else ""
        if "$" not in word and "`" not in word and not self._function:
            if key in self.constants and self.constants[key] != word:
                self.constants[key] = ""
            else:
                self.constants[key] = word
        else:
            self.constants.pop(key, None)
        if value:
            self._substitutions(value)
        return key, word

    def _substitutions(self, node: tree_sitter.Node) -> None:
        if node.type in {"command_substitution", "process_substitution"}:
            self._with(node.named_children, masked=self._masked, condition=self._condition)
            return
        for child in node.named_children:
            self._substitutions(child)

    def _command(self, node: tree_sitter.Node) -> None:
        words: list[str] = []
        assigned: list[tuple[str, str]] = []
        for child in node.named_children:
            if child.type == "variable_assignment":
                before = dict(self.constants)
                assigned.append(self._assign(child))
                self.constants = before
            elif child.type in {"file_redirect", "heredoc_redirect", "herestring_redirect"}:
                continue
            else:
                words.append(self._word(child))
                self._substitutions(child)
        if words:
            made = Command(
                tuple(words),
                self.first + node.start_point[0],
                self._masked or not self.errexit,
                self._condition,
                self._stdin,
                self._pipe,
                self._function,
                tuple(assigned),
            )
            self._options(made)
            self.commands.extend(_unwrapped(made))

    def _options(self, command: Command) -> None:
        if command.program != "set":
            return
        words = command.argv[1:]
        for index, word in enumerate(words):
            on, off = word.startswith("-"), word.startswith("+")
            if (on or off) and "e" in word[1:] and not word.startswith("--"):
                self.errexit = on
            if (on or off) and word.endswith("o") and "pipefail" in words[index + 1 : index + 2]:
                self.pipefail = on
            if word == "errexit" and index and words[index - 1] == "-o":
                self.errexit = True

    def _word(self, node: tree_sitter.Node) -> str:
        kind = node.type
        if kind == "raw_string":
            return _show(self.text(node)[1:-1])
        if kind == "string":
            inner = "".join(self._string_part(c) for c in self._string_children(node))
            return _show(inner)
        if kind in {"simple_expansion", "expansion"}:
            return self._expansion(node)
        if kind in {"concatenation", "command_name"}:
            return "".join(self._word(c) for c in node.children)
        return _show(self.text(node).replace("\\\n", ""))

    def _string_children(
        self, node: tree_sitter.Node
    ) -> Iterator[tuple[str, tree_sitter.Node | None]]:
        position = node.start_byte + 1
        for child in node.named_children:
            if child.start_byte > position:
                yield self.source[position : child.start_byte].decode(errors="replace"), None
            yield "", child
            position = child.end_byte
        if node.end_byte - 1 > position:
            yield self.source[position : node.end_byte - 1].decode(errors="replace"), None

    def _string_part(self, part: tuple[str, tree_sitter.Node | None]) -> str:
        text, node = part
        if node is None:
            return text
        if node.type in {"simple_expansion", "expansion"}:
            return self._expansion(node)
        return self.text(node)

    def _expansion(self, node: tree_sitter.Node) -> str:
        text = self.text(node)
        name = text.strip("${}")
        return self.constants.get(name) or _show(text)


def _harmless(right: str) -> bool:
    words = right.split()
    return bool(words) and words[0] in {"true", ":", "echo", "printf", "/bin/true"}


def _ends_script(right: str) -> bool:
    return any(word in right for word in ("exit", "return", "false", "fail", "die", "abort"))


def _unwrapped(command: Command) -> Iterator[Command]:
    """Yield the command, and the ones that it starts."""
    argv, assigned = unprefixed(command.argv, command.assigned)
    command = replace(command, argv=argv, assigned=assigned)
    yield command
    inline = inline_script(command.program, argv)
    if inline:
        for inner in parse(inline, command.line).commands:
            yield replace(inner, line=command.line, masked=command.masked or inner.masked)
