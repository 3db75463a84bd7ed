"""A ServiceAccount for each workload, without a token where nothing needs one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.templates import above, is_once, name_of, part_at
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import FileEdit, InsertText, ReplaceText, SetKey
from seatrial.model.struct import struct
from seatrial.practices.rbac.accounts import Identity, identities
from seatrial.practices.rbac.grants import Grant, grants
from seatrial.repo.files import File
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest

_WHY: Final = "an identity of its own, and no token that nothing uses"


@struct(eq=False)
class Lacking:
    """A workload that needs an account of its own, with all forms in which environments get it."""

    identity: Identity
    name: str


def apart(site: Site[object], kept: frozenset[str]) -> Iterator[Wish]:
    """Yield the accounts and the edits that put them to use.

    Args:
        site: what people wrote.
        kept: names of accounts whose rights stay, so that their tokens do.
    """
    made: dict[Chart, list[str]] = {}
    for one in _lacking(site, kept):
        manifest = one.identity.manifest
        if manifest.source == "chart" and manifest.chart is not None:
            expression, edit = _in_chart(manifest)
            if not expression or edit is None:
                yield _left(one)
                continue
            made.setdefault(manifest.chart, []).append(expression)
            yield Edit(manifest.file.root.name, manifest.file.path, (edit,), _WHY, Risk.MEDIUM)
        elif manifest.source in {"file", "kustomize"} and not manifest.anchor:
            yield _in_file(one)
        else:
            yield _left(one)
    for chart, expressions in made.items():
        yield _accounts(chart, expressions)
    yield from _without_tokens(site, kept)


def _left(one: Lacking) -> Leave:
    return Leave(
        f"give {one.identity.name} a ServiceAccount of its own with"
        " automountServiceAccountToken: false: its definition is computed",
        one.identity.place,
    )


def _lacking(site: Site[object], kept: frozenset[str]) -> Iterator[Lacking]:
    users: dict[str, dict[str, None]] = {}
    for identity in identities(site):
        users.setdefault(identity.account, {})[identity.name] = None
    done: set[tuple[str, int, str]] = set()
    for identity in identities(site):
        shared = identity.account == "default" or len(users[identity.account]) > 1
        place = identity.manifest.place()
        key = (place.path, place.line, identity.name)
        if shared and identity.account not in kept and key not in done:
            done.add(key)
            yield Lacking(identity, identity.manifest.name)


def _in_chart(manifest: Manifest) -> tuple[str, FileEdit | None]:
    """Expression of the account's name, and the edit of the workload's template."""
    file = manifest.file
    part = part_at(file, manifest.place("kind").line)
    expression = name_of(file, part) if part else ""
    spec = manifest.place(*manifest.pod_path)
    named = manifest.place(*manifest.pod_path, "serviceAccountName")
    line = file.lines[named.line - 1]
    if "serviceAccountName:" in line:
        indent = line[: len(line) - len(line.lstrip())]
        new = f"{indent}serviceAccountName: {expression}\n"
        behind = "" if is_once(file, named.line) else above(file, named.line)
        return expression, ReplaceText(f"{line}\n", new, behind=behind)
    head = file.lines[spec.line - 1]
    if head.strip() != "spec:":
        return "", None
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    new = f"{indent}serviceAccountName: {expression}\n"
    behind = "" if is_once(file, spec.line) else above(file, spec.line)
    return expression, InsertText(new, after=f"{head}\n", behind=behind)


def _accounts(chart: Chart, expressions: list[str]) -> Generate:
    taken = chart.root.files
    path = next(
        p
        for p in (
            f"{chart.folder}/templates/{name}.yaml"
            for name in ("serviceaccounts", "workload-accounts", "seatrial-accounts")
        )
        if p not in taken
    )
    labels = _labels(chart)
    text = "# One identity for each workload. None calls the API server: no token is mounted.\n"
    for number, expression in enumerate(dict.fromkeys(expressions)):
        text += "---\n" if number else ""
        text += "apiVersion: v1\nkind: ServiceAccount\n"
        text += f"metadata:\n  name: {expression}\n{labels}"
        text += "automountServiceAccountToken: false\n"
    return Generate(chart.root.name, path, text, _WHY)


def _labels(chart: Chart) -> str:
    """The labels that the chart gives its objects, as its own templates write them."""
    for path, file in sorted(chart.root.files.items()):
        if not path.startswith(f"{chart.folder}/templates/"):
            continue
        for number, line in enumerate(file.lines[:-1]):
            below = file.lines[number + 1]
            if (
                line == "  labels:"
                and "include" in below
                and "nindent 4" in below
                and " . " in below
            ):
                return f"{line}\n{below}\n"
    return ""


def _in_file(one: Lacking) -> Edit:
    manifest = one.identity.manifest
    document = _document(manifest.file, manifest)
    name = one.name
    head = f"kind: ServiceAccount\nmetadata:\n  name: {name}\n"
    space = f"  namespace: {manifest.namespace}\n" if manifest.namespace else ""
    account = f"---\napiVersion: v1\n{head}{space}automountServiceAccountToken: false\n"
    edits: tuple[FileEdit, ...] = (
        SetKey(manifest.pod_path, "serviceAccountName", name, document=document),
        InsertText(account, there=head),
    )
    return Edit(manifest.file.root.name, manifest.file.path, edits, _WHY, Risk.MEDIUM)


def _document(file: File, manifest: Manifest) -> int:
    line = manifest.place().line
    documents = [i for i, d in enumerate(file.yaml.documents) if d.line <= line]
    return documents[-1] if documents else 0


def _without_tokens(site: Site[object], kept: frozenset[str]) -> Iterator[Wish]:
    """Accounts that one workload has for itself, and that mount a token for nothing."""
    declared = {m.name: m for m in live_manifests(site) if m.kind == "ServiceAccount"}
    users: dict[str, set[str]] = {}
    for identity in identities(site):
        users.setdefault(identity.account, set()).add(identity.name)
    for name, workloads in users.items():
        manifest = declared.get(name)
        idle = any(i.mounts for i in identities(site) if i.account == name)
        if manifest is None or name in kept or len(workloads) > 1 or not idle:
            continue
        if manifest.source == "chart":
            line = manifest.place("kind").line
            text = manifest.file.lines[line - 1]
            behind = "" if is_once(manifest.file, line) else above(manifest.file, line)
            edit: FileEdit = InsertText(
                "automountServiceAccountToken: false\n", after=f"{text}\n", behind=behind
            )
        else:
            document = _document(manifest.file, manifest)
            edit = SetKey((), "automountServiceAccountToken", value=False, document=document)
        yield Edit(manifest.file.root.name, manifest.file.path, (edit,), _WHY, Risk.MEDIUM)


def needing(site: Site[object], dropped: tuple[Grant, ...]) -> frozenset[str]:
    """Accounts that keep a grant once these are gone."""
    return frozenset(
        subject.name
        for grant in grants(site)
        if grant not in dropped
        for subject in grant.binding.subjects
        if subject.kind == "ServiceAccount"
    )
