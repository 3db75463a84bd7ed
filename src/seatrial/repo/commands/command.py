"""One command of a script, as words; and how to show it without showing a secret."""

from __future__ import annotations

import os.path
from functools import cached_property
from typing import Final

from seatrial.model.struct import struct

_SHOWN_WORDS: Final = 4
_SHOWN_CHARACTERS: Final = 60

_KUBE: Final = frozenset(
    "-n --namespace --context --kubeconfig -f --filename -l --selector -o --output --cluster"
    " --timeout -k --kustomize -s --server --token --as".split()
)
_VALUE_FLAGS: Final[dict[str, frozenset[str]]] = {
    "kubectl": _KUBE,
    "oc": _KUBE,
    "helm": frozenset(
        "-n --namespace --kube-context --kubeconfig -f --values --set --set-string --set-file"
        " --version --timeout --repo --description --history-max -o --output".split()
    ),
    "git": frozenset("-C -c --git-dir --work-tree -m --message".split()),
    "make": frozenset("-C -f --directory --file -j".split()),
    "gh": frozenset("-R --repo -b --body -e --env -f --field".split()),
    "docker": frozenset("-f --file -t --tag --build-arg --platform --context --target".split()),
    "npm": frozenset("-w --workspace --prefix".split()),
    "yarn": frozenset({"--cwd"}),
    "pnpm": frozenset("-C --dir --filter -F".split()),
    "aws": frozenset("--region --profile --output --query --cluster --service".split()),
    "flux": frozenset("-n --namespace --context".split()),
    "argocd": frozenset("--server --auth-token --timeout".split()),
}


@struct
class Command:
    """One simple command of a script.

    Attributes:
        argv: words without quotes; constant variables of the script are filled in, other
            expansions stay as written (`$ENV`, `${{ inputs.env }}`).
        line: 1-based line in the file that holds the script.
        masked: True when its failure cannot fail the script (`|| true`, a condition's left side
            of `||` with a harmless right side, a pipe's non-last member without pipefail).
        condition: True when it is the test of an `if` or `while`, so its failure is expected.
        stdin: text of a here-document, empty otherwise.
        reads_pipe: True when it is fed by a pipe.
        function: name of the function whose body it stands in, or empty.
        assigned: environment assignments before the command (`A=b cmd`).
    """

    argv: tuple[str, ...]
    line: int
    masked: bool = False
    condition: bool = False
    stdin: str = ""
    reads_pipe: bool = False
    function: str = ""
    assigned: tuple[tuple[str, str], ...] = ()

    @cached_property
    def program(self) -> str:
        """Name of the program, without its folder."""
        return os.path.basename(self.argv[0]) if self.argv else ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Arguments that are neither flags nor the values of common flags, the program left out."""
        kept: list[str] = []
        takes_value = _VALUE_FLAGS.get(self.program, frozenset())
        skip = False
        for word in self.argv[1:]:
            if skip:
                skip = False
            elif word.startswith("-") and len(word) > 1:
                skip = word in takes_value
            else:
                kept.append(word)
        return tuple(kept)

    @property
    def text(self) -> str:
        """Program and leading words, for messages: what may hold a secret is left out.

        Flags, the word after a flag, and what stands behind `=` or before `@` in a URL never show.
        """
        shown = [self.program]
        after_flag = False
        for word in self.argv[1:]:
            if word.startswith("-"):
                after_flag = "=" not in word
            elif after_flag:
                after_flag = False
            elif len(shown) <= _SHOWN_WORDS:
                shown.append(_safe(word))
        return " ".join(shown)

    def flag(self, *names: str) -> str | None:
        """Value of the first flag named (`--x v`, `--x=v`); "" without value, None if absent."""
        for index, word in enumerate(self.argv):
            head, equals, value = word.partition("=")
            if head in names:
                if equals:
                    return value
                following = self.argv[index + 1] if index + 1 < len(self.argv) else ""
                return "" if following.startswith("-") else following
        return None

    def starts(self, *words: str) -> bool:
        """True when program and leading non-flag words are these (`starts("helm", "upgrade")`)."""
        return (
            bool(words) and self.program == words[0] and self.words[: len(words) - 1] == words[1:]
        )


def _safe(word: str) -> str:
    scheme, found, rest = word.partition("://")
    if found:
        word = f"{scheme}://{rest.rpartition('@')[2]}"
    name, equals, _ = word.partition("=")
    return (f"{name}=..." if equals else word)[:_SHOWN_CHARACTERS]
