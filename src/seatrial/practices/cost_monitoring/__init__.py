"""What each environment and service costs is known, budgeted, watched and reported.

Something works out the cost (OpenCost or Kubecost in the cluster, Infracost on pull requests, the
cloud's own cost report); a budget exists and somebody hears when it is passed; the numbers are
exported every month; resources carry tags, so that a line of the bill can be told to be someone's.

Resource requests alone are no cost monitoring, but where they are missing every allocation is a
guess. Asked of every system that serves users; a library or tool that nobody deploys costs nothing.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.linode.facts import INVOICES

PRACTICE = Practice(
    number=13,
    id="cost-monitoring",
    title="Cost monitoring",
    priority=Level.MEDIUM,
    effort=Level.LOW,
    impact=Level.LOW,
    needs=(INVOICES,),
    drill="estimate a known bill, and pass a budget so that the alert must arrive",
)
