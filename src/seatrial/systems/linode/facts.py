"""What only Linode's API can show."""

from seatrial.model.fact import FactKey

BACKUPS = FactKey(
    "linode.backups",
    "backups and maintenance of the managed databases",
    "LINODE_TOKEN with databases:read_only",
)
INVOICES = FactKey(
    "linode.invoices", "what is really billed", "LINODE_TOKEN with account:read_only"
)
