"""A change that breaks something is stopped before it reaches anybody.

Tests exist and run on pull requests and before every deployment: the job that deploys needs the job
that tests. They use the services that the application really uses, in the versions that production
runs, and report coverage against a floor that only rises. The test job is a required check, which
only GitHub's API can show.

A suite that no pipeline runs is absent, however large. For infrastructure the checks on pull
requests (validate, plan, policy, render) are its tests; a coverage floor is asked of application
code only.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.github.facts import REQUIRED_CHECKS

PRACTICE = Practice(
    number=3,
    id="automated-testing",
    title="Automated testing in CI/CD",
    priority=Level.CRITICAL,
    effort=Level.MEDIUM,
    impact=Level.HIGH,
    needs=(REQUIRED_CHECKS,),
    reads=("workflows", "code"),
    drill="seed faults into the application, count how many the suite catches, see the gate go red",
)
