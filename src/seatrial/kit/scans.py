"""Which steps scan for weaknesses, what they look at, and whether their result can fail anything."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.kit.releases import command_place
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.repo.shell import Command
from seatrial.repo.workflows import Job, Step


class Scanned(enum.StrEnum):
    """What a scan looks at."""

    DEPENDENCIES = "dependencies"
    IMAGE = "image"
    IAC = "infrastructure code"
    CODE = "code"
    WORKFLOWS = "workflows"
    SECRETS = "secrets"


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan in a job.

    Attributes:
        counts: True when a hit at the tool's threshold fails the job.
        why_not: what keeps it from failing.
    """

    scanned: Scanned
    tool: str
    place: Place
    counts: bool
    why_not: str = ""
    step: Step | None = None


_D, _I, _T, _C, _W, _S = (
    Scanned.DEPENDENCIES,
    Scanned.IMAGE,
    Scanned.IAC,
    Scanned.CODE,
    Scanned.WORKFLOWS,
    Scanned.SECRETS,
)

_ACTIONS: Final[tuple[tuple[str, Scanned], ...]] = (
    ("aquasecurity/trivy-action", _D),
    ("anchore/scan-action", _I),
    ("snyk/actions/docker", _I),
    ("snyk/actions/iac", _T),
    ("snyk/actions", _D),
    ("github/codeql-action/analyze", _C),
    ("actions/dependency-review-action", _D),
    ("gitleaks/gitleaks-action", _S),
    ("trufflesecurity/trufflehog", _S),
    ("zricethezav/gitleaks-action", _S),
    ("gitguardian/ggshield", _S),
    ("zizmorcore/zizmor-action", _W),
    ("woodruffw/zizmor-action", _W),
    ("rhysd/actionlint", _W),
    ("raven-actions/actionlint", _W),
    ("bridgecrewio/checkov-action", _T),
    ("aquasecurity/tfsec-action", _T),
    ("aquasecurity/tfsec-pr-commenter-action", _T),
    ("checkmarx/kics-github-action", _T),
    ("checkmarx/kics-action", _T),
    ("stackrox/kube-linter-action", _T),
    ("kubescape/github-action", _T),
    ("tenable/terrascan-action", _T),
    ("hadolint/hadolint-action", _T),
    ("returntocorp/semgrep-action", _C),
    ("semgrep/semgrep-action", _C),
    ("sonarsource/sonarcloud-github-action", _C),
    ("sonarsource/sonarqube-scan-action", _C),
    ("securego/gosec", _C),
    ("pycqa/bandit-action", _C),
    ("presidentbeef/brakeman-action", _C),
    ("pypa/gh-action-pip-audit", _D),
    ("google/osv-scanner-action", _D),
    ("dependency-check/dependency-check_action", _D),
    ("rustsec/audit-check", _D),
    ("golang/govulncheck-action", _D),
    ("docker/scout-action", _I),
    ("azure/container-scan", _I),
    ("sysdiglabs/scan-action", _I),
    ("ossf/scorecard-action", _W),
    ("fossas/fossa-action", _D),
    ("microsoft/security-devops-action", _C),
    ("veracode/veracode-pipeline-scan-action", _C),
)
_REPORT_ONLY: Final = ("github/codeql-action/analyze", "ossf/scorecard-action")
"""They fill the Security tab; whether that blocks a merge is a rule of the branch."""

_COMMANDS: Final[tuple[tuple[str, tuple[str, ...], Scanned], ...]] = (
    ("trivy", ("image",), _I),
    ("trivy", ("config",), _T),
    ("trivy", (), _D),
    ("grype", (), _I),
    ("snyk", ("container",), _I),
    ("snyk", ("iac",), _T),
    ("snyk", ("test",), _D),
    ("docker", ("scout",), _I),
    ("dockle", (), _I),
    ("clair-scanner", (), _I),
    ("gitleaks", (), _S),
    ("trufflehog", (), _S),
    ("detect-secrets", (), _S),
    ("ggshield", (), _S),
    ("kingfisher", (), _S),
    ("zizmor", (), _W),
    ("actionlint", (), _W),
    ("checkov", (), _T),
    ("tfsec", (), _T),
    ("terrascan", (), _T),
    ("kics", (), _T),
    ("kubescape", (), _T),
    ("kube-linter", (), _T),
    ("hadolint", (), _T),
    ("semgrep", (), _C),
    ("bandit", (), _C),
    ("gosec", (), _C),
    ("brakeman", (), _C),
    ("sonar-scanner", (), _C),
    ("pip-audit", (), _D),
    ("safety", (), _D),
    ("osv-scanner", (), _D),
    ("govulncheck", (), _D),
    ("cargo-audit", (), _D),
    ("cargo", ("audit",), _D),
    ("cargo", ("deny",), _D),
    ("npm", ("audit",), _D),
    ("yarn", ("audit",), _D),
    ("yarn", ("npm", "audit"), _D),
    ("pnpm", ("audit",), _D),
    ("better-npm-audit", (), _D),
    ("bundle-audit", (), _D),
    ("bundler-audit", (), _D),
    ("composer", ("audit",), _D),
    ("dependency-check", (), _D),
    ("seatrial", ("scan",), _D),
)


def scans_of(site: Site[object], job: Job) -> Iterator[Scan]:
    """Yield the scans of a job, in order; those that cannot fail it say why."""
    for step in job.all_steps:
        reason = "continue-on-error" if step.ignores_errors or job.ignores_errors else ""
        uses = step.uses
        if uses:
            name = uses.name.lower()
            known = next(
                (s for prefix, s in _ACTIONS if name == prefix or name.startswith(prefix + "/")),
                None,
            )
            if known:
                why = reason or _action_passes(name, step)
                yield Scan(_target(name, step, known), uses.name, uses.place, not why, why, step)
        for command in site.repo.followed(step.commands, step.file):
            scanned = scanned_by(command)
            if scanned:
                why = reason or _command_passes(command)
                place = command_place(step, command)
                yield Scan(scanned, command.program, place, not why, why, step)


def gating_scans(site: Site[object], job: Job) -> tuple[Scan, ...]:
    """Scans of a job that can fail it."""
    return tuple(scan for scan in scans_of(site, job) if scan.counts)


def scanned_by(command: Command) -> Scanned | None:
    """What a command scans; None for any other command."""
    if {"--version", "--help", "version", "install", "download-db"} & set(command.argv[1:3]):
        return None
    program = command.program
    if program.startswith("python") and "-m" in command.argv[:-1]:
        program = command.argv[command.argv.index("-m") + 1].replace("_", "-")
    for name, leading, scanned in _COMMANDS:
        if program == name and command.words[: len(leading)] == leading:
            return scanned
    return None


def _target(name: str, step: Step, known: Scanned) -> Scanned:
    if name == "aquasecurity/trivy-action":
        kind = step.inputs.at("scan-type").text or "image"
        return {"image": _I, "config": _T, "fs": _D, "rootfs": _I, "repo": _D}.get(kind, _D)
    return known


def _action_passes(name: str, step: Step) -> str:
    inputs = step.inputs
    if name == "aquasecurity/trivy-action" and inputs.at("exit-code").text in {"", "0"}:
        return "no `exit-code: 1`, so a hit does not fail it"
    if inputs.at("soft_fail").text == "true" or inputs.at("fail-build").text == "false":
        return "told not to fail"
    if inputs.at("no-fail").text == "true" or inputs.at("fail_action").text == "false":
        return "told not to fail"
    if name in _REPORT_ONLY:
        return "it reports to the Security tab; whether that blocks is a rule of the branch"
    return ""


def _command_passes(command: Command) -> str:
    argv = command.argv
    if command.masked or command.condition:
        return "its exit code is thrown away"
    if command.program == "trivy":
        code = command.flag("--exit-code")
        return "no `--exit-code 1`, so a hit does not fail it" if code in {None, "0", ""} else ""
    if command.program == "grype" and not any(w.startswith(("--fail-on", "-f")) for w in argv):
        return "no `--fail-on`, so a hit does not fail it"
    if {
        "--soft-fail",
        "--exit-zero",
        "--no-error",
        "--exit-code=0",
        "--no-fail",
        "--no-exit-codes",
    } & set(argv):
        return "told not to fail"
    return ""
