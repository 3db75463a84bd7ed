"""The inventory of credentials: which file it is, and the part that several practices write.

`security/credentials.yaml` belongs to the people: entries are added where they are missing, and
never changed. Values never stand there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.homes import infra_root
from seatrial.kit.secrets.leaked import INVENTORY, LEAKED
from seatrial.kit.secrets.secretvalues import literals
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Risk
from seatrial.model.edit import Block, FileEdit, SetKey
from seatrial.repo.files import Root
from seatrial.repo.infrastructure.tfnames import is_state

ORDER: Final = ("about", "credentials", LEAKED)
_ABOUT: Final = (
    "Every credential of this system: who owns it, where it is kept, how many days old it may"
    " become and what replaces it. Under leaked: files that stood in git with credentials in them;"
    " each of those is due for replacement now, and gets the day on which that was done. Values"
    " never stand here."
)
_HISTORY: Final = (".env", ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".pgpass",
                   ".tfplan")  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z_][\w./ -]*\w")
_MOST: Final = 40
"""Files of the history that are listed one by one."""


def inventory_home(site: Site[object]) -> tuple[Root, str]:
    """Repository and path of the inventory: the one that is there, else the one to be made."""
    for file in site.repo.files():
        if file.name in INVENTORY and (file.yaml.first.has("credentials") or _is_list(file.text)):
            return file.root, file.path
    return infra_root(site), "security/credentials.yaml"


def _is_list(text: str) -> bool:
    return f"\n{LEAKED}:" in f"\n{text}"


def leak_edit(site: Site[object]) -> Edit | None:
    """The edit that lists every file of git with credentials in it; None when there is none."""
    found = leaks(site)
    if not found:
        return None
    root, path = inventory_home(site)
    edits: list[FileEdit] = [about()]
    edits += [
        SetKey((LEAKED,), name, Block(_entry(holds)), replace=False)
        for name, holds in found.items()
    ]
    return Edit(
        root.name,
        path,
        tuple(edits),
        "what stood in git is known to every clone: it is listed until it has been replaced",
        Risk.LOW,
    )


def about() -> SetKey:
    """The edit that says what the file is."""
    return SetKey((), "about", _ABOUT, replace=False, order=ORDER)


def _entry(holds: tuple[str, ...]) -> str:
    names = "".join(f"  - {_plain(name)}\n" for name in holds)
    return f"holds:\n{names}due: now\nreplaced_on: null\n"


def _plain(name: str) -> str:
    return name if _WORD.fullmatch(name) else json.dumps(name, ensure_ascii=False)


@once
def leaks(site: Site[object]) -> dict[str, tuple[str, ...]]:
    """Files that git tracks or remembers, with the names of the credentials in each."""
    found: dict[str, dict[str, None]] = {}
    for state in site.repo.terraform.states:
        if not state.encrypted and not state.broken:
            names = [str(one) for one in state.sensitive] or ["all that the state held"]
            found.setdefault(state.file.path, {}).update(dict.fromkeys(names))
    for plan in site.repo.terraform.plans:
        found.setdefault(plan.path, {})["all values of the plan"] = None
    for literal in literals(site):
        found.setdefault(literal.place.path, {})[literal.name] = None
    for path in list(_gone(site))[:_MOST]:
        found.setdefault(path, {})["all that the file held"] = None
    return {path: tuple(names) for path, names in sorted(found.items())}


def _gone(site: Site[object]) -> Iterator[str]:
    for root, history in site.repo.histories:
        for past in history.files:
            name = past.path.rpartition("/")[2]
            if past.path not in root.files and (is_state(name) or name.endswith(_HISTORY)):
                yield past.path
