"""Nothing reaches production without a second pair of eyes.

Every job that releases is bound to a GitHub environment. Production asks at least two listed
reviewers, prevents self-review, waits five minutes and takes only `main`; staging asks one and
takes only `develop`; dev is open. Secrets of production live on the environment, so that a job
outside it cannot read them. `main` has a ruleset with two approvals, because GitHub releases an
environment after *one* approval, however many reviewers are listed.

What the rules of an environment are lies in GitHub's API: the files show only which jobs are bound
to one. With everything bound and nothing read live the verdict is `unknown`.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.github.facts import ENVIRONMENTS, RULESETS, SECRET_AGES

PRACTICE = Practice(
    number=1,
    id="environment-protection",
    title="Environment protection and approvals",
    priority=Level.CRITICAL,
    effort=Level.LOW,
    impact=Level.HIGH,
    needs=(ENVIRONMENTS, RULESETS, SECRET_AGES),
    reads=("workflows",),
    drill="try every combination of branch, actor and approvals against the rules that were read",
    live_substance=True,
)
