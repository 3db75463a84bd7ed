"""Credentials written out in env files, scripts and other text; private keys and known tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.secrets.secretnames import private_key, token_kind
from seatrial.kit.secrets.secrettypes import Literal, is_sample, judged
from seatrial.kit.site import Site
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File

_KEYS: Final = frozenset({".pem", ".key", ".ppk", ".p8"})
_CODE: Final = frozenset(
    ".py .js .ts .tsx .jsx .mjs .go .rb .java .kt .php .cs .rs .sh .bash .ps1 .toml .ini .cfg .conf"
    " .properties .json .xml .yaml .yml .tf .env .txt .gradle".split()
)
_READ: Final = _KEYS | _CODE
_HINTS: Final = (
    "PRIVATE KEY-----", "ghp_", "github_pat_", "gho_", "glpat-", "xoxb-", "xoxp-", "AIza", "AKIA",
    "sk_live_", "dop_v1_", "npm_", "pypi-AgEI", "hvs.", "SG.", "dckr_pat_", "sk-ant-", "sk-proj-",
    "AGE-SECRET-KEY-1",
)  # fmt: skip
_MAX_FILES: Final = 300
"""Files of code that are searched for tokens; more would cost more than the hits are worth."""
_MAX_CHARACTERS: Final = 200_000


def of_text_files(site: Site[object]) -> Iterator[Literal]:
    """Credentials in env files, property files and shell scripts, and tokens in any code."""
    budget = _MAX_FILES
    for file in site.repo.files():
        suffix = file.suffix
        env = _is_env(file)
        if (suffix and suffix not in _READ and not env) or is_sample(file.path):
            continue
        if env:
            yield from _assignments(file, strict=False)
        elif suffix in {".sh", ".bash"} or file.name in {"Makefile", "Justfile"}:
            yield from _script(file)
        elif suffix == ".properties":
            yield from _assignments(file, strict=False)
        if suffix in _KEYS or file.name.startswith(("id_rsa", "id_ed25519", "id_ecdsa")):
            if private_key(file.text):
                yield Literal(file.name, file.place(), "private key", file.name, deployed=True)
        elif suffix in _CODE and budget > 0:
            budget -= 1
            yield from _tokens(file)


def _is_env(file: File) -> bool:
    name = file.name.lower()
    return name == ".env" or name.startswith(".env.") or name.endswith((".env", ".envrc"))


def _assignments(file: File, *, strict: bool) -> Iterator[Literal]:
    name = environment_of(file.path)
    environments = (name,) if name else ()
    deployed = name is not None and name not in {"dev", "test", "sandbox"}
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if not text or text.startswith(("#", "!", ";", "//")) or "=" not in text:
            continue
        key, _, value = text.removeprefix("export ").partition("=")
        key = key.strip()
        if not key.replace("_", "").replace(".", "").replace("-", "").isalnum():
            continue
        found = judged(key, _bare(value))
        if found and not (strict and found[1]):
            place = file.place(number)
            yield Literal(key, place, found[0], file.name, environments, found[1], deployed)


def _script(file: File) -> Iterator[Literal]:
    yield from _assignments(file, strict=True)
    for number, line in enumerate(file.lines, 1):
        for part in line.split("--from-literal")[1:] if "--from-literal" in line else ():
            key, _, value = part.lstrip("= \"'").partition("=")
            word = value.split(" ")[0].strip("\"'")
            found = judged(key.strip(), word)
            if found and not found[1]:
                yield Literal(key.strip(), file.place(number), found[0], file.name, deployed=True)


def _bare(value: str) -> str:
    text = value.strip()
    if text[:1] in {"'", '"'}:
        return text[1:].partition(text[0])[0]
    return text.partition(" #")[0].strip()


def _tokens(file: File) -> Iterator[Literal]:
    text = file.text
    if len(text) > _MAX_CHARACTERS or not any(hint in text for hint in _HINTS):
        return
    start = text.find("PRIVATE KEY-----")
    if start >= 0 and "BEGIN" in text[max(0, start - 20) : start] and private_key(text):
        line = text.count("\n", 0, start) + 1
        yield Literal("private key", file.place(line), "private key", file.name, deployed=True)
    for number, line_text in enumerate(file.lines, 1):
        kind, _ = token_kind(line_text)
        if kind:
            yield Literal(kind, file.place(number), kind, file.name, deployed=True)
