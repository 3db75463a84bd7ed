"""What is scanned, when, and whether a hit can stop anything."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.pipelines import PIPELINE_WORDS, elsewhere
from seatrial.kit.delivery.scangates import REPORTS
from seatrial.kit.delivery.scans import Scanned
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.security_scanning.confirmed import not_required, open_alerts
from seatrial.practices.security_scanning.coverage import (
    no_update_bot,
    switched_off,
    uncovered,
)
from seatrial.practices.security_scanning.evidence import (
    Run,
    applicable,
    hooks_to_add_to,
    runs,
    standing,
    where_to_mend,
)
from seatrial.practices.security_scanning.exposure import (
    old_tls,
    open_port,
    public_cluster_api,
)
from seatrial.practices.security_scanning.fetched import piped_script
from seatrial.practices.security_scanning.order import push_before_scan
from seatrial.practices.security_scanning.settings import Settings
from seatrial.practices.security_scanning.shipped import moving_base_image, moving_image
from seatrial.practices.security_scanning.signatures import any_signature, unsigned_admitted
from seatrial.practices.security_scanning.tools import moving_tool
from seatrial.practices.security_scanning.traps import (
    injection,
    moving_tag,
    open_permissions,
    privileged_container,
    retired_action,
    unpinned_action,
)
from seatrial.practices.security_scanning.untrusted import (
    self_hosted,
    untrusted_checkout,
)
from seatrial.practices.security_scanning.waivers import endless_waiver

__all__ = [
    "any_signature",
    "endless_waiver",
    "injection",
    "moving_base_image",
    "moving_image",
    "moving_tag",
    "moving_tool",
    "no_update_bot",
    "not_applicable",
    "not_required",
    "old_tls",
    "open_alerts",
    "open_permissions",
    "open_port",
    "piped_script",
    "privileged_container",
    "public_cluster_api",
    "push_before_scan",
    "retired_action",
    "self_hosted",
    "switched_off",
    "uncovered",
    "unpinned_action",
    "unsigned_admitted",
    "untrusted_checkout",
]

SCAN_WORDS = (
    *PIPELINE_WORDS,
    *"security sast dast sca scan scanning codeql trivy snyk audit brakeman".split(),
    *"check checks lint".split(),
)
"""Words in the name of a remote workflow that may hold a scan."""


def not_applicable(site: Site[Settings]) -> str:
    """Nothing that could have a weakness: prose alone."""
    repo = site.repo
    if repo.workflows or repo.dependencies or repo.dockerfiles or repo.terraform.modules:
        return ""
    if repo.manifests or repo.charts or repo.ci_systems:
        return ""
    return "no code, dependency, image, infrastructure or workflow that could be scanned"


@check("security-scanning/unscanned", severity=Severity.MEDIUM, requirement=True)
def unscanned(site: Site[Settings]) -> Iterator[Observation]:
    """Something that is shipped is never scanned.

    Why: a known weakness goes to production unseen, and stays there until somebody uses it.
    Fix: `seatrial apply security-scanning` writes a workflow that scans what is missing, pinned by
    commit and with a gate.
    """
    found = runs(site)
    kinds = applicable(site)
    if not found and not standing(site):
        hidden = tuple(elsewhere(site, "a security scan", SCAN_WORDS))
        yield from hidden
        if hidden:
            return
        names = _listed([kind.value for kind in kinds])
        go = "goes" if kinds == (Scanned.IAC,) else "go"
        yield fault(
            where_to_mend(site),
            f"no pipeline scans anything: {names} {go} unseen",
            severity=Severity.HIGH,
            related=hooks_to_add_to(site),
        )
        return
    first: dict[Scanned, Run] = {}
    for run in found:
        first.setdefault(run.scan.scanned, run)
    for kind, run in first.items():
        yield met(run.scan.place, f"{run.scan.tool} scans {_what(kind)} in job {run.job.id}")
    for _, what, place in standing(site):
        yield met(place, what)
    seen = set(first) | {kind for kind, _, _ in standing(site)}
    missing = [kind for kind in kinds if kind not in seen]
    if missing:
        place = found[0].job.place if found else where_to_mend(site)
        names = _listed([kind.value for kind in missing])
        verb = "is" if missing == [Scanned.IAC] else "are"
        related = hooks_to_add_to(site) if Scanned.IAC in missing else ()
        yield fault(place, f"{names} {verb} not scanned", related=related)
        yield from elsewhere(site, f"a scan of {names}", SCAN_WORDS)


@check("security-scanning/no-gate", severity=Severity.HIGH, requirement=True)
def no_gate(site: Site[Settings]) -> Iterator[Observation]:
    """A scan cannot fail anything.

    Why: a report that nobody must read is read by nobody; the weakness is merged beneath it.
    Fix: let the scanner exit with an error from the severity on that the team will not ship, and
    take `continue-on-error` and `|| true` away.
    """
    found = runs(site)
    gated = {run.scan.scanned for run in found if run.scan.counts}
    said: set[tuple[str, int]] = set()
    for run in found:
        scan = run.scan
        key = (scan.place.path, scan.place.line)
        if scan.counts or scan.scanned in gated or scan.why_not == REPORTS or key in said:
            continue
        said.add(key)
        yield fault(
            scan.place,
            f"{scan.tool} in job {run.job.id} scans {_what(scan.scanned)},"
            f" but {_why(scan.why_not)}",
        )
    if found and not gated and not said:
        yield fault(
            found[0].scan.place,
            "every scan only reports to the Security tab; none can fail a pull request by itself",
            severity=Severity.MEDIUM,
        )


@check("security-scanning/after-the-merge", severity=Severity.MEDIUM, requirement=True)
def after_the_merge(site: Site[Settings]) -> Iterator[Observation]:
    """A scan does not run on pull requests.

    Why: what is found after the merge is already shipped, and is somebody else's to mend.
    Fix: start the scanning workflow on `pull_request` too.
    """
    found = [run for run in runs(site) if run.scan.scanned in applicable(site)]
    early = {run.scan.scanned for run in found if run.on_pull_request}
    late: dict[str, list[Run]] = {}
    for run in found:
        if run.scan.scanned not in early:
            late.setdefault(run.job.workflow.file.path, []).append(run)
    for late_runs in late.values():
        kinds = list(dict.fromkeys(run.scan.scanned.value for run in late_runs))
        verb = "is" if kinds == [Scanned.IAC.value] else "are"
        workflow = late_runs[0].job.workflow
        yield fault(
            workflow.file.place(workflow.node.line_of("on")),
            f"{_listed(kinds)} {verb} scanned by workflow {workflow.name}, but not on pull"
            " requests",
        )


@check("security-scanning/no-schedule", severity=Severity.MEDIUM, requirement=True)
def no_schedule(site: Site[Settings]) -> Iterator[Observation]:
    """No scan runs on a schedule.

    Why: most weaknesses become known after the code was merged; without a change nothing looks.
    Fix: add `schedule` to the scanning workflow.
    """
    found = runs(site)
    regular = next((run for run in found if run.on_schedule), None)
    if regular:
        trigger = regular.job.workflow.trigger("schedule")
        place = trigger.place if trigger else regular.scan.place
        yield met(place, f"{regular.scan.tool} also scans on a schedule")
    elif found:
        workflow = found[0].job.workflow
        yield fault(
            workflow.file.place(workflow.node.line_of("on")),
            "no scan runs on a schedule: a weakness that becomes known later is not looked for",
        )


@check("security-scanning/no-report", severity=Severity.LOW, requirement=True)
def no_report(site: Site[Settings]) -> Iterator[Observation]:
    """Results do not arrive in the Security tab.

    Why: the log of a job is gone after weeks; without a list nobody knows what is open.
    Fix: upload SARIF with `github/codeql-action/upload-sarif`, one category per engine.
    """
    found = runs(site)
    if not found:
        return
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                name = step.uses.name.lower() if step.uses else ""
                if name.startswith("github/codeql-action/") and not name.endswith("/init"):
                    yield met(step.place, f"job {job.id} reports to the Security tab")
                    return
    reporting = next((run for run in found if run.scan.why_not == REPORTS), None)
    if reporting:
        yield met(reporting.scan.place, f"{reporting.scan.tool} reports to the Security tab")
    else:
        yield fault(found[0].scan.place, "no scan uploads its results to the Security tab")


def _what(kind: Scanned) -> str:
    return "for secrets" if kind is Scanned.SECRETS else kind.value


def _why(reason: str) -> str:
    return "`continue-on-error` hides its result" if reason == "continue-on-error" else reason


def _listed(names: list[str]) -> str:
    if not names:
        return "what the repository holds"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
