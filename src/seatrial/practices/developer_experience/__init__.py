"""From an idea to a running copy, to a preview, to production: without waiting for anybody.

One command gives a running copy of the system with its database and its queue, and a saved file is
seen in it at once (Tilt, Skaffold, compose with `watch` or mounted code, a dev container, DevSpace,
Garden, Okteto, or the framework's own development server). Every pull request gets a preview that
is removed with it. Whoever may deploy presses a button with inputs, behind the same protections as
every other deployment.

A compose file that only starts images shows yesterday's code; a dev container whose hook names
a file that is gone does not start; a preview without an end is a bill.
"""

from seatrial.model.practice import Level, Practice

PRACTICE = Practice(
    number=20,
    id="developer-experience",
    title="Developer experience",
    priority=Level.LOW,
    effort=Level.MEDIUM,
    impact=Level.LOW,
    needs=(),
    reads=("workflows", "code"),
    drill="clone to healthy answer, save to reload, pull request to preview, nothing left over",
)
