"""Where alerts go: Alertmanager's configuration, its custom resource, Grafana's contact points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import Layer, installs
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import replace
from seatrial.practices.monitoring_alerting.routes import Config, Receiver, Route
from seatrial.practices.monitoring_alerting.rules import STACKS
from seatrial.repo import yaml
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_PLACEHOLDERS: Final = (
    "example.com",
    "example.org",
    "your_",
    "your-",
    "changeme",
    "change-me",
    "replace_me",
    "replaceme",
    "todo",
    "placeholder",
    "xxxx",
    "t00000000",
    "<slack",
    "dummy",
)
_HOOKS: Final = (
    "hooks.slack.com/services/",
    "webhook.office.com/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "hooks.slack.com/workflows/",
)
_KEYS: Final = frozenset({"service_key", "routing_key", "api_key", "auth_password", "bot_token"})


@once
def configs(site: Site[object]) -> tuple[Config, ...]:
    """All of them."""
    return (*_of_installs(site), *_of_objects(site), *_of_files(site))


def _of_installs(site: Site[object]) -> Iterator[Config]:
    for install in installs(site):
        path = {"alertmanager": ("config",), "prometheus": ("alertmanager", "config")}.get(
            install.chart
        )
        if install.chart in STACKS:
            path = ("alertmanager", "config")
        if path is None or install.is_off("alertmanager", "enabled"):
            continue
        for layer in reversed(install.layers):
            node = layer.node.at(*path)
            old = layer.node.at("alertmanagerFiles", "alertmanager.yml")
            if node.kind == "map" or old:
                yield _config(node if node.kind == "map" else old, layer, install.environments)
                break


def _of_objects(site: Site[object]) -> Iterator[Config]:
    for m in live_manifests(site):
        if m.kind in {"AlertmanagerConfig", "VMAlertmanagerConfig"}:
            yield _custom(m)
        elif m.kind in {"Secret", "ConfigMap"}:
            for holder in ("stringData", "data"):
                for key, node in m.node.at(holder).pairs():
                    if key.startswith("alertmanager.y") and "receivers:" in node.text:
                        text = "\n" * (node.content_line - 1) + node.text
                        layer = Layer(yaml.parse(text).first, m.file.place())
                        yield _config(layer.node, layer, m.environments)


def _of_files(site: Site[object]) -> Iterator[Config]:
    for file in site.repo.files():
        low = file.path.lower()
        if file.suffix not in {".yml", ".yaml"} or is_aside(file.path):
            continue
        if file.name.lower().startswith("alertmanager") and "receivers:" in file.text:
            node = file.yaml.first
            if node.has("receivers") and node.has("route"):
                yield _config(node, Layer(node, file.place()), ())
        elif "alerting" in low and "contactPoints:" in file.text:
            yield _grafana(file.yaml.first, Layer(file.yaml.first, file.place()))


def _config(node: Node, layer: Layer, environments: tuple[str, ...]) -> Config:
    has_slack = any(
        node.at("global").has(k) for k in ("slack_api_url", "slack_api_url_file", "slackApiUrl")
    )
    receivers = tuple(
        _receiver(n, layer, global_slack=has_slack) for n in node.at("receivers").items()
    )
    routes = tuple(_routes(node.at("route"), layer, is_root=True))
    clear = _clear(node.at("global"), layer)
    if clear and receivers:
        receivers = (replace(receivers[0], clear=clear), *receivers[1:])
    return Config(receivers, routes, _at(layer, node), environments)


def _at(layer: Layer, node: Node) -> Place:
    return replace(layer.origin, line=max(node.line, 1), column=1)


def _receiver(node: Node, layer: Layer, *, global_slack: bool) -> Receiver:
    integrations = 0
    for key, entries in node.pairs():
        if not key.lower().endswith(("_configs", "configs")):
            continue
        for entry in entries.items():
            slack = key.lower().startswith("slack")
            named = any(entry.has(k) for k in ("api_url", "api_url_file", "apiURL", "http_config"))
            integrations += bool(named or global_slack or not slack)
    return Receiver(
        node.at("name").text,
        _at(layer, node),
        integrations,
        _placeholder(node, layer),
        _clear(node, layer),
    )


def _placeholder(node: Node, layer: Layer) -> Place | None:
    for path, value in node.walk():
        if value.kind == "scalar" and path and _is_address(str(path[-1])):
            low = value.text.lower()
            named = low.endswith("_url") and value.text.isupper() and "/" not in low
            if named or any(word in low for word in _PLACEHOLDERS):
                return _at(layer, value)
    return None


def _is_address(key: str) -> bool:
    low = key.lower()
    return low in {"to", "url", "addresses", "channel"} or low.endswith(("url", "key"))


def _clear(node: Node, layer: Layer) -> Place | None:
    for path, value in node.walk():
        if value.kind != "scalar" or not value.text or "$" in value.text:
            continue
        low = value.text.lower()
        hidden = low.startswith(("<", "/")) or any(w in low for w in _PLACEHOLDERS)
        if any(h in low for h in _HOOKS) and not any(w in low for w in _PLACEHOLDERS):
            return _at(layer, value)
        if path and str(path[-1]) in _KEYS and not hidden:
            return _at(layer, value)
    return None


def _routes(node: Node, layer: Layer, *, is_root: bool, above: str = "") -> Iterator[Route]:
    receiver = node.at("receiver").text or above
    if node:
        yield Route(receiver, tuple(_matchers(node)), _at(layer, node), is_root)
    for child in node.at("routes").items():
        yield from _routes(child, layer, is_root=False, above=receiver)


def _matchers(node: Node) -> Iterator[tuple[str, str]]:
    for key in ("match", "match_re"):
        for label, value in node.at(key).pairs():
            yield label, value.text
    for entry in node.at("matchers").items():
        if entry.kind == "map":
            yield entry.at("name").text, entry.at("value").text
        else:
            for sign in ("=~", "!~", "!=", "="):
                name, found, wanted = entry.text.partition(sign)
                if found:
                    shown = name.strip() if sign in {"=", "=~"} else f"!{name.strip()}"
                    yield shown, wanted.strip().strip('"')
                    break


def _custom(m: Manifest) -> Config:
    spec = m.node.at("spec")
    receivers = tuple(
        Receiver(
            node.at("name").text,
            m.place("spec", "receivers", index),
            sum(len(v.items()) for k, v in node.pairs() if k.endswith(("Configs", "_configs"))),
        )
        for index, node in enumerate(spec.at("receivers").items())
    )
    layer = Layer(m.node, m.place())
    found = _routes(spec.at("route"), layer, is_root=True)
    routes = tuple(replace(r, place=m.place("spec", "route")) for r in found)
    return Config(receivers, routes, m.place(), m.environments)


def _grafana(node: Node, layer: Layer) -> Config:
    receivers = []
    for point in node.at("contactPoints").items():
        entries = point.at("receivers").items()
        receivers.append(
            Receiver(
                point.at("name").text,
                _at(layer, point),
                len(entries),
                _placeholder(point, layer),
                _clear(point, layer),
            )
        )
    routes = [r for p in node.at("policies").items() for r in _routes(p, layer, is_root=True)]
    if not routes:
        routes = [Route(r.name, (), r.place) for r in receivers]
    return Config(tuple(receivers), tuple(routes), layer.origin, ())
