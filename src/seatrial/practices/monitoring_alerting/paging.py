"""How alerts reach people: routes, receivers and inhibitions of Alertmanager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import environment_expression
from seatrial.kit.planning.prometheus import prometheuses
from seatrial.kit.planning.valueshome import ValuesHome, release_of, values_home
from seatrial.kit.platform.install import Install
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import AddItem, At, Block, SetKey
from seatrial.practices.monitoring_alerting.receivers import configs
from seatrial.practices.monitoring_alerting.routes import Config

SECRET: Final = "alertmanager-receivers"  # noqa: S105 (name of an object, no secret)
FOLDER: Final = f"/etc/alertmanager/secrets/{SECRET}"


def asked_for(namespace: str) -> Leave:
    """What nobody but the team has: the webhook of its channel, and who misses the watchdog."""
    text = (
        f"put Secret {SECRET} into namespace {namespace} of each cluster, with `slack-url` (an "
        "incoming webhook) and `deadman-url` (a check of a service outside that expects a call "
        "every few minutes); until then alerts reach nobody"
    )
    return Leave(text, credential=f"Secret {SECRET}")


ROUTE: Final = """\
receiver: slack
group_by: [alertname, environment, namespace, service, slo]
group_wait: 30s
group_interval: 5m
repeat_interval: 12h
routes:
  - receiver: deadman
    matchers: ['alertname="Watchdog"']
    group_wait: 0s
    group_interval: 1m
    repeat_interval: 5m
  - receiver: pages
    matchers: ['severity="page"']
    group_wait: 10s
    repeat_interval: 1h
"""
_CALM: Final = """\
  # Nobody is woken for an environment that has no users.
  - receiver: slack
    matchers: ['environment!~"{names}"']
"""
_TEXT: Final = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\\n{{ .Annotations.runbook_url }}\\n{{ end }}"
)
RECEIVERS: Final = f"""\
- name: slack
  slack_configs:
    - api_url_file: {FOLDER}/slack-url
      channel: '#alerts'
      send_resolved: true
      title: '{{{{ .CommonLabels.environment }}}} {{{{ .CommonLabels.alertname }}}}'
      text: "{_TEXT}"
- name: pages
  slack_configs:
    - api_url_file: {FOLDER}/slack-url
      channel: '#pages'
      send_resolved: true
      title: 'PAGE {{{{ .CommonLabels.environment }}}} {{{{ .CommonLabels.alertname }}}}'
      text: "<!channel> {_TEXT}"
- name: deadman
  webhook_configs:
    - url_file: {FOLDER}/deadman-url
      send_resolved: false
"""
INHIBITIONS: Final = """\
# A service that is gone explains its burning budget.
- source_matchers: ['alertname=~"ServiceDown.*"']
  target_matchers: ['burn=~".+"']
  equal: [namespace, service]
# The faster alert says all that the slower one does.
- source_matchers: ['severity="page"', 'burn=~".+"']
  target_matchers: ['severity="ticket"', 'burn=~".+"']
  equal: [namespace, service, slo]
"""
_WATCHED: Final = """\
receiver: deadman
matchers: ['alertname="Watchdog"']
group_wait: 0s
group_interval: 1m
repeat_interval: 5m
"""
_DEADMAN: Final = f"""\
name: deadman
webhook_configs:
  - url_file: {FOLDER}/deadman-url
    send_resolved: false
"""


def paging(site: Site[object]) -> Iterator[Edit | Leave]:
    """Yield the edits of the values that lead every alert to somebody."""
    for seen in prometheuses(site):
        if seen.install:
            yield from _paging(site, seen.install)


def _paging(site: Site[object], install: Install) -> Iterator[Edit | Leave]:
    home = receivers_home(site, install)
    if home is None:
        yield Leave("write routes and receivers into Alertmanager's values", install.place)
        return
    at: At = (*home.at, "alertmanager")
    config: At = (*at, "config")
    seen = [c for c in configs(site) if c.place.path == home.file.path]
    lives = any(c.reached for c in seen)
    route = _route(site, install)
    edits = _watched(config, seen[0], home) if lives else _whole(config, home, route)
    if not edits:
        return
    edits += _mounted(at, install, home)
    why = "every alert leads to people, and the dead man's switch to a service outside"
    yield Edit(home.file.root.name, home.file.path, tuple(edits), why, Risk.MEDIUM)


def _route(site: Site[object], install: Install) -> str:
    """The routes; only production pages, where alerts tell their environment."""
    release = release_of(site, install)
    named = release and environment_expression(release.module)
    if not named or not site.production:
        return ROUTE
    calm = _CALM.format(names="|".join(site.production))
    return ROUTE.replace("  - receiver: pages\n", f"{calm}  - receiver: pages\n")


def _whole(config: At, home: ValuesHome, route: str) -> list[SetKey | AddItem]:
    number = home.document
    return [
        SetKey(config, "route", Block(route), document=number),
        SetKey(config, "receivers", Block(RECEIVERS), document=number),
        SetKey(config, "inhibit_rules", Block(INHIBITIONS), document=number),
    ]


def _watched(config: At, seen: Config, home: ValuesHome) -> list[SetKey | AddItem]:
    """Only the dead man's switch, beside routes of the team's own."""
    route: AddItem = AddItem(
        (*config, "route", "routes"),
        Block(_WATCHED),
        identity="receiver",
        before=0 if home.node.at("alertmanager", "config", "route", "routes").items() else None,
        document=home.document,
    )
    if any(r.is_for_heartbeat and r.receiver != "deadman" for r in seen.routes):
        return []
    receiver = AddItem(
        (*config, "receivers"), Block(_DEADMAN), identity="name", document=home.document
    )
    return [route, receiver]


def _mounted(at: At, install: Install, home: ValuesHome) -> list[SetKey | AddItem]:
    number = home.document
    volume = f"name: receivers\nsecret:\n  secretName: {SECRET}\n  optional: true\n"
    mount = f"name: receivers\nmountPath: {FOLDER}\nreadOnly: true\n"
    if install.chart != "prometheus":
        return [AddItem((*at, "alertmanagerSpec", "secrets"), SECRET, document=number)]
    notes = (*at, "podAnnotations")
    return [
        AddItem((*at, "extraVolumes"), Block(volume), identity="name", document=number),
        AddItem((*at, "extraVolumeMounts"), Block(mount), identity="name", document=number),
        SetKey(notes, "prometheus.io/scrape", "true", document=number),
        SetKey(notes, "prometheus.io/port", "9093", document=number),
    ]


def receivers_home(site: Site[object], install: Install) -> ValuesHome | None:
    """The last values that hold an Alertmanager's configuration, else the last ones."""
    release = release_of(site, install)
    for named in reversed(release.values_files) if release else ():
        if named.file and named.file.yaml.first.at("alertmanager", "config"):
            return ValuesHome(named.file, (), 0, named.file.yaml.first)
    return values_home(site, install)
