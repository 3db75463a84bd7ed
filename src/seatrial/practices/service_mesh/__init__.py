"""Services prove who they are to each other, and only those that must talk can.

A mesh encrypts every connection between services and checks both identities (mTLS), and it refuses
plain text: permissive mode encrypts only what happens to come encrypted. Authorization denies by
default and names each caller. Routes have timeouts and retries, so that one slow service does not
take the others with it. NetworkPolicies stand in any case: they hold where a pod is not in it.

A system of one component, or without a cluster, has nothing to mesh.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.kubernetes.facts import MESH

PRACTICE = Practice(
    number=16,
    id="service-mesh",
    title="Service mesh",
    priority=Level.LOW,
    effort=Level.HIGH,
    impact=Level.LOW,
    needs=(MESH,),
    reads=("kubernetes", "terraform"),
    drill="try plaintext, a wrong identity and a foreign CA; rotate certificates under load",
)
