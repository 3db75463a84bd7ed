"""The Prometheus that is installed: its kind, its address, and how it gets further rule files."""

from __future__ import annotations

import posixpath
import textwrap
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import way
from seatrial.kit.planning.composed import FOLDER, running
from seatrial.kit.planning.composed import beside as compose_path
from seatrial.kit.planning.everywhere import everywhere
from seatrial.kit.planning.lateobjects import late_object, object_path
from seatrial.kit.planning.rulevalues import LOADED, wired
from seatrial.kit.planning.valueshome import ValuesHome, release_of, values_home
from seatrial.kit.platform.install import Install
from seatrial.kit.platform.installs import installed
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Generate, Leave, Risk
from seatrial.model.edit import Block, SetKey
from seatrial.model.struct import struct

STACK: Final = "kube-prometheus-stack"
NAMESPACE: Final = "monitoring"


@struct(eq=False)
class Prometheus:
    """A Prometheus that is here, or the stack that a plan installs.

    Attributes:
        install: None when nothing is installed yet.
        has_operator: True when it reads ServiceMonitors and PrometheusRules.
        release: name of the Helm release.
    """

    install: Install | None
    has_operator: bool
    release: str
    namespace: str

    @property
    def by_annotation(self) -> bool:
        """True when it scrapes Services with the annotation `prometheus.io/scrape`.

        The stack that a plan installs does too: the kinds of its operator are not there yet when
        the charts that are to be scraped are upgraded.
        """
        return not self.has_operator or self.install is None

    @property
    def url(self) -> str:
        """Its address in the cluster."""
        if self.has_operator:
            return f"http://prometheus-operated.{self.namespace}.svc:9090"
        name = self.release if "prometheus" in self.release else f"{self.release}-prometheus"
        return f"http://{name}-server.{self.namespace}.svc:80"


@once
def prometheus(site: Site[object]) -> Prometheus:
    """The first one that is installed; the stack of practice 7 where there is none."""
    found = prometheuses(site)
    return found[0] if found else Prometheus(None, True, STACK, NAMESPACE)  # noqa: FBT003 (has_operator)


@once
def prometheuses(site: Site[object]) -> tuple[Prometheus, ...]:
    """All that are installed, of the first one's chart: one for each environment or cluster."""
    found = installed(site, STACK, "prometheus")
    return tuple(
        Prometheus(i, i.chart == STACK, i.name, i.namespace or NAMESPACE)
        for i in found
        if i.chart == found[0].chart
    )


@struct
class RuleHome:
    """Where rule files lie.

    Attributes:
        repository: root that holds them.
        folder: of the tests; the rules' own is beside it, unless they stand inside an object.
        extract: yq expression and file that give the plain rules of a name; empty for plain files.
    """

    repository: str
    folder: str
    extract: tuple[str, str] = ("", "")

    def rule_file(self, name: str) -> str:
        """How a test names the rules."""
        return f"{name}.rules.yaml" if self.extract[0] else f"../rules/{name}.yaml"


def rule_home(site: Site[object], name: str) -> RuleHome | None:
    """Where the rules of this name go; None where nothing could load them."""
    found = way(site)
    seen = prometheus(site)
    release = release_of(site, seen.install) if seen.install else None
    modules = (release.module,) if release else found.modules if found else ()
    if modules and (release or not seen.install):
        base = posixpath.dirname(modules[0].folder)
        return RuleHome(modules[0].root.name, posixpath.join(base, "monitoring/tests"))
    compose = running(site)
    if compose:
        return RuleHome(compose.file.root.name, compose_path(compose, f"{FOLDER}/tests"))
    if found is None or found.model is None:
        return None
    file = found.model.file
    folder = "monitoring/tests"
    argo = _argo_home(site, seen)
    if argo:
        dotted = "".join(f".{step}" for step in argo.at)
        chosen = f"select(di == {argo.document}) | " if argo.document else ""
        select = f'{chosen}{dotted}.additionalPrometheusRulesMap["{name}"]'
        return RuleHome(argo.file.root.name, folder, (select, argo.file.path))
    if seen.has_operator:
        path = object_path(site, found.model, f"rules-{name}")
        return RuleHome(file.root.name, folder, (".spec", path))
    home = values_home(site, seen.install) if seen.install else None
    if home is None:
        return None
    dotted = "".join(f".{step}" for step in home.at)
    select = f'select(di == {home.document}) | {dotted}.serverFiles["{name}.yaml"]'
    return RuleHome(home.file.root.name, folder, (select, home.file.path))


def load_rules(
    site: Site[object], name: str, text: str, why: str, environment: str = ""
) -> Iterator[Generate | Edit | Leave]:
    """Write rules (`groups:` as YAML) and let Prometheus load them.

    Args:
        site: the site.
        name: stem of the file.
        text: the rules.
        why: the reason.
        environment: Terraform workspace that alone gets them; empty for all.
    """
    home = rule_home(site, name)
    seen = prometheus(site)
    if home is None:
        yield Leave("nothing here installs a Prometheus that could load alert rules")
    elif not home.extract[0]:
        folder = posixpath.join(posixpath.dirname(home.folder), "rules")
        path = posixpath.join(folder, environment, f"{name}.yaml")
        yield Generate(home.repository, path, text, why)
        yield from _read_by_all(site, folder)
    elif _argo_home(site, seen):
        yield from _in_applications(site, name, text, why)
    elif seen.has_operator:
        yield from _object(site, name, text, why, seen.release)
    elif seen.install:
        yield from _in_values(site, seen.install, name, text, why)


def _read_by_all(site: Site[object], folder: str) -> Iterator[Edit | Leave]:
    """Every release reads the folder, and exists in every environment."""
    for one in prometheuses(site):
        release = release_of(site, one.install) if one.install else None
        if release:
            yield wired(release, folder, operator=one.has_operator)
            wish = everywhere(site, release, "metrics and alerts there as well")
            if wish:
                yield wish


def _in_applications(site: Site[object], name: str, text: str, why: str) -> Iterator[Edit]:
    for one in prometheuses(site):
        argo = _argo_home(site, one)
        if argo:
            at = (*argo.at, "additionalPrometheusRulesMap")
            edit = SetKey(at, name, Block(text), document=argo.document)
            yield Edit(argo.file.root.name, argo.file.path, (edit,), why, Risk.MEDIUM)


def _argo_home(site: Site[object], seen: Prometheus) -> ValuesHome | None:
    """The values of a stack that an Application installs, maybe into another cluster."""
    home = values_home(site, seen.install) if seen.install and seen.has_operator else None
    return home if home and "source" in home.at else None


def _object(
    site: Site[object], name: str, text: str, why: str, release: str
) -> Iterator[Generate | Edit]:
    found = way(site)
    if found and found.model:
        body = textwrap.indent(text.rstrip("\n"), "  ")
        namespace = prometheus(site).namespace
        made = _RULE.format(name=name, namespace=namespace, release=release, text=body)
        yield from late_object(site, found.model, f"rules-{name}", made, why)


_RULE: Final = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    # By this label the stack finds its rules.
    release: {release}
  annotations:
    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
spec:
{text}
"""


def _in_values(
    site: Site[object], install: Install, name: str, text: str, why: str
) -> Iterator[Edit]:
    home = values_home(site, install)
    if home is None:
        return
    at = (*home.at, "serverFiles")
    files = "".join(f"- {path}\n" for path in (*LOADED, "/etc/config/*.yaml"))
    edits = (
        SetKey(at, f"{name}.yaml", Block(text), document=home.document),
        SetKey((*at, "prometheus.yml"), "rule_files", Block(files), document=home.document),
    )
    yield Edit(home.file.root.name, home.file.path, edits, why, Risk.MEDIUM)
