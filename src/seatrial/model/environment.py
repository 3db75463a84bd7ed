"""An environment of the audited system, and where it shows."""

from seatrial.model.place import Place
from seatrial.model.struct import struct


@struct
class Environment:
    """One environment, as the repositories or `seatrial.yaml` name it.

    Attributes:
        name: canonical name (`dev`, `staging`, `production`, or the team's own word).
        tier: `dev`, `staging`, `production` or `other`; requirements speak of tiers.
        places: where the audit saw it.
    """

    name: str
    tier: str
    places: tuple[Place, ...] = ()
