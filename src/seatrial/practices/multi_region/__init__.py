"""Production survives the loss of a region.

It runs in two or more regions, its data is replicated between them, health decides where traffic
goes, and the failover was rehearsed. Replicas across the zones of one region are no second region;
neither is a backup that crosses regions, although it is a piece of the data's replication.

The region is a dimension of environments: Terraform providers with an alias per region, a module or
folder per region, an Application per cluster. Whether the replication lags and the health checks
pass lies in the running system.
"""

from seatrial.model.practice import Level, Practice

PRACTICE = Practice(
    number=19,
    id="multi-region",
    title="Multi-region and failover",
    priority=Level.LOW,
    effort=Level.VERY_HIGH,
    impact=Level.MEDIUM,
    drill="kill one of two regions under load: measured RTO, RPO and failed requests",
)
