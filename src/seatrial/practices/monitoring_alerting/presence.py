"""Alerts on a service that is gone, and on pods, nodes and jobs of the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.rules import Rule, Series
from seatrial.practices.monitoring_alerting.services import Service

_POD: Final = 'namespace="shop",pod="api-1",container="api"'
_HERE: Final = (("container", "api"), ("namespace", "shop"), ("pod", "api-1"))
_BY: Final = "by (namespace, pod, container)"


def gone(service: Service) -> Iterator[Rule]:
    """No pod answers, or none is known at all."""
    job = f'job="{service.name}"'
    up = f'up{{{job},namespace="shop",instance="1"}}'
    yield Rule(
        f"ServiceDown{_camel(service.name)}",
        f"sum by (namespace) (up{{{job}}}) == 0",
        "page",
        f"no pod of {service.name} in $namespace answers with its metrics",
        "`kubectl get pods` and `kubectl describe pod` in its namespace; then the logs of the last "
        "container (`kubectl logs --previous`). After a release: return to the version before it.",
        (Series(up, "1x5 0x20"),),
        (Series(up, "1x30"),),
        20,
        waits="5m",
        labels=(("service", service.name),),
        carries=(("namespace", "shop"),),
    )
    yield Rule(
        f"ServiceMissing{_camel(service.name)}",
        f"absent(up{{{job}}})",
        "page",
        f"Prometheus knows no pod of {service.name}: it is gone, or its scraping is broken",
        "Look at Prometheus' page of targets; compare the labels of the pods with the scrape job.",
        (),
        (Series(up, "1x30"),),
        20,
        waits="15m",
        labels=(("service", service.name),),
        carries=(("job", service.name),),
    )


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))


def of_pods() -> Iterator[Rule]:
    """Crash loops, memory, CPU: from kube-state-metrics and the kubelet."""
    restarts = f"kube_pod_container_status_restarts_total{{{_POD}}}"
    yield Rule(
        "CrashLoop",
        f"sum {_BY} (increase(kube_pod_container_status_restarts_total[15m])) >= 3",
        "ticket",
        "$namespace/$pod/$container has restarted at least 3 times in 15 minutes",
        "`kubectl logs --previous` shows why the last one ended; `kubectl describe pod` shows the "
        "exit code (137 is out of memory) and failed probes.",
        (Series(restarts, "0x5 1+1x30"),),
        (Series(restarts, "0x5 1x30"),),
        25,
        waits="5m",
        carries=_HERE,
    )
    used = f"container_memory_working_set_bytes{{{_POD}}}"
    limit = f"container_spec_memory_limit_bytes{{{_POD}}}"
    yield Rule(
        "MemoryNearLimit",
        f'max {_BY} (container_memory_working_set_bytes{{container!=""}})\n/\n'
        # A container without a limit reports 0.
        f'max {_BY} (container_spec_memory_limit_bytes{{container!=""}} > 0)\n> 0.9',
        "ticket",
        "$namespace/$pod/$container uses over 90 % of its memory limit",
        "It will be killed at 100 %. Raise the limit if it needs more, else look for a leak.",
        (Series(used, "95x30"), Series(limit, "100x30")),
        (Series(used, "95x30"), Series(limit, "0x30")),
        20,
        waits="10m",
        carries=_HERE,
    )
    throttled = f"container_cpu_cfs_throttled_periods_total{{{_POD}}}"
    periods = f"container_cpu_cfs_periods_total{{{_POD}}}"
    yield Rule(
        "CpuThrottled",
        f"sum {_BY} (increase(container_cpu_cfs_throttled_periods_total[5m]))\n/\n"
        f"sum {_BY} (increase(container_cpu_cfs_periods_total[5m]))\n> 0.5",
        "ticket",
        "$namespace/$pod/$container waits for CPU in over half of all periods",
        "Raise its CPU limit or take the limit away; add replicas when the node is full.",
        (Series(throttled, "0+60x40"), Series(periods, "0+100x40")),
        (Series(throttled, "0+40x40"), Series(periods, "0+100x40")),
        30,
        waits="15m",
        carries=_HERE,
    )


def of_cluster() -> Iterator[Rule]:
    """Replicas, volumes, scheduled jobs."""
    deployment = 'namespace="shop",deployment="api"'
    wanted = f"kube_deployment_spec_replicas{{{deployment}}}"
    there = f"kube_deployment_status_replicas_available{{{deployment}}}"
    yield Rule(
        "ReplicasMissing",
        "max by (namespace, deployment) (kube_deployment_spec_replicas)\n>\n"
        "max by (namespace, deployment) (kube_deployment_status_replicas_available)",
        "ticket",
        "$namespace/$deployment has had fewer replicas than asked for, for 15 minutes",
        "`kubectl describe` its newest pod: no room on the nodes, an image that cannot be pulled, "
        "a probe that fails.",
        (Series(wanted, "3x30"), Series(there, "2x30")),
        (Series(wanted, "3x30"), Series(there, "3x30")),
        20,
        waits="15m",
        carries=(("deployment", "api"), ("namespace", "shop")),
    )
    claim = 'namespace="shop",persistentvolumeclaim="data"'
    free = f"kubelet_volume_stats_available_bytes{{{claim}}}"
    size = f"kubelet_volume_stats_capacity_bytes{{{claim}}}"
    by = "by (namespace, persistentvolumeclaim)"
    yield Rule(
        "VolumeFilling",
        f"max {by} (predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 86400)) < 0\nand\n"
        f"max {by} (kubelet_volume_stats_available_bytes)\n/\n"
        f"max {by} (kubelet_volume_stats_capacity_bytes) < 0.3",
        "ticket",
        "volume $namespace/$persistentvolumeclaim will be full within four days",
        "Make it larger (the storage class allows it online), or delete what is no longer needed.",
        (Series(free, "1000-1x420"), Series(size, "3000x420")),
        (Series(free, "1000x420"), Series(size, "3000x420")),
        400,
        waits="1h",
        carries=(("namespace", "shop"), ("persistentvolumeclaim", "data")),
    )
    yield from _of_jobs()


def _of_jobs() -> Iterator[Rule]:
    job = 'namespace="shop",cronjob="database-backup"'
    done = f"kube_cronjob_status_last_successful_time{{{job}}}"
    here = (("cronjob", "database-backup"), ("namespace", "shop"))
    yield Rule(
        "BackupOverdue",
        "time() - max by (namespace, cronjob) "
        '(kube_cronjob_status_last_successful_time{cronjob=~".*backup.*"}) > 26 * 3600',
        "page",
        "the last good backup of $namespace/$cronjob is older than 26 hours",
        "`kubectl get jobs` and the logs of the last one; start one by hand with `kubectl create "
        "job --from=cronjob/NAME NAME-by-hand` and watch it.",
        (Series(done, "0x1700"),),
        (Series(done, "0+60x1700"),),
        1600,
        waits="10m",
        carries=here,
    )
    planned = f"kube_cronjob_next_schedule_time{{{job}}}"
    yield Rule(
        "ScheduledJobOverdue",
        "time() - max by (namespace, cronjob) (kube_cronjob_next_schedule_time) > 2 * 3600",
        "ticket",
        "$namespace/$cronjob should have started two hours ago (a rotation, a report, a clean-up)",
        "It may be suspended, or the one before may still run: `kubectl describe cronjob`.",
        (Series(planned, "0x200"),),
        (Series(planned, "0+60x200"),),
        180,
        waits="10m",
        carries=here,
    )


def watchdog() -> Rule:
    """The alert that always fires; who misses it knows that the monitoring is down."""
    return Rule(
        "Watchdog",
        "vector(1)",
        "none",
        "always fires: a service outside of the cluster misses it when the monitoring is down",
        "Nothing, while it fires. When the service outside says that it is missing: look at "
        "Prometheus and Alertmanager first, then at the cluster.",
        (),
        (),
        1,
    )
