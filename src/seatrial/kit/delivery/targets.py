"""Which environments a release reaches, as far as its files say."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.releases import Release
from seatrial.kit.site import Site
from seatrial.repo.environments import environment_of
from seatrial.repo.expressions import fold

_BRANCHES = {
    "main": "production",
    "master": "production",
    "develop": "dev",
    "development": "dev",
    "staging": "staging",
    "production": "production",
    "release": "production",
}


def targets_of(site: Site[object], release: Release) -> tuple[str, ...]:
    """Names of the environments that a release reaches; empty when it may be any of them.

    Only environments that the site knows are named. The clearest word wins: the GitHub environment,
    then matrix values, then words in the commands, then the names of job and workflow, then the
    branch that starts it where the site has environments for branches.
    """
    known = {e.name for e in site.environments}
    if not known:
        return ()
    for names in (_declared(release), _matrix(release), _commands(release), _titles(release)):
        hits = tuple(dict.fromkeys(n for n in names if n in known))
        if hits:
            return hits
    return ()


def _declared(release: Release) -> Iterator[str]:
    written = release.job.environment
    if written and "${{" not in written:
        name = environment_of(written)
        if name:
            yield name


def _matrix(release: Release) -> Iterator[str]:
    for values in release.job.matrix.values():
        for value in values:
            name = environment_of(value)
            if name:
                yield name


def _commands(release: Release) -> Iterator[str]:
    for act in release.acts:
        words = (
            act.command.argv
            if act.command
            else tuple(node.text for _, node in (act.step.inputs.pairs() if act.step else ()))
        )
        for word in words:
            if "$" not in word or "${{" not in word:
                name = environment_of(word.replace("=", "/").replace(":", "/"))
                if name:
                    yield name


def _titles(release: Release) -> Iterator[str]:
    job = release.job
    file = job.workflow.file.name.partition(".")[0]
    for text in (job.id, job.name, file, job.workflow.node.at("name").text):
        name = environment_of(text.replace(" ", "-").replace("(", "-").replace(")", "-"))
        if name:
            yield name
    yield from _branches(release)


def _branches(release: Release) -> Iterator[str]:
    for branch, environment in _BRANCHES.items():
        assumed = {"github.ref": f"refs/heads/{branch}", "github.ref_name": branch}
        if release.job.condition and fold(release.job.condition, assumed) is True:
            yield environment
