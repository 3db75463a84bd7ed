"""Scraping of the services, in every environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import way
from seatrial.kit.planning.everywhere import everywhere
from seatrial.kit.planning.lateobjects import late_object
from seatrial.kit.planning.prometheus import Prometheus, prometheus, prometheuses
from seatrial.kit.planning.valueshome import ValuesHome, release_of, values_home
from seatrial.kit.platform.install import Install
from seatrial.kit.platform.installs import installed
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk
from seatrial.model.edit import AddItem, Block, SetKey
from seatrial.practices.monitoring_alerting.services import Service, measured
from seatrial.repo.environments import environment_of

_KEY: Final = "extraScrapeConfigs"
_WHY: Final = "Prometheus scrapes the services in every environment"


def scraping(site: Site[object]) -> Iterator[Edit | Generate | Leave]:
    """Yield what makes Prometheus scrape every service, and exist in every environment."""
    for seen in prometheuses(site) or (prometheus(site),):
        if seen.has_operator:
            for service in measured(site):
                yield from _monitor(site, seen, service)
        elif seen.install:
            yield from _jobs(site, seen.install)
        release = release_of(site, seen.install) if seen.install else None
        wish = everywhere(site, release, "metrics and alerts there as well") if release else None
        if wish:
            yield wish
    yield from _controllers(site, operator=not prometheus(site).by_annotation)


def _jobs(site: Site[object], install: Install) -> Iterator[Edit | Leave]:
    """Scrape jobs in the values of the prometheus chart."""
    found = install.get(_KEY)
    home = _holder(site, install)
    if not measured(site):
        return
    if home is None:
        yield Leave("add a scrape job for each service: the values stand in code", install.place)
        return
    text = found.text if found else ""
    for service in measured(site):
        text = _with_job(text, service)
    if found is None or text != found.text:
        edit = SetKey(home.at, _KEY, text, document=home.document)
        yield Edit(home.file.root.name, home.file.path, (edit,), _WHY, Risk.MEDIUM)


def _holder(site: Site[object], install: Install) -> ValuesHome | None:
    """The values in which the jobs stand already, else the last ones."""
    release = release_of(site, install)
    for named in release.values_files if release else ():
        if named.file and named.file.yaml.first.has(_KEY):
            return ValuesHome(named.file, (), 0, named.file.yaml.first)
    return values_home(site, install)


def _with_job(text: str, service: Service) -> str:
    """The list of jobs with one for this service; one that names an environment is replaced."""
    jobs = _split(text)
    for number, job in enumerate(jobs):
        if _is_for(job, service):
            fixed = any(environment_of(line) for line in job.splitlines() if "svc" in line)
            jobs[number] = _job(service) if fixed else job
            return "".join(jobs)
    return "".join([*jobs, _job(service)])


def _is_for(job: str, service: Service) -> bool:
    head = job.lstrip().splitlines()[0] if job.strip() else ""
    return head.endswith((f"job_name: {service.name}", f'job_name: "{service.name}"'))


def _split(text: str) -> list[str]:
    """The items of a YAML list as they are written."""
    parts: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("- ") or not parts:
            parts.append(line)
        else:
            parts[-1] += line
    return parts


def _job(service: Service) -> str:
    kept = "".join(
        f"      - source_labels: [__meta_kubernetes_pod_label_{_label(key)}]\n"
        f"        regex: {value}\n        action: keep\n"
        for key, value in service.labels
    )
    return (
        f"- job_name: {service.name}\n"
        f"  metrics_path: {service.path}\n"
        "  kubernetes_sd_configs:\n    - role: pod\n"
        "  relabel_configs:\n"
        f"{kept}"
        "      - source_labels: [__meta_kubernetes_pod_container_port_number]\n"
        f'        regex: "{service.port}"\n        action: keep\n'
        "      - source_labels: [__meta_kubernetes_namespace]\n        target_label: namespace\n"
        "      - source_labels: [__meta_kubernetes_pod_name]\n        target_label: pod\n"
    )


def _label(key: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in key)


def _monitor(
    site: Site[object], seen: Prometheus, service: Service
) -> Iterator[Generate | Edit | Leave]:
    """A PodMonitor beside the objects that are delivered."""
    home = values_home(site, seen.install) if seen.install else None
    if home and "values" not in home.at:
        item = Block(_listed(service))
        at = (*home.at, "prometheus", "additionalPodMonitors")
        edit = AddItem(at, item, identity="name", document=home.document)
        yield Edit(home.file.root.name, home.file.path, (edit,), _WHY, Risk.MEDIUM)
        return
    found = way(site)
    if found is None or found.model is None:
        text = f"let Prometheus scrape {service.name}: add a PodMonitor to its chart"
        yield Leave(text)
        return
    labels = "".join(f"      {key}: {value}\n" for key, value in service.labels)
    made = _MONITOR.format(
        name=service.name,
        namespace=seen.namespace,
        release=seen.release,
        labels=labels,
        port=service.port,
        path=service.path,
    )
    yield from late_object(site, found.model, f"scrape-{service.name}", made, _WHY)


def _listed(service: Service) -> str:
    """The monitor as the stack's values list it."""
    labels = "".join(f"    {key}: {value}\n" for key, value in service.labels)
    return _LISTED.format(name=service.name, labels=labels, port=service.port, path=service.path)


_LISTED: Final = """\
name: {name}
namespaceSelector:
  any: true
selector:
  matchLabels:
{labels}podMetricsEndpoints:
  - path: {path}
    relabelings:
      - sourceLabels: [__meta_kubernetes_pod_container_port_number]
        regex: "{port}"
        action: keep
      - targetLabel: job
        replacement: {name}
"""
_MONITOR: Final = """\
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    # By this label the stack finds its monitors.
    release: {release}
  annotations:
    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
spec:
  namespaceSelector:
    any: true
  selector:
    matchLabels:
{labels}  podMetricsEndpoints:
    - path: {path}
      relabelings:
        - sourceLabels: [__meta_kubernetes_pod_container_port_number]
          regex: "{port}"
          action: keep
        - targetLabel: job
          replacement: {name}
"""


def _controllers(site: Site[object], *, operator: bool) -> Iterator[Edit]:
    """Metrics of Argo CD and of the ingress controller: delivery and certificates."""
    for install in installed(site, "argo-cd", "ingress-nginx"):
        home = values_home(site, install)
        if home is None:
            continue
        at = (*home.at, "controller", "metrics")
        edits = [SetKey(at, "enabled", value=True, document=home.document)]
        notes = (*at, "service", "annotations")
        port = "8082" if install.chart == "argo-cd" else "10254"
        if operator:
            monitor = (*at, "serviceMonitor")
            edits.append(SetKey(monitor, "enabled", value=True, document=home.document))
        else:
            for key, value in (("prometheus.io/scrape", "true"), ("prometheus.io/port", port)):
                edits.append(SetKey(notes, key, value, document=home.document))
        why = f"{install.name} exposes its metrics: alerts look at them"
        yield Edit(home.file.root.name, home.file.path, tuple(edits), why, Risk.MEDIUM)
