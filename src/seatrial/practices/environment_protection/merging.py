"""Who stands between a change and the branch that releases: owners, bots, promotion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.paths import routes
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.files import File
from seatrial.repo.kubernetes.manifests import Manifest

OWNERS: Final = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for the owners of files."""
_WHOLE: Final = frozenset({"*", "**", "/**", "/*", "/", ".github/", "/.github/", "/.github"})
_APPROVERS: Final = (
    "hmarr/auto-approve-action",
    "juliangruber/approve-pull-request-action",
    "cognitedata/auto-approve-dependabot-action",
    "nick-invision/private-action-loader",
    "gacts/auto-approve",
)
_RENOVATE: Final = (
    "renovate.json",
    "renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".github/renovate.json",
    ".github/renovate.json5",
)
_MERGIFY: Final = (".mergify.yml", ".mergify/config.yml", ".github/mergify.yml", ".mergify.yaml")
_BEFORE: Final = frozenset({"staging", "dev", "uat", "test"})


@check("environment-protection/pipeline-unowned", severity=Severity.LOW)
def pipeline_unowned(site: Site[Settings]) -> Iterator[Observation]:
    """CODEOWNERS leaves the workflows to nobody.

    Why: whoever may merge can change the pipeline that deploys, and with it every other gate.
    Fix: add an owner for `/.github/` (or for `*`), and ask for the owners' review in the ruleset.
    """
    for root in site.repo.roots:
        file = next((root.files[path] for path in OWNERS if path in root.files), None)
        if file is None:
            continue
        rules = [
            (number, line.split())
            for number, line in enumerate(file.lines, 1)
            if line.strip() and not line.lstrip().startswith("#")
        ]
        owned = [number for number, words in rules if is_whole(words)]
        if owned:
            yield met(file.place(owned[0]), f"{file.path} names who has to review a change")
        elif rules and any(p.startswith(".github/workflows/") for p in root.files):
            yield fault(file.place(rules[0][0]), f"{file.path} names no owner of .github/workflows")


def is_whole(words: list[str]) -> bool:
    """True for a rule that gives the workflows an owner."""
    return bool(_WHOLE & set(words[:1]) and words[1:])


@check("environment-protection/approved-by-a-bot", severity=Severity.HIGH)
def approved_by_a_bot(site: Site[Settings]) -> Iterator[Observation]:
    """A bot approves pull requests, and a merge releases.

    Why: the approval that the branch asks for is given by nobody, so what a dependency ships
    reaches the release without a human having seen it.
    Fix: let the bot label, and a person approve; or release by hand from the merged branch.
    """
    if not _merge_releases(site):
        return
    merging = _merging(site)
    for place, what in _approving(site):
        also = ", and others merge by themselves" if merging else ""
        yield fault(
            place,
            f"{what} approves pull requests without a person{also}",
            related=merging,
        )


@once
def _merge_releases(site: Site[object]) -> bool:
    pushed = any(r.trigger.event == "push" and not r.trigger.tags_only for r in routes(site))
    pulled = any(m.group.endswith(("fluxcd.io", "argoproj.io")) for m in live_manifests(site))
    return pushed or pulled


def _approving(site: Site[Settings]) -> Iterator[tuple[Place, str]]:
    for root in site.repo.roots:
        for path in _MERGIFY:
            file = root.files.get(path)
            if file:
                yield from _mergify(file)
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                uses = step.uses
                if uses and uses.name.lower().startswith(_APPROVERS):
                    yield uses.place, f"{uses.name} in job {job.id}"
                for command in step.commands:
                    if command.starts("gh", "pr", "review") and {"--approve", "-a"} & set(
                        command.argv
                    ):
                        yield step.file.place(command.line), f"`gh pr review` in job {job.id}"


def _mergify(file: File) -> Iterator[tuple[Place, str]]:
    for rule in file.yaml.first.at("pull_request_rules").items():
        review = rule.at("actions", "review")
        if review.at("type").text.upper() == "APPROVE":
            yield file.place(review.line_of("type")), f"{file.path}"
        elif rule.at("actions").has("review") and not review.has("type"):
            yield file.place(rule.at("actions").line_of("review")), f"{file.path}"


def _merging(site: Site[Settings]) -> tuple[Place, ...]:
    """Places at which a bot is told to merge what it opened."""
    found: list[Place] = []
    for root in site.repo.roots:
        for path in _RENOVATE:
            file = root.files.get(path)
            line = file.line_of("automerge") if file else 0
            if file and line and '"automerge": false' not in file.lines[line - 1]:
                found.append(file.place(line))
    return tuple(found)


@check("environment-protection/nothing-promoted", severity=Severity.HIGH, fix="manual")
def nothing_promoted(site: Site[Settings]) -> Iterator[Observation]:
    """Production takes the same folder of the same branch as an environment before it.

    Why: one merge changes both at once, so what is wrong with it is not found in the earlier one.
    Fix: give production a folder, branch or tag of its own, and promote by a pull request.
    """
    seen: dict[tuple[str, str, str, str], list[Manifest]] = {}
    for manifest in live_manifests(site):
        if manifest.kind == "Kustomization" and manifest.group == "kustomize.toolkit.fluxcd.io":
            spec = manifest.node.at("spec")
            source = spec.at("sourceRef")
            path = spec.at("path").text
            if path and not spec.at("postBuild"):
                key = (source.at("kind").text, source.at("name").text, path, manifest.name)
                seen.setdefault(key, []).append(manifest)
    places: dict[str, list[tuple[Place, str, Place, str]]] = {}
    production = set(site.production)
    for (_, _, path, name), members in seen.items():
        late = [m for m in members if production & set(m.environments)]
        early = [m for m in members if _BEFORE & set(_tiers(site, m)) and m not in late]
        if late and early:
            one = (late[0].place("spec", "path"), path, early[0].place("spec", "path"), name)
            places.setdefault(late[0].file.path, []).append(one)
    for items in places.values():
        place, path, other, name = items[0]
        yield fault(
            place,
            f"production takes {path} from the branch that the environment before it takes"
            f" (Kustomization/{name}), so one merge changes both",
            environments=site.production,
            related=(other, *(p for p, _, _, _ in items[1:])),
        )


def _tiers(site: Site[Settings], manifest: Manifest) -> tuple[str, ...]:
    return tuple(e.tier for e in site.environments if e.name in manifest.environments)


_PAGES: Final = ("peaceiris/actions-gh-pages", "jamesives/github-pages-deploy-action")


@check("environment-protection/unbound-pages", severity=Severity.LOW)
def unbound_pages(site: Site[Settings]) -> Iterator[Observation]:
    """A job publishes pages without being bound to an environment.

    Why: any branch that starts it replaces what readers see.
    Fix: `environment: github-pages` with the branch that publishes.
    """
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off or job.environment:
                continue
            for step in job.all_steps:
                uses = step.uses.name.lower() if step.uses else ""
                built = any(
                    c.starts("mkdocs", "gh-deploy") or c.starts("mike", "deploy")
                    for c in step.commands
                )
                if built or uses.startswith(_PAGES):
                    message = f"job {job.id} publishes pages without an environment"
                    yield fault(job.place, message, related=(step.place,))
                    break
