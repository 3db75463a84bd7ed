"""What runs in the cluster: workloads with their pods, per environment."""

from __future__ import annotations

from typing import Final

from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

LONG_RUNNING: Final = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "Rollout", "ReplicaSet", "Pod"}
)
_STORES: Final = (
    "postgres",
    "mysql",
    "mariadb",
    "mongo",
    "redis",
    "valkey",
    "memcached",
    "rabbitmq",
    "kafka",
    "elasticsearch",
    "opensearch",
    "cassandra",
    "minio",
    "etcd",
    "nats",
    "zookeeper",
    "clickhouse",
    "influxdb",
    "dynamodb",
)


@struct(eq=False)
class Workload:
    """A long-running workload as one environment gets it.

    Attributes:
        manifest: the object.
        environments: environments that run it; empty when it is tied to none.
        is_store: True for a database, cache or broker by its images.
    """

    manifest: Manifest
    environments: tuple[str, ...]

    @property
    def name(self) -> str:
        """Kind and name, as kubectl writes them."""
        return f"{self.manifest.kind}/{self.manifest.name}"

    @property
    def place(self) -> Place:
        """Where the object starts."""
        return self.manifest.place()

    @property
    def containers(self) -> list[Node]:
        """Containers of its pods, init containers left out."""
        return self.manifest.containers

    @property
    def images(self) -> tuple[str, ...]:
        """Images of its containers."""
        return tuple(c.at("image").text for c in self.containers)

    @property
    def is_store(self) -> bool:
        """True when its images are databases, caches or brokers."""
        return any(is_store(image) for image in self.images)


def is_store(image: str) -> bool:
    """True for an image of a database, cache or broker (exporters and clients are none)."""
    name = image.rpartition("@")[0] or image
    last = name.rpartition("/")[2].partition(":")[0].lower()
    if any(
        word in last for word in ("exporter", "client", "backup", "operator", "init", "proxy", "ui")
    ):
        return False
    return any(last == s or last.startswith(s) or last.endswith(s) for s in _STORES)


@once
def workloads(site: Site[object]) -> tuple[Workload, ...]:
    """Long-running workloads of all environments; the same object is listed once per rendering."""
    return tuple(
        Workload(manifest, manifest.environments)
        for manifest in site.repo.manifests
        if manifest.kind in LONG_RUNNING and manifest.containers
    )


def applications(site: Site[object]) -> tuple[Workload, ...]:
    """Workloads that are no stores: what the team writes or runs on top."""
    return tuple(w for w in workloads(site) if not w.is_store)


def in_environment(items: tuple[Workload, ...], environment: str) -> tuple[Workload, ...]:
    """Those that an environment runs (the ones tied to no environment run in all)."""
    return tuple(w for w in items if not w.environments or environment in w.environments)
