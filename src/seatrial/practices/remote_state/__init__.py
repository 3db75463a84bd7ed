"""The state of Terraform lies where the team shares it, locked and never in git.

Every root module has a `backend` or `cloud` block (its own, one that Terragrunt generates, or one
that `-backend-config` completes). Two applies cannot run at once, an overwritten state can be
brought back, nobody outside can read it. No state, plan or variable file with secrets is in git or
in its history: `git rm` leaves every old state in the history, so what was in it has to be rotated;
the findings name those outputs and attributes, never their values.

Whether the bucket really keeps versions, encrypts, blocks the public and honours the lock lies in
the object storage's API, so it is listed as unconfirmed until somebody lets seatrial look.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.objects.facts import STATE_BUCKET

PRACTICE = Practice(
    number=2,
    id="remote-state",
    title="Remote Terraform state",
    priority=Level.CRITICAL,
    effort=Level.MEDIUM,
    impact=Level.HIGH,
    needs=(STATE_BUCKET,),
    reads=("terraform",),
    drill="migrate a state of two workspaces, apply twice at once, restore an overwritten state",
)
