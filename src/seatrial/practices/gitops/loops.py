"""Workflows that their own commits start again."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from seatrial.kit.delivery.gitedits import Edit, edits
from seatrial.kit.delivery.ways import Way, ways_to
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.gitops.settings import Settings

_SKIPS: Final = ("[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]")


@check("gitops/self-trigger", severity=Severity.HIGH)
def self_trigger(site: Site[Settings]) -> Iterator[Observation]:
    """A workflow's own commit starts it again.

    Why: a push with a personal token or an app's token starts workflows, unlike one with
    GITHUB_TOKEN: build, commit, build, commit, until somebody stops it.
    Fix: `paths-ignore` for the files that it writes, or write to the infrastructure repository.
    """
    told: set[tuple[str, str]] = set()
    for edit in edits(site):
        key = (edit.job.workflow.file.path, edit.job.id)
        if edit.proposal or edit.remote or not edit.push or key in told:
            continue
        token = _token(edit)
        if token is None or _is_skipped(edit):
            continue
        for way in ways_to(site, edit.job):
            if _starts_again(way, edit):
                told.add(key)
                yield fault(
                    edit.push,
                    f"job {edit.job.id} pushes with a token that starts workflows, and a push"
                    f" starts {way.workflow.file.name} again",
                    related=(way.trigger.place, token),
                )
                break


def _token(edit: Edit) -> Place | None:
    """Where the token stands that starts workflows; None when GITHUB_TOKEN pushes."""
    for step in edit.job.all_steps:
        name = step.uses.name.lower() if step.uses else ""
        keys = ("token", "ssh-key", "github_token") if name else ()
        texts = [step.inputs.at(key) for key in keys]
        texts += [step.node.at("run")] if "git push" in step.run or "remote set" in step.run else []
        for node in texts:
            plain = node.text.replace("secrets.GITHUB_TOKEN", "").replace("github.token", "")
            if name and name != "actions/checkout" and "git" not in name:
                continue
            if name == "actions/checkout" and step.inputs.at("repository").text:
                continue
            if "secrets." in plain or ("steps." in plain and "token" in plain and name):
                return step.file.place(node.line)
    return None


def _is_skipped(edit: Edit) -> bool:
    texts = [step.run for step in edit.job.all_steps]
    texts += [step.inputs.at("commit_message").text for step in edit.job.all_steps]
    guards = f"{edit.job.condition} {edit.step.condition}"
    guarded = "github.actor" in guards or "head_commit.message" in guards
    return guarded or any(mark in text for text in texts for mark in _SKIPS)


def _starts_again(way: Way, edit: Edit) -> bool:
    trigger = way.trigger
    if trigger.event != "push" or trigger.tags_only:
        return False
    if edit.branch and trigger.branches and not _matches(edit.branch, trigger.branches):
        return False
    node = way.workflow.node.at("on", "push")
    paths = [f.path for f in edit.files] or [edit.written]
    ignored = tuple(n.text for n in node.at("paths-ignore").items())
    if ignored and all(_matches(path, ignored) for path in paths):
        return False
    return not trigger.paths or any(_matches(path, trigger.paths) for path in paths)


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    """GitHub's filter patterns, the last one that matches decides; `**` crosses folders."""
    hit = False
    for pattern in patterns:
        plain = pattern.removeprefix("!")
        if fnmatchcase(name, plain) or fnmatchcase(name, plain.replace("**/", "")):
            hit = not pattern.startswith("!")
    return hit
