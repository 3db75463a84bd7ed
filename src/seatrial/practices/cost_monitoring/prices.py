"""What providers without a price list in OpenCost charge: as their public API answered on a date.

Linode: `linode/types` of 2024-07-11, `volumes/types` of 2024-09-04, `nodebalancers/types` of
2025-08-22, `lke/types` of 2024-09-05; regions that cost more are not in it. USD a month.
"""

from __future__ import annotations

from typing import Final

from seatrial.model.struct import struct

HOURS: Final = 730
"""Hours of a month, as providers count."""
_CPU_TO_MEMORY: Final = 7.46
"""What a core costs against a GB, as OpenCost splits a node."""


@struct
class NodePrice:
    """A kind of node: cores, GB of memory, USD a month."""

    cores: int
    memory: int
    monthly: float

    @property
    def core_hour(self) -> float:
        """USD for a core and an hour."""
        parts = _CPU_TO_MEMORY * self.cores + self.memory
        return round(self.monthly / HOURS * _CPU_TO_MEMORY / parts, 6)

    @property
    def memory_hour(self) -> float:
        """USD for a GB of memory and an hour."""
        parts = _CPU_TO_MEMORY * self.cores + self.memory
        return round(self.monthly / HOURS / parts, 6)


LINODE_DATE: Final = "2024-07-11"
VOLUME: Final = 0.10
BALANCER: Final = 10.0
CONTROL_PLANE: Final = 60.0
_LINODE: Final = """
g6-nanode-1 1 1 5
g6-standard-1 1 2 12
g6-standard-2 2 4 24
g6-standard-4 4 8 48
g6-standard-6 6 16 96
g6-standard-8 8 32 192
g6-standard-16 16 64 384
g6-standard-20 20 96 576
g6-standard-24 24 128 768
g6-standard-32 32 192 1152
g6-dedicated-2 2 4 36
g6-dedicated-4 4 8 72
g6-dedicated-8 8 16 144
g6-dedicated-16 16 32 288
g6-dedicated-32 32 64 576
g6-dedicated-48 48 96 864
g6-dedicated-50 50 128 1152
g6-dedicated-56 56 256 2304
g6-dedicated-64 64 512 4608
g7-highmem-1 2 24 60
g7-highmem-2 2 48 120
g7-highmem-4 4 90 240
g7-highmem-8 8 150 480
g7-highmem-16 16 300 960
g7-premium-2 2 4 43
g7-premium-4 4 8 86
g7-premium-8 8 16 173
g7-premium-16 16 32 346
g7-premium-32 32 64 691
g7-premium-48 48 96 1037
g7-premium-50 50 128 1382
g7-premium-56 56 256 2765
g7-premium-64 64 512 5530
"""


def _read() -> dict[str, NodePrice]:
    rows = (line.split() for line in _LINODE.strip().splitlines())
    return {name: NodePrice(int(c), int(m), float(p)) for name, c, m, p in rows}


LINODE: Final = _read()
