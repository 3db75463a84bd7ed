"""Which commands and actions verify a deployment, and whether their failure counts."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seatrial.repo.commands.shell import Command
    from seatrial.repo.workflows import Step


class Means(enum.StrEnum):
    """How a deployment is verified."""

    ROLLOUT = "rollout"
    """The platform is waited for until the new version is ready."""
    REQUEST = "request"
    """The application is asked."""
    TESTS = "tests"
    """A suite runs against it."""
    VERSION = "version"
    """The version that serves is compared with the one that was deployed."""


_R, _Q, _T, _V = Means.ROLLOUT, Means.REQUEST, Means.TESTS, Means.VERSION

_COMMANDS: Final[tuple[tuple[str, tuple[str, ...], Means], ...]] = (
    ("kubectl", ("rollout", "status"), _R),
    ("kubectl", ("wait",), _R),
    ("oc", ("rollout", "status"), _R),
    ("oc", ("wait",), _R),
    ("argocd", ("app", "wait"), _R),
    ("flux", ("reconcile",), _R),
    ("kapp", ("deploy",), _R),
    ("werf", ("converge",), _R),
    ("aws", ("ecs", "wait"), _R),
    ("aws", ("deploy", "wait"), _R),
    ("aws", ("elbv2", "wait"), _R),
    ("aws", ("lambda", "wait"), _R),
    ("helm", ("test",), _T),
    ("skaffold", ("verify",), _T),
    ("seatrial", ("verify",), _V),
    ("seatrial", ("deploy",), _V),
    ("grpc_health_probe", (), _Q),
    ("grpcurl", (), _Q),
)
_ACTIONS: Final[dict[str, Means]] = {
    "jtalk/url-health-check-action": _Q,
    "nev7n/wait_for_response": _Q,
    "cygnetdigital/wait_for_response": _Q,
    "lakuapik/gh-actions-http-status": _Q,
    "iterativ/healthcheck": _Q,
    "valitydev/action-health-check": _Q,
    "chirag-jn/url-health-check": _Q,
    "emilioschepis/wait-for-netlify-action": _R,
    "jakepartusch/wait-for-netlify-action": _R,
    "patrickedqvist/wait-for-vercel-preview": _R,
}
_NOT_THE_APP: Final = (
    "github.com",
    "githubusercontent.com",
    "hooks.slack.com",
    "slack.com",
    "discord",
    "webhook",
    "office.com",
    "dl.k8s.io",
    "get.helm.sh",
    "storage.googleapis.com",
    "docker.io",
    "docker.com",
    "ghcr.io",
    "quay.io",
    "pypi.org",
    "npmjs.org",
    "api.cloudflare.com",
    "sentry.io",
    "datadoghq",
    "newrelic",
    "pagerduty",
    "opsgenie",
    "codecov.io",
    "sonarcloud.io",
    "amazonaws.com/aws",
    "apt.",
    "deb.",
    "install",
    "download",
    "telegram.org",
    "gitlab.com",
    "bitbucket.org",
    "169.254.169.254",
    "metadata.google",
)
_SENDING: Final = frozenset(
    {"-d", "--data", "--data-raw", "--data-binary", "-F", "--form", "-T", "--upload-file", "--json"}
)
_FAILING: Final = ("--fail", "--fail-with-body", "--fail-early")


def means_of(step: Step, command: Command) -> Means | None:
    """How a command verifies; None for any other command."""
    words = command.words
    for program, leading, means in _COMMANDS:
        if command.program == program and words[: len(leading)] == leading:
            return means
    if command.program == "helm" and words[:1] in {("upgrade",), ("install",)}:
        return _R if waits(command) else None
    if command.program in {"curl", "wget", "http", "https", "xh"}:
        return _Q if urls_of(command) and not _fetches(step, command) else None
    name = command.argv[0] if command.argv else ""
    if name in {"bash", "sh"} and words:
        name = words[0]
    base = name.rpartition("/")[2].lower().replace("_", "-")
    if "/" in name or base.endswith((".sh", ".py")):
        marks = ("smoke", "healthcheck", "health-check", "verify-deploy", "post-deploy")
        if any(mark in base for mark in marks):
            return _T
    return None


def action_means(step: Step) -> Means | None:
    """How an action verifies; None for any other action."""
    uses = step.uses
    if uses is None:
        return None
    name = uses.name.lower()
    if name == "aws-actions/amazon-ecs-deploy-task-definition":
        return _R if step.inputs.at("wait-for-service-stability").text == "true" else None
    if name == "azure/k8s-deploy" or name.startswith("aws-actions/aws-cloudformation"):
        return _R
    if name == "fjogeleit/http-request-action":
        return _Q if step.inputs.at("method").text in {"GET", ""} else None
    return _ACTIONS.get(name)


def waits(command: Command) -> bool:
    """True for a helm command that waits until the release is ready."""
    flags = {word.partition("=")[0]: word.partition("=")[2] for word in command.argv}
    names = ("--wait", "--atomic", "--rollback-on-failure", "--wait-for-jobs")
    return any(name in flags and flags[name] != "false" for name in names)


def urls_of(command: Command) -> tuple[str, ...]:
    """Addresses of the application that a client asks; those of other services left out."""
    found = [w.strip("'\"") for w in command.argv[1:] if "://" in w or w.startswith("localhost")]
    if not found:
        found = [w for w in command.argv[1:] if w.startswith(("$", "${")) and _names_address(w)]
    return tuple(u for u in found if not any(part in u.lower() for part in _NOT_THE_APP))


def why_not(run: str, command: Command) -> str:
    """What keeps a verification from failing the job; empty when it can.

    Args:
        run: the script that holds the command.
        command: what verifies.
    """
    ends = "exit 1" in run or "return 1" in run or "exit $" in run
    if command.condition:
        return "" if ends else "it is the condition of an `if`, and nothing exits with an error"
    if command.program == "curl" and not _fails(command) and not _judged(run):
        return "curl without --fail succeeds on any answer"
    if command.masked and not (_judged(run) and ends) and not _piped_judge(run):
        return "its exit code is thrown away"
    return ""


def _fails(command: Command) -> bool:
    for word in command.argv[1:]:
        if word in _FAILING:
            return True
        if word.startswith("-") and not word.startswith("--") and "f" in word[1:]:
            return True
    return False


def _judged(run: str) -> bool:
    return "http_code" in run or _piped_judge(run) or "response_code" in run


def _piped_judge(run: str) -> bool:
    return any(mark in run for mark in ("| grep", "|grep", "| jq -e", "| jq --exit-status"))


def _fetches(step: Step, command: Command) -> bool:
    """True for a download, an upload or a message, which verifies nothing."""
    argv = command.argv
    method = (command.flag("-X", "--request") or "GET").upper()
    if method not in {"GET", "HEAD"} or _SENDING & set(argv):
        return "health" not in " ".join(argv) and "smoke" not in step.name.lower()
    target = command.flag("-o", "--output", "-O", "--output-document")
    if command.program == "wget" and "--spider" not in argv and target is None:
        return "-q" not in argv and "-qO-" not in argv
    combined = next((w for w in argv if w.startswith("-") and w.endswith("o") and w != "-o"), "")
    if combined:
        target = argv[argv.index(combined) + 1] if combined in argv[:-1] else target
    if target and target not in {"/dev/null", "-"} and not target.startswith("/tmp"):  # noqa: S108 - a word of the audited script
        return True
    if "-O" in argv or "-LO" in argv or "--remote-name" in argv:
        return True
    return any(f"| {shell}" in step.run for shell in ("bash", "sh", "tar", "sudo"))


def _names_address(word: str) -> bool:
    lowered = word.lower()
    return any(part in lowered for part in ("url", "host", "endpoint", "address", "domain"))
