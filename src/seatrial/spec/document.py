"""What `seatrial.yaml` says, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from seatrial.model.struct import field, struct

ROLES: Final = ("app", "infra", "both")
TIERS: Final = ("dev", "staging", "production", "other")
FILE_NAME: Final = "seatrial.yaml"


@struct
class DeclaredRepository:
    """A repository of the system.

    Attributes:
        role: `app`, `infra` or `both`.
        path: relative to the folder of the file.
        line: where it stands in the file.
    """

    role: str
    path: str
    line: int


@struct
class DeclaredEnvironment:
    """An environment as the team names it; empty strings stand for what was not said.

    Attributes:
        tier: `dev`, `staging`, `production` or `other`.
        values: path of its Helm values file, from the application repository's root.
    """

    name: str
    tier: str
    line: int
    namespace: str = ""
    url: str = ""
    branch: str = ""
    values: str = ""


@struct
class Waiver:
    """A finding that somebody answers for until a day.

    Attributes:
        rule: `<practice>/<rule>` or `<practice>/*`.
        path: glob of paths from the repository's root; empty covers all.
        environment: name or tier; empty covers all.
        resource: a name that the finding's message must contain; empty covers all.
        expires: last day on which it holds.
    """

    rule: str
    reason: str
    owner: str
    expires: date
    line: int
    path: str = ""
    environment: str = ""
    resource: str = ""


@struct
class Spec:
    """The whole file; the empty Spec is what an audit without a file uses.

    Attributes:
        file: where it was read, None when there is no file.
        exclude: globs of paths, from each repository's root, that are not the system's: fixtures,
            samples, copies.
        practices: settings by practice id, only for those that the file names.
    """

    version: int = 1
    name: str = ""
    repositories: tuple[DeclaredRepository, ...] = ()
    environments: tuple[DeclaredEnvironment, ...] = ()
    practices: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    waivers: tuple[Waiver, ...] = ()
    exclude: tuple[str, ...] = ()
    file: Path | None = None

    def folder(self) -> Path:
        """The folder that the file's paths start from."""
        return self.file.parent if self.file else Path()
