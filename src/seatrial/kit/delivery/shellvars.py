"""Variables that a step reads and that nothing before it sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.repo.commands import shell

if TYPE_CHECKING:
    from seatrial.repo.commands.shell import Command
    from seatrial.repo.workflows import Job, Step

_GIVEN: Final = ("GITHUB_", "RUNNER_", "ACTIONS_", "INPUT_", "LC_", "XDG_", "DOTNET_", "JAVA_HOME")
_GIVEN_NAMES: Final = frozenset(
    "CI HOME PATH PWD OLDPWD USER LOGNAME HOSTNAME SHELL RANDOM SECONDS LINENO UID EUID TMPDIR LANG"
    " IFS OSTYPE BASH BASH_SOURCE BASH_VERSION FUNCNAME PPID REPLY OPTARG OPTIND PIPESTATUS"
    " ImageOS ImageVersion AGENT_TOOLSDIRECTORY".split()
)
# Actions that are known to export nothing, or only variables of a known prefix.
_SILENT: Final = ("actions/", "docker/", "azure/setup-", "hashicorp/setup-", "helm/", "./")
_EXPORTS: Final = {
    "aws-actions/": ("AWS_",),
    "google-github-actions/": ("GOOGLE_", "GCLOUD_", "CLOUDSDK_", "GCP_"),
    "azure/login": ("AZURE_", "ARM_"),
    "azure/k8s-set-context": ("KUBECONFIG",),
    "azure/aks-set-context": ("KUBECONFIG",),
}


def undefined(job: Job, step: Step, commands: tuple[Command, ...]) -> Iterator[tuple[str, Command]]:
    """Yield variables that commands of a step read and that are never set, once each.

    Only what can be decided is told: a name in capitals without a default, in a job whose earlier
    steps export nothing unknown.
    """
    if step.file is not job.workflow.file or job.node.has("container") or _is_self_hosted(job):
        return
    text = step.run
    if "source " in text or "\n. " in text or "eval " in text or "printenv" in text:
        return
    known = _known(job, step)
    if known is None:
        return
    seen: set[str] = set()
    for command in commands:
        for word in command.argv:
            for name in _names(word):
                if name not in seen and not _is_set(name, known, text):
                    seen.add(name)
                    yield name, command


def _is_self_hosted(job: Job) -> bool:
    return any(n.text.startswith("self-hosted") for n in job.node.at("runs-on").listed())


def _known(job: Job, step: Step) -> set[str] | None:
    names = {
        *step.env.names(),
        *job.node.at("env").names(),
        *job.workflow.node.at("env").names(),
    }
    # `env: ${{ fromJSON(...) }}` may hold anything.
    if any(n.kind == "scalar" for n in (step.env, job.node.at("env"), job.workflow.node.at("env"))):
        return None
    for earlier in job.steps[: job.steps.index(step) if step in job.steps else 0]:
        if earlier.uses:
            exported = _exported(earlier.uses.name.lower())
            if exported is None:
                return None
            names.update(exported)
        elif "GITHUB_ENV" in earlier.run:
            written = set(_written(earlier.run))
            if not written:
                return None
            names.update(written)
    return names


def _exported(action: str) -> tuple[str, ...] | None:
    for prefix, names in _EXPORTS.items():
        if action.startswith(prefix):
            return names
    return () if action.startswith(_SILENT) else None


def _written(run: str) -> Iterator[str]:
    """Names that a script writes to GITHUB_ENV; nothing when that cannot be read."""
    for line in run.splitlines():
        if "GITHUB_ENV" not in line and "=" not in line:
            continue
        head = line.partition("=")[0].replace('"', " ").replace("'", " ").split()
        name = head[-1] if head else ""
        if name and name.replace("_", "").isalnum():
            yield name


def _is_set(name: str, known: set[str], text: str) -> bool:
    if name in known or name in _GIVEN_NAMES or name.startswith(_GIVEN):
        return True
    if any(name.startswith(prefix) for prefix in known if prefix.endswith("_")):
        return True
    padded = f"\n{text}".replace("\t", " ").replace(";", "\n").replace("(", "\n")
    padded = padded.replace("\n ", "\n").replace("export ", "\n").replace("local ", "\n")
    marks = (f"\n{name}=", f" {name}=", f" {name}+=", f"for {name} in", f"read {name}")
    if any(mark in padded for mark in marks) or f"read -r {name}" in padded:
        return True
    return name in shell.parse(text).variables


def _names(word: str) -> Iterator[str]:
    position = word.find("$")
    while position >= 0:
        rest = word[position + 1 :]
        braced = rest.startswith("{") and not rest.startswith("{{")
        body = rest[1:] if braced else rest
        end = 0
        while end < len(body) and (body[end].isalnum() or body[end] == "_"):
            end += 1
        name = body[:end]
        # `${X:-y}`, `${X:?}` and the like handle a missing value themselves.
        plain = not braced or body[end : end + 1] == "}"
        if plain and len(name) > 1 and name.upper() == name and not name[0].isdigit():
            yield name
        position = word.find("$", position + 1)
