"""States, plans and secrets that lie in git; always by name, never by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.releases import command_place
from seatrial.kit.secrets.leaked import SHOWN_BY, leaked
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, unknown
from seatrial.model.place import Place
from seatrial.practices.remote_state.homes import Home, homes
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hclunknown import Value
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.infrastructure.tfnames import is_state
from seatrial.repo.infrastructure.tfstate import StateFile, is_secret_name

if TYPE_CHECKING:
    from seatrial.repo.files import Root
    from seatrial.repo.git.history import PastFile
    from seatrial.repo.infrastructure.hcl import Expression

_SHOWN: Final = 4
_FIXTURES: Final = frozenset({"testdata", "fixtures", "test-fixtures", "fixture", "examples"})
_PLACEHOLDERS: Final = ("changeme", "change-me", "change_me", "<", "todo", "xxx", "your-", "your_",
                        "replace", "placeholder", "dummy", "example")  # fmt: skip
_REFERENCES: Final = ("${", "op://", "vault:", "arn:", "projects/", "ssm:", "enc[", "/run/secrets",
                      "ref+", "keyvault", "awssm:", "sops:")  # fmt: skip
_CREDENTIALS: Final = frozenset(
    {"access_key", "secret_key", "sas_token", "password", "token", "client_secret", "conn_str"}
)
_MANY: Final = 5


def states(site: Site[object]) -> Iterator[Observation]:
    """State files that git tracks, with the names of the secrets in them."""
    found = [s for s in site.repo.terraform.states if _counts(s)]
    for state in found[: _MANY * 2]:
        environment = environment_of(state.workspace) or environment_of(state.file.path)
        names = [str(s) for s in state.sensitive]
        secrets = f"with {_listed(names)} in plain text" if names else "with everything it manages"
        what = "a copy of the state" if state.is_backup else "the state"
        yield fault(
            state.place,
            f"{what}{_of(state)} is in git, {secrets}",
            environments=(environment,) if environment else (),
            related=tuple(s.place for s in state.sensitive[:_SHOWN]),
        )
    if len(found) > _MANY * 2:
        yield fault(found[_MANY * 2].place, f"{len(found) - _MANY * 2} more state files are in git")


def plans(site: Site[object]) -> Iterator[Observation]:
    """Saved plans that git tracks."""
    for plan in site.repo.terraform.plans[:_MANY]:
        yield fault(
            plan.place(),
            f"the saved plan {plan.name} is in git; it holds values in plain text as a state does",
            severity=Severity.HIGH,
        )


def history(site: Site[object]) -> Iterator[Observation]:
    """States and plans that are gone from the files but stand in the history.

    Where the inventory lists them as leaked, only live systems can show whether what was in them
    has been replaced since.
    """
    listed = leaked(site)
    for root, past in site.repo.histories:
        folders: dict[str, list[PastFile]] = {}
        for file in past.files:
            if file.path not in root.files and _is_gone_state(file.path):
                folders.setdefault(_module_folder(file.path), []).append(file)
        for gone in list(folders.values())[:_MANY]:
            first = min(gone, key=lambda f: f.added.at.isoformat() if f.added else "~")
            more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
            since = f" since {first.added.at:%Y-%m-%d}" if first.added else ""
            commit = f" (commit {first.added.commit[:9]})" if first.added else ""
            if all(file.path in listed for file in gone):
                yield unknown(
                    f"{first.path}{more} stands in the history{since}{commit} and is listed as"
                    " leaked: no file shows whether its secrets were replaced since",
                    reach=Reach.API,
                    credential=SHOWN_BY,
                    place=listed[first.path],
                )
                continue
            yield fault(
                _beside(root, first.path),
                f"{first.path}{more} is deleted, but stands in the history{since}{commit}:"
                " every secret that was in it has to be rotated",
            )


def _is_gone_state(path: str) -> bool:
    name = path.rpartition("/")[2]
    if not _FIXTURES.isdisjoint(path.split("/")) or "/.terraform/" in f"/{path}":
        return False
    return name.endswith(".tfplan") or is_state(name)


def _module_folder(path: str) -> str:
    return path.rpartition("/")[0].partition("/terraform.tfstate.d")[0]


def _beside(root: Root, path: str) -> Place:
    # The file is gone: the module that it belonged to is where a reader looks next.
    folder = _module_folder(path)
    beside = (f for f in root.files.values() if f.folder == folder and f.suffix == ".tf")
    file = next(beside, None) or root.files.get(".gitignore") or root.files.get("README.md")
    return file.place() if file else Place(root.name, path)


def commits(site: Site[object]) -> Iterator[Observation]:
    """Steps of pipelines that commit a state."""
    for workflow in site.repo.workflows:
        if "tfstate" not in workflow.file.text:
            continue
        for job in workflow.jobs:
            if job.is_off:
                continue
            for step in job.all_steps:
                for command in step.commands:
                    if command.starts("git", "add") and any("tfstate" in w for w in command.argv):
                        place = command_place(step, command)
                        yield fault(place, f"job {job.id} commits the state to git")
                if step.uses and "tfstate" in step.inputs.at("file_pattern").text:
                    yield fault(step.place, f"job {job.id} commits the state to git")


def secrets_in_tfvars(site: Site[object]) -> Iterator[Observation]:
    """Variable files with secrets in plain text; one finding a file."""
    for given in site.repo.terraform.tfvars:
        if given.is_example or not _FIXTURES.isdisjoint(given.file.path.split("/")):
            continue
        names = {
            name: value
            for name, value in given.assignments.items()
            if _is_secret(name) and _holds_text(value.constant)
        }
        if names:
            environment = environment_of(given.file.path)
            first = next(iter(names.values()))
            yield fault(
                first.place,
                f"{given.file.path} holds {_listed(list(names))} in plain text",
                environments=(environment,) if environment else (),
                related=tuple(v.place for v in list(names.values())[1:_SHOWN]),
            )


def plain_credentials(home: Home) -> tuple[str, ...]:
    """Names of the settings of a backend that hold credentials in plain text."""
    if home.block is None or home.block.type == "remote_state":
        return ()
    found = []
    for name, value in home.block.attributes.items():
        constant = value.constant
        if name in _CREDENTIALS and isinstance(constant, str) and _is_plain(constant):
            found.append(name)
    return tuple(found)


def is_kept_on_purpose(path: str) -> bool:
    """True for a state of tests and examples."""
    return not _FIXTURES.isdisjoint(path.split("/"))


def secrets_in_backends(site: Site[object]) -> Iterator[Observation]:
    """Backend blocks with credentials."""
    for home in homes(site):
        block = home.block
        pairs: list[tuple[str, Expression]] = list(block.attributes.items()) if block else []
        config = block.attr("config") if block and block.type == "remote_state" else None
        pairs += list(config.pairs()) if config else []
        for name, value in pairs:
            constant = value.constant
            if name in _CREDENTIALS and isinstance(constant, str) and _is_plain(constant):
                yield fault(
                    value.place, f"the backend of {home.name} holds its {name} in plain text"
                )


def ignored_lock_file(site: Site[object]) -> Place | None:
    """The line of a `.gitignore` that leaves lock files out."""
    for root in site.repo.roots:
        file = root.files.get(".gitignore")
        for number, line in enumerate(file.lines if file else (), 1):
            if file and line.strip().endswith(".terraform.lock.hcl") and line[:1] not in {"#", "!"}:
                return file.place(number)
    return None


def missing_ignore(home: Home) -> Place | None:
    """Where `*.tfstate` would be written to be ignored; None when it is."""
    root = home.run.root if isinstance(home.run, Module) else home.run.file.root
    ignores = [f for p, f in root.files.items() if f.name == ".gitignore"]
    if any("tfstate" in f.text for f in ignores):
        return None
    top = root.files.get(".gitignore")
    return top.place() if top else home.place


def _counts(state: StateFile) -> bool:
    # An empty file is what Terraform's own migration leaves; an encrypted one tells nothing.
    if state.broken or state.encrypted:
        return False
    return _FIXTURES.isdisjoint(state.file.path.split("/"))


def _of(state: StateFile) -> str:
    return f" of workspace {state.workspace}" if state.workspace != "default" else ""


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _is_secret(name: str) -> bool:
    return is_secret_name(name) or (name.endswith("s") and is_secret_name(name[:-1]))


def _holds_text(value: Value, depth: int = 0) -> bool:
    if isinstance(value, str):
        return _is_plain(value)
    if depth > _MANY:
        return False
    if isinstance(value, dict):
        return any(_holds_text(v, depth + 1) for v in value.values())
    return isinstance(value, list) and any(_holds_text(v, depth + 1) for v in value)


def _is_plain(text: str) -> bool:
    low = text.strip().lower()
    if not low or any(reference in low for reference in _REFERENCES):
        return False
    # An address is no secret, unless whoever knows it may post (a webhook).
    is_address = low.startswith("https://") and "hooks." not in low
    return not is_address and not low.startswith(_PLACEHOLDERS)
