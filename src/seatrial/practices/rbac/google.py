"""Roles that Terraform gives on Google Cloud: which role, on what, to whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tfmodules import Module

_PROJECT: Final = ("google_project_iam_", "google_folder_iam_", "google_organization_iam_")
_PIPELINE: Final = frozenset(
    "ci cd cicd build builds builder cloudbuild deploy deployer deployment github gitlab actions"
    " pipeline pipelines runner runners jenkins circleci buildkite release releaser gha".split()
)
_THROWAWAY: Final = frozenset("cache caches tmp temp preview previews scratch".split())
_PULLS: Final = frozenset("pr prs pullrequest pullrequests".split())

_ADMIN: Final = frozenset(
    f"roles/{r}"
    for r in (
        "owner editor container.developer container.admin container.clusterAdmin"
        " iam.serviceAccountAdmin iam.serviceAccountTokenCreator iam.serviceAccountKeyAdmin"
        " iam.serviceAccountUser iam.securityAdmin resourcemanager.projectIamAdmin compute.admin"
        " run.admin cloudfunctions.admin storage.admin secretmanager.admin cloudsql.admin"
    ).split()
)
_ONE_SERVICE: Final = frozenset(
    "run.admin cloudfunctions.admin storage.admin secretmanager.admin cloudsql.admin".split()
)
_ACCOUNT: Final = frozenset(
    f"roles/iam.{r}"
    for r in "serviceAccountAdmin serviceAccountKeyAdmin serviceAccountTokenCreator".split()
)
_WRITING: Final = (".writer", ".repoAdmin", ".admin", ".objectAdmin", ".createOnPushWriter")


@struct(eq=False)
class Given:
    """A role that somebody holds.

    Attributes:
        role: `roles/...`.
        on: `project`, `account` (a service account) or `resource`.
        members: names of those who hold it, without domain.
        target: what it is given on, as written; equal ones mean the same thing.
        thing: parts of the names of the bucket or registry that it is given on.
    """

    role: str
    on: str
    members: tuple[str, ...]
    target: str
    place: Place
    environments: tuple[str, ...]
    thing: frozenset[str] = frozenset()

    @property
    def pipelines(self) -> tuple[str, ...]:
        """Members that are identities of pipelines, by their names."""
        return tuple(m for m in self.members if words(m) & (_PIPELINE | _PULLS))

    @property
    def pulls(self) -> tuple[str, ...]:
        """Members under which code of pull requests runs, by their names."""
        return tuple(
            m for m in self.members if words(m) & _PULLS or {"pull", "request"} <= words(m)
        )

    @property
    def is_admin(self) -> bool:
        """True for a role that changes what runs, or who may, on a project or an account."""
        wide = self.on == "project" and self.role in _ADMIN
        return wide or (self.on == "account" and self.role in _ACCOUNT)

    @property
    def is_grave(self) -> bool:
        """True for an admin role that leads to others' rights, not to one service's objects."""
        return self.is_admin and self.role.removeprefix("roles/") not in _ONE_SERVICE

    @property
    def may_write(self) -> bool:
        """True for a role that writes to a registry or bucket."""
        own = self.thing & (_PULLS | _THROWAWAY)
        return self.on == "resource" and self.role.endswith(_WRITING) and not own

    @property
    def tiers(self) -> frozenset[str]:
        """Environments that the members' names speak of."""
        named = (environment_of(w) for m in self.members for w in words(m))
        return frozenset(n for n in named if n)


def words(name: str) -> set[str]:
    """Parts of a name."""
    return set(name.lower().replace("-", "_").replace(".", "_").split("_"))


@once
def given(site: Site[object]) -> tuple[Given, ...]:
    """All of them."""
    return (*_of_resources(site), *_of_modules(site))


def _of_resources(site: Site[object]) -> Iterator[Given]:
    for module, block in resources(site, "google_"):
        kind = block.labels[0]
        if "_iam_" not in kind or not kind.endswith(("_member", "_binding")):
            continue
        on = "project" if kind.startswith(_PROJECT) else "resource"
        on = "account" if kind.startswith("google_service_account_iam_") else on
        members = _names(block.attr("member") or block.attr("members"))
        role = block.attr("role")
        project = block.attr("project")
        target = f"{module.folder}\0{project.text if project else ''}\0{on}"
        thing, scope = _thing(block), scope_at(site, block.place)
        for text in _roles(module, block):
            place = role.place if role else block.place
            yield Given(text, on, members, target, place, scope, thing)


def _thing(block: Block) -> frozenset[str]:
    """Parts of the names of what a role is given on."""
    written = [block.attr(n) for n in ("bucket", "repository", "repositories", "storage_buckets")]
    names = [r for e in written if e for r in (*e.references, *e.strings())]
    return frozenset(w for name in names for w in words(name))


def _roles(module: Module, block: Block) -> Iterator[str]:
    text = module.text(block.attr("role"))
    if not text.startswith("${each"):
        yield text
        return
    listed = block.attr("for_each")
    value = module.resolve(listed)
    if isinstance(value, list | dict):
        yield from (v for v in value if isinstance(v, str) and v.startswith("roles/"))
    elif listed:
        yield from (s for s in listed.strings() if s.startswith("roles/"))


def _of_modules(site: Site[object]) -> Iterator[Given]:
    for module in live_modules(site):
        for call in module.calls:
            if "/iam/google//modules/" not in call.source:
                continue
            bindings = call.block.attr("bindings")
            on = "project" if "project" in call.source.rpartition("/")[2] else "resource"
            target = f"{module.folder}\0{call.name}"
            for role, value in bindings.pairs() if bindings else ():
                names = _names(value)
                scope = scope_at(site, call.place)
                named = _thing(call.block)
                yield Given(role.strip('"'), on, names, target, value.place, scope, named)


def _names(expression: Expression | None) -> tuple[str, ...]:
    """Names of members: of resources and modules by their label, of written ones before the @."""
    if expression is None:
        return ()
    found: list[str] = []
    for reference in expression.references:
        head, *rest = reference.split(".")
        if head == "google_service_account" or head in {"module", "local", "var"}:
            found.append(rest[0] if rest else head)
    for text in expression.strings():
        kind, sign, name = text.partition(":")
        if sign and kind in {"serviceAccount", "user", "group"} and name:
            found.append(name.partition("@")[0])
    return tuple(dict.fromkeys(found))
