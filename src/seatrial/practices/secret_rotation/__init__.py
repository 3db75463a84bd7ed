"""Every credential has an owner, an age and an end, and is replaced without a person.

There is an inventory of all credentials with their owner, the stores that hold them, and how old
they may become: API tokens and kubeconfigs 90 days, database passwords 180. Rotation is automatic
and tested, in the order that locks nobody out: create the new one, hand it to every store, log in
with it, wait until nobody uses the old one, revoke that, see it refused. None of them stands in
git, today or in its history. What needs no stored credential (OIDC, workload identity) is better
still, and a part of it: the credentials that remain need a policy all the same.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.github.facts import SECRET_AGES
from seatrial.systems.postgres.facts import ROLES

PRACTICE = Practice(
    number=5,
    id="secret-rotation",
    title="Secret rotation",
    priority=Level.CRITICAL,
    effort=Level.LOW,
    impact=Level.CRITICAL,
    needs=(SECRET_AGES, ROLES),
    reads=("workflows", "kubernetes", "terraform"),
    drill="rotate a database user under load, kill the rotation at every step, refuse no query",
)
