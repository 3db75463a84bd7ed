"""What keeps a scan from failing anything: missing thresholds, report-only modes, masks."""

from __future__ import annotations

from typing import Final

from seatrial.repo.commands.shell import Command
from seatrial.repo.workflows import Step

NO_EXIT_CODE: Final = "it sets no exit code, so a hit does not fail it"
TOLD: Final = "it is told not to fail"
THROWN: Final = "its exit code is thrown away"
REPORTS: Final = "it only reports to the Security tab; whether that blocks is a rule of the branch"

_REPORT_ONLY: Final = frozenset(
    {"github/codeql-action/analyze", "ossf/scorecard-action", "microsoft/security-devops-action"}
)
_NO: Final = frozenset({"false", "0", "off", "never"})
_SOFT: Final = frozenset(
    {
        "--soft-fail",
        "-s",
        "--exit-zero",
        "--no-error",
        "--exit-code=0",
        "--no-fail",
        "-no-fail",
        "--no-exit-codes",
        "--no-exit-on-warn",
        "--no-exit-warn",
        "--ignore-errors",
    }
)
_NEEDS_FLAG: Final[dict[str, tuple[str, ...]]] = {
    "grype": ("--fail-on", "-f"),
    "trufflehog": ("--fail",),
    "dependency-check": ("--failOnCVSS",),
    "dependency-check.sh": ("--failOnCVSS",),
}


def action_passes(name: str, step: Step) -> str:
    """Why the action `name` (lower case) cannot fail its job on a hit; empty when it can."""
    inputs = step.inputs
    if name == "aquasecurity/trivy-action":
        return _trivy_action(step)
    sarif = name == "zizmorcore/zizmor-action" and inputs.at("advanced-security").text != "false"
    if name in _REPORT_ONLY or sarif:
        return REPORTS
    if name == "docker/scout-action" and inputs.at("exit-code").text != "true":
        return NO_EXIT_CODE
    if name.startswith("snyk/actions") and inputs.at("command").text == "monitor":
        return "`snyk monitor` only records"
    return TOLD if _told_not_to_fail(step) else ""


def _told_not_to_fail(step: Step) -> bool:
    inputs = step.inputs
    hard = ("fail-build", "fail_action", "fail-on-vuln", "fail_on_findings", "fail")
    soft = ("soft_fail", "soft-fail", "no-fail", "warn-only", "exit_zero")
    return (
        any(inputs.at(key).text.lower() in _NO for key in hard)
        or any(inputs.at(key).text.lower() in {"true", "1"} for key in soft)
        or inputs.at("exit-code").text == "0"
        or inputs.at("fail_level").text == "none"
        or bool(_SOFT & set(inputs.at("args").text.split()))
    )


def _trivy_action(step: Step) -> str:
    code = step.inputs.at("exit-code").text or step.env.at("TRIVY_EXIT_CODE").text
    settings = step.inputs.at("trivy-config").text
    file = step.file.root.files.get(settings.removeprefix("./")) if settings else None
    if not code and file is not None:
        code = file.yaml.first.at("exit-code").text
    if settings and file is None and not code:
        return ""
    return NO_EXIT_CODE if code in {"", "0"} else ""


def command_passes(command: Command) -> str:
    """Why a scanning command cannot fail its job on a hit; empty when it can."""
    argv, program = command.argv, command.program
    if command.masked or command.condition:
        return THROWN
    if _lacks_exit_code(command):
        return NO_EXIT_CODE
    if program in {"gitleaks", "osv-scanner"} and command.flag("--exit-code") == "0":
        return TOLD
    if program == "hadolint" and command.flag("--failure-threshold", "-t") in {"none", "ignore"}:
        return TOLD
    return TOLD if _SOFT & set(argv) else ""


def _lacks_exit_code(command: Command) -> bool:
    argv, program = command.argv, command.program
    if program == "trivy" or any("trivy" in word for word in argv[1:3]):
        code = command.flag("--exit-code")
        assigned = dict(command.assigned).get("TRIVY_EXIT_CODE", "")
        return (code or assigned) in {"", "0"}
    needed = _NEEDS_FLAG.get(program)
    if needed and not any(word.startswith(needed) for word in argv[1:]):
        return True
    if program == "semgrep":
        return command.words[:1] != ("ci",) and "--error" not in argv
    if program == "docker" and {"scout", "scan"} & set(command.words[:1]):
        return not {"-e", "--exit-code"} & set(argv)
    return program == "zizmor" and command.flag("--format") == "sarif"
