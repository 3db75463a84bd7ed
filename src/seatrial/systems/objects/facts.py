"""What only an object storage's API can show."""

from seatrial.model.fact import FactKey

_KEY = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY that may read the bucket's settings"

STATE_BUCKET = FactKey(
    "objects.state_bucket",
    "versioning, encryption, public access and locking of the state's bucket",
    _KEY,
)
BACKUP_BUCKET = FactKey(
    "objects.backup_bucket", "the backups themselves: age, size, versioning and lock", _KEY
)
