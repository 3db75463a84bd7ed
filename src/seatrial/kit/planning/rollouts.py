"""Steps that bring a version of a chart to an environment: by Helm, or by a commit for Argo CD.

A step that `apply gitops` has turned into a commit carries in its `env` what the Helm command said
before, so that a plan reads the same from both.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.gitedits import values_of
from seatrial.kit.planning.branches import branch_of
from seatrial.kit.planning.substitution import Words, arguments, settled
from seatrial.kit.site import Site, once
from seatrial.model.struct import replace, struct
from seatrial.repo.commands.command import Command
from seatrial.repo.commands.scripts import ScriptFile
from seatrial.repo.environments import environment_of
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.workflows import Job, Step

_PLAIN: Final = frozenset(
    "-i --install --wait --wait-for-jobs --atomic --create-namespace --debug --force --reuse-values"
    " --reset-values --reset-then-reuse-values --cleanup-on-fail --devel --no-hooks --skip-crds"
    " --dependency-update --take-ownership --rollback-on-failure --hide-notes".split()
)
_TAGS: Final = ("tag", "digest", "imagetag", "version")
_EXPRESSION: Final = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_FIXED: Final = ("RELEASE", "NAMESPACE", "VALUES", "KEY", "BRANCH", "GH_TOKEN")
_NEEDED: Final = re.compile(r"needs\.([\w-]+)\.")
_CHOICES: Final = ("inputs.", "github.event.inputs.", "matrix.")


@struct(eq=False)
class Rollout:
    """One step that brings a version to an environment.

    Attributes:
        position: of the step among the job's steps as written.
        script: the script that holds the Helm command; None when the step does.
        environment: its name; empty where a person chooses when the workflow is started.
        choice: the expression by which they choose (`inputs.environment`), else empty.
        values: path of the values file from the repository's root; may hold the choice.
        key: way to the image's tag in it, dotted (`image.tag`); empty if nothing shows it.
        tag: what the new version is, as an expression or text; empty if nothing shows it.
        by_git: True for a commit.
    """

    job: Job
    step: Step
    position: int
    chart: Chart
    environment: str
    choice: str
    release: str
    namespace: str
    values: str
    key: str
    tag: str
    branch: str
    by_git: bool
    script: ScriptFile | None = None
    command: Command | None = None


@once
def rollouts(site: Site[object]) -> tuple[Rollout, ...]:
    """All steps of jobs that can run and that bring a version of a chart of these repositories."""
    found = [
        one
        for workflow in site.repo.workflows
        for job in workflow.jobs
        if not job.is_off
        for one in _of_job(site, job)
    ]
    return tuple(_told(one, found) for one in found)


def _told(one: Rollout, all_: list[Rollout]) -> Rollout:
    """A step with what it leaves open and others of its chart tell: the key, and the version."""
    same = [o for o in all_ if o.chart is one.chart]
    key = one.key or next((o.key for o in same if o.key), "")
    beside = [o for o in same if o.job.workflow is one.job.workflow and o.tag]
    fit = (o.tag for o in beside if _needed(o.tag) <= set(one.job.needs))
    return replace(one, key=key, tag=one.tag or next(fit, ""))


def _needed(tag: str) -> set[str]:
    return set(_NEEDED.findall(tag))


def _of_job(site: Site[object], job: Job) -> Iterator[Rollout]:
    nodes = job.node.at("steps").items()
    for step in job.steps:
        position = next(i for i, node in enumerate(nodes) if node is step.node)
        made = _by_git(site, job, step, position)
        if made:
            yield made
            continue
        for command in step.commands:
            if command.starts("helm", "upgrade"):
                words = Words(job, step, {})
                yield from _by_helm(site, words, position, command, None)
                continue
            script = site.repo.scripts(job.workflow.file.root).called(command)
            for inner in script.commands if script else ():
                if script and inner.starts("helm", "upgrade"):
                    words = Words(job, step, arguments(script.file.text, command))
                    yield from _by_helm(site, words, position, inner, script)


def _by_git(site: Site[object], job: Job, step: Step, position: int) -> Rollout | None:
    env = step.env
    if "git push" not in step.run or not all(env.has(k) for k in ("VALUES", "KEY", "RELEASE")):
        return None
    values, own = env.at("VALUES").text, [n for n in env.names() if n not in _FIXED]
    tag = next((n for n in own if n.endswith(("TAG", "VERSION"))), "")
    named = next((n for n in own if n.endswith("ENVIRONMENT")), "")
    chart = _chart_with(site, job, posixpath.dirname(values))
    if chart is None:
        return None
    name, choice = _chosen(env.at(named).text)
    return Rollout(
        job, step, position, chart, name, choice,
        env.at("RELEASE").text, env.at("NAMESPACE").text, values,
        env.at("KEY").text.removeprefix("."), env.at(tag).text, env.at("BRANCH").text,
        by_git=True,
    )  # fmt: skip


def _by_helm(
    site: Site[object], words: Words, position: int, command: Command, script: ScriptFile | None
) -> Iterator[Rollout]:
    job, step = words.job, words.step
    plain = _positional(command)
    chart = _chart_with(site, job, words.path(plain[1])) if len(plain) > 1 else None
    if chart is None:
        return
    namespace = words.text(command.flag("-n", "--namespace") or "default")
    files = [words.path(v) for v in values_of(command)]
    key, tag = _tag(command)
    guess = " ".join((*files[-1:], namespace))
    name, choice = _chosen(guess)
    if not choice:
        named = (environment_of(w) for w in (job.environment, *files[::-1], namespace, job.id))
        name = next((n for n in named if n), "")
    yield Rollout(
        job, step, position, chart, name, choice,
        words.text(plain[0]), namespace, files[-1] if files else "",
        key, settled(job, step, words.text(tag)),
        branch_of(site, name) if name else "",
        by_git=False, script=script, command=command,
    )  # fmt: skip


def _chosen(text: str) -> tuple[str, str]:
    """Name of the environment, or the expression in a text by which a person chooses it."""
    for inner in _EXPRESSION.findall(text):
        if inner.startswith(_CHOICES):
            return "", inner
    return (environment_of(text) or "", "") if "${{" not in text else ("", "")


def _tag(command: Command) -> tuple[str, str]:
    """Key and value of the `--set` that names the new version."""
    for index, word in enumerate(command.argv):
        head, equals, rest = word.partition("=")
        if head not in {"--set", "--set-string"}:
            continue
        pairs = rest if equals else "".join(command.argv[index + 1 : index + 2])
        for pair in pairs.split(","):
            key, _, value = pair.partition("=")
            if key.rpartition(".")[2].lower() in _TAGS and "$" in value:
                return key, value
    return "", ""


def _positional(command: Command) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in command.argv[2:]:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = "=" not in word and word not in _PLAIN
        else:
            kept.append(word)
    return kept


def _chart_with(site: Site[object], job: Job, path: str) -> Chart | None:
    """The chart in this folder, or the one that a folder of its values files belongs to."""
    root = job.workflow.file.root
    wanted = posixpath.normpath(path) if path else ""
    own = [c for c in site.repo.charts if c.root is root]
    for chart in own:
        if (chart.folder or ".") == (wanted or "."):
            return chart
    beside = [c for c in own for v in c.values_files if v.file.folder == wanted]
    return beside[0] if beside else None


def environment_text(one: Rollout) -> str:
    """The environment's name, or the expression by which it is chosen."""
    return one.environment or (f"${{{{ {one.choice} }}}}" if one.choice else "")
