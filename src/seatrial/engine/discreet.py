"""The last door before a message is kept: what addresses carry besides a place never passes it.

Practices leave values out of their messages themselves; this is for the address that one of them
quotes whole.
"""

from __future__ import annotations

import re
from typing import Final

_LOGIN: Final = r"(?<=://)[^\s/@'\"`]+@"
_QUERY: Final = r"\?(?!ref=)[\w.~%\[\]-]+=[^\s'\"`)>]*"
"""Who pins a module with `?ref=` wants to read it; every other parameter may be a token."""


def discreet(message: str) -> str:
    """The message without user names, passwords and parameters of the addresses in it."""
    if "@" in message:
        message = re.sub(_LOGIN, "...@", message)
    return re.sub(_QUERY, "?...", message) if "?" in message else message
