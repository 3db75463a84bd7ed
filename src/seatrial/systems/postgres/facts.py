"""What only a database server can show."""

from seatrial.model.fact import FactKey

ROLES = FactKey(
    "postgres.roles",
    "which roles can log in and since when",
    "SEATRIAL_POSTGRES_URL of a role with pg_monitor",
)
