"""Values that give a Prometheus chart every rule file of a folder, as HCL."""

from __future__ import annotations

from typing import Final

from seatrial.kit.planning.addons import environment_expression, from_module
from seatrial.model.change import Edit, Risk
from seatrial.model.edit import SetAttribute
from seatrial.repo.infrastructure.tfhelm import HelmRelease

LOADED: Final = (
    "/etc/config/recording_rules.yml",
    "/etc/config/alerting_rules.yml",
    "/etc/config/rules",
    "/etc/config/alerts",
)
"""Files that the prometheus chart loads by default."""


def rule_values(folder: str, environment: str, *, operator: bool) -> str:
    """HCL of values that give the chart every file of a folder of rules.

    Args:
        folder: as the module writes it.
        environment: HCL that names the environment, or empty.
        operator: True for the stack's chart.
    """
    folders = [folder]
    if environment == "terraform.workspace":
        folders.append(f"{folder}/${{{environment}}}")
    if operator:
        label = f"environment = {environment}"
        where = f"prometheus = {{ prometheusSpec = {{ externalLabels = {{ {label} }} }} }}"
        maps = [_each(f, 'trimsuffix(name, ".yaml")') for f in folders]
        rules = f"additionalPrometheusRulesMap = merge({', '.join(maps)})"
    else:
        where = f"server = {{ global = {{ external_labels = {{ environment = {environment} }} }} }}"
        loaded = ", ".join(f'"{path}"' for path in (*LOADED, "/etc/config/*.yaml"))
        rules = (
            "serverFiles = merge(\n"
            f'        {{ "prometheus.yml" = {{ rule_files = [{loaded}] }} }},\n'
            + "".join(f"        {_each(f, 'name')},\n" for f in folders)
            + "      )"
        )
    lines = [where, rules] if environment else [rules]
    return "yamlencode({\n" + "".join(f"      {line}\n" for line in lines) + "    })"


def _each(folder: str, key: str) -> str:
    """HCL of a map of all rule files of a folder."""
    read = f'yamldecode(file("{folder}/${{name}}"))'
    return f'{{ for name in fileset("{folder}", "*.yaml") : {key} => {read} }}'


def wired(release: HelmRelease, folder: str, *, operator: bool) -> Edit:
    """The release's values with the folder of rules behind them."""
    module, block = release.module, release.block
    here = from_module(module, folder)
    extra = rule_values(here, environment_expression(module), operator=operator)
    written = block.attr("values")
    items = [i.text.strip() for i in written.items()] if written else []
    if written and not items and written.text.strip() != "[]":
        items = [f"{written.text.strip()}..."]
    kept = [item for item in items if f'fileset("{here}"' not in item]
    # The end of a heredoc stands alone on its line.
    ends = {item: "\n    ," if item.startswith("<<") else "," for item in kept}
    listed = "".join(f"    {item}{ends.get(item, ',')}\n" for item in (*kept, extra))
    if kept and kept[0].endswith("..."):
        value = f"concat({kept[0].removesuffix('...')}, [\n    {extra},\n  ])"
        value = written.text if written and here in written.text else value
    else:
        value = f"[\n{listed}  ]"
    edit = SetAttribute((f"resource {' '.join(block.labels)}",), "values", value)
    why = f"Prometheus loads every file of {folder}"
    return Edit(module.root.name, release.place.path, (edit,), why, Risk.MEDIUM)
