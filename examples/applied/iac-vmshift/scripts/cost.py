#!/usr/bin/env python3
"""What each environment costs a month, from Terraform and charts: for pull requests and reports.

    scripts/cost.py [--base DIR] [--csv FILE]

Prices come from the provider's public API; without a network from the table below, whose date is
shown. What cannot be resolved is listed and never counted as 0. Needs Python and, for charts, Helm.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

ENVIRONMENTS = ["dev", "staging", "production"]
TERRAFORM = "terraform"
CHARTS = []  # folder, environment, values files
DATE = "2024-07-11"
# USD a month, as the API answered on that date.
NODES = {
    "g6-nanode-1": 5,
    "g6-standard-1": 12,
    "g6-standard-2": 24,
    "g6-standard-4": 48,
    "g6-standard-6": 96,
    "g6-standard-8": 192,
    "g6-standard-16": 384,
    "g6-standard-20": 576,
    "g6-standard-24": 768,
    "g6-standard-32": 1152,
    "g6-dedicated-2": 36,
    "g6-dedicated-4": 72,
    "g6-dedicated-8": 144,
    "g6-dedicated-16": 288,
    "g6-dedicated-32": 576,
    "g6-dedicated-48": 864,
    "g6-dedicated-50": 1152,
    "g6-dedicated-56": 2304,
    "g6-dedicated-64": 4608,
    "g7-highmem-1": 60,
    "g7-highmem-2": 120,
    "g7-highmem-4": 240,
    "g7-highmem-8": 480,
    "g7-highmem-16": 960,
    "g7-premium-2": 43,
    "g7-premium-4": 86,
    "g7-premium-8": 173,
    "g7-premium-16": 346,
    "g7-premium-32": 691,
    "g7-premium-48": 1037,
    "g7-premium-50": 1382,
    "g7-premium-56": 2765,
    "g7-premium-64": 5530,
}
OTHERS = {"volume": 0.1, "nodebalancer": 10, "lke-ha": 60}
API = "https://api.linode.com/v4"


def prices() -> tuple[dict[str, float], str]:
    """Prices by id, and where they come from."""
    found = {**NODES, **OTHERS}
    paths = ("/linode/types", "/volumes/types", "/nodebalancers/types", "/lke/types")
    try:
        for path in paths:
            with urllib.request.urlopen(API + path, timeout=10) as answer:
                for kind in json.load(answer)["data"]:
                    found[kind["id"]] = float(kind["price"]["monthly"])
    except (OSError, ValueError, KeyError, TypeError):
        return {**NODES, **OTHERS}, f"table of {DATE}"
    return found, "the provider's public price list"


def blocks(text: str, head: str) -> list[tuple[str, str]]:
    """Label and body of each block that begins so, by counting braces."""
    found = []
    for match in re.finditer(rf'(?m)^\s*{head}\s*(?:"([^"]*)"\s*)*\{{', text):
        depth, end = 1, match.end()
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append((match.group(1) or "", text[match.end() : end - 1]))
    return found


def attribute(body: str, name: str) -> str:
    """The expression of an attribute, over several lines where it has braces."""
    match = re.search(rf"(?m)^\s*{name}\s*=\s*(.*)$", body)
    if not match:
        return ""
    text = match.group(1).strip()
    if text.startswith("{") and text.count("{") > text.count("}"):
        return body[match.start(1) : body.index("}", match.start(1)) + 1]
    return text


class Module:
    """The Terraform of one folder as one environment sees it."""

    def __init__(self, folder: Path, environment: str) -> None:
        self.environment = environment
        texts = [re.sub(r"(?m)^\s*(#|//).*$", "", f.read_text()) for f in folder.glob("*.tf")]
        self.text = "\n".join(texts)
        self.values = {n: attribute(b, "default") for n, b in blocks(self.text, 'variable')}
        for name in ("terraform.tfvars", f"{environment}.tfvars"):
            path = folder / name
            if path.exists():
                given = path.read_text()
                for key in re.findall(r"(?m)^(\w+)\s*=", given):
                    self.values[key] = attribute(given, key)

    def resolve(self, text: str, depth: int = 0) -> str:
        """A literal's text; empty for what only a run can tell."""
        text = text.strip()
        if re.fullmatch(r'"[^"$]*"|\d+|true|false', text):
            return text.strip('"')
        if text == "terraform.workspace":
            return self.environment
        match = re.fullmatch(r"var\.(\w+)(?:\[(.+)\])?", text)
        if not match or depth > 5:
            return ""
        value = self.values.get(match.group(1), "")
        if not match.group(2):
            return self.resolve(value, depth + 1)
        key = self.resolve(match.group(2), depth + 1)
        return self.resolve(attribute(value.replace(",", "\n").replace("{", "\n"), key), depth + 1)


def of_terraform(folder: Path, environment: str, cost: dict[str, float]) -> list[list[object]]:
    """Lines of what Terraform makes: what, how many, USD a month (empty when unknown)."""
    module, lines = Module(folder, environment), []
    for _, body in blocks(module.text, 'resource\\s+"linode_lke_cluster"'):
        for _, pool in blocks(body, "pool"):
            kind = module.resolve(attribute(pool, "type"))
            count = module.resolve(attribute(pool, "count")) or module.resolve(
                "".join(attribute(b, "min") for _, b in blocks(pool, "autoscaler"))
            )
            lines.append(line(f"node {kind or '?'}", count, cost.get(kind)))
        if "high_availability = true" in re.sub(" +", " ", body):
            lines.append(line("control plane, highly available", "1", cost["lke-ha"]))
    for _, body in blocks(module.text, 'resource\\s+"linode_instance"'):
        kind = module.resolve(attribute(body, "type"))
        lines.append(line(f"instance {kind or '?'}", "1", cost.get(kind)))
    for _, body in blocks(module.text, 'resource\\s+"linode_volume"'):
        size = module.resolve(attribute(body, "size"))
        lines.append(line("volume, GB", size, cost["volume"]))
    for _ in blocks(module.text, 'resource\\s+"linode_nodebalancer"'):
        lines.append(line("load balancer", "1", cost["nodebalancer"]))
    return lines


def of_chart(root: Path, chart: str, files: list[str], cost: dict[str, float]) -> list[list[object]]:
    """Lines of what a chart asks of the provider: volumes and load balancers."""
    command = ["helm", "template", "release", str(root / chart)]
    for file in files:
        command += ["--values", str(root / file)]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return [line(f"chart {chart} (Helm is not installed)", "", None)]
    if made.returncode:
        return [line(f"chart {chart} (does not render)", "", None)]
    volumes = balancers = 0
    for document in made.stdout.split("\n---"):
        if re.search(r"(?m)^kind: PersistentVolumeClaim$", document):
            size = re.search(r"storage: \"?(\d+)Gi", document)
            volumes += max(int(size.group(1)), 10) if size else 10
        if re.search(r"(?m)^kind: Service$", document) and "type: LoadBalancer" in document:
            balancers += 1
    lines = [line("volumes of the chart, GB", str(volumes), cost["volume"])] if volumes else []
    if balancers:
        lines.append(line("load balancers of the chart", str(balancers), cost["nodebalancer"]))
    return lines


def line(what: str, count: str, price: float | None) -> list[object]:
    """One line; the price is empty when count or unit price are not known."""
    known = count.isdigit() and price is not None
    return [what, count or "?", round(int(count) * float(price or 0), 2) if known else ""]


def estimate(root: Path, cost: dict[str, float]) -> list[list[object]]:
    """All lines of all environments: environment, what, how many, USD a month."""
    lines: list[list[object]] = []
    for environment in ENVIRONMENTS:
        if TERRAFORM and (root / TERRAFORM).is_dir():
            found = of_terraform(root / TERRAFORM, environment, cost)
            lines += [[environment, *one] for one in found]
        for chart, named, files in CHARTS:
            if named == environment and (root / chart).is_dir():
                lines += [[environment, *one] for one in of_chart(root, chart, files, cost)]
    return lines


def total(lines: list[list[object]], environment: str) -> float:
    """USD a month of an environment, what is unknown left out."""
    return sum(one[3] for one in lines if one[0] == environment and isinstance(one[3], float))


def main() -> int:
    """Print a table in Markdown; with `--base` what changed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", type=Path, help="the tree before the change")
    parser.add_argument("--csv", type=Path, help="also write the lines to this file")
    options = parser.parse_args()
    cost, source = prices()
    now = estimate(Path(), cost)
    before = estimate(options.base, cost) if options.base else None
    print("<!-- cost -->\n### Cost of a month\n")
    print("| environment | USD | change |\n| --- | ---: | ---: |")
    for name in ENVIRONMENTS:
        change = "" if before is None else f"{total(now, name) - total(before, name):+.2f}"
        print(f"| {name} | {total(now, name):.2f} | {change} |")
    unknown = sorted({f"{one[0]}: {one[1]}" for one in now if one[3] == ""})
    print(f"\nPrices: {source}. Traffic, backups and object storage are not in it.")
    if unknown:
        print(f"\nNot priced: {'; '.join(unknown)}.")
    if options.csv:
        with options.csv.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["environment", "what", "count", "usd_month"])
            writer.writerows(now)
    return 0


if __name__ == "__main__":
    sys.exit(main())
