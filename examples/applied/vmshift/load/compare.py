#!/usr/bin/env python3
"""Is one build slower than another? Both run beside each other, in pairs in random order.

For each route and for the median and the minimum of each run, the logarithms of the ratios are
tested by all sign flips, exactly. An identical build is called slower in at most 0.25 % of all
comparisons, however noisy the machine is; the answer for several routes is corrected by Holm.

    compare.py BASELINE_URL CANDIDATE_URL RESULTS_FOLDER
"""

import itertools
import json
import math
import os
import platform
import random
import subprocess
import sys
import tempfile
from pathlib import Path

PAIRS = int(os.environ.get("PAIRS", "12"))
SECONDS = int(os.environ.get("PAIR_SECONDS", "3"))
ALPHA = 0.0025
EQUAL = 0.03
"""A ratio up to this above 1 counts as equal."""
TRIES = 3
SCENARIO = Path(__file__).with_name("routes.js")

Run = dict[str, dict[str, float]]


def run(url: str) -> Run:
    """Median and minimum of each route in milliseconds, from one short run."""
    for _ in range(TRIES):
        with tempfile.TemporaryDirectory() as folder:
            summary = Path(folder, "summary.json")
            command = ["k6", "run", "--quiet", "--no-usage-report", f"--summary-export={summary}"]
            env = os.environ | {"BASE_URL": url, "DURATION": f"{SECONDS}s"}
            done = subprocess.run(
                [*command, str(SCENARIO)], env=env, capture_output=True, text=True, check=False
            )
            metrics = json.loads(summary.read_text())["metrics"] if summary.exists() else {}
        dropped = metrics.get("dropped_iterations", {}).get("count", 0)
        failed = metrics.get("http_req_failed", {}).get("value", 1)
        if metrics and not dropped and not failed:
            return {
                name.partition("name:")[2].rstrip("}"): {"med": m["med"], "min": m["min"]}
                for name, m in metrics.items()
                if name.startswith("http_req_duration{name:") and m["med"] > 0
            }
    sys.exit(f"no valid run against {url} in {TRIES} tries: {done.stderr[-500:]}")


def p_value(ratios: list[float]) -> float:
    """Chance of a sum this large if the sign of each logarithm were a coin's."""
    logs = [math.log(ratio / (1 + EQUAL)) for ratio in ratios]
    seen = sum(logs)
    flips = itertools.product((1, -1), repeat=len(logs))
    hits = sum(sum(s * x for s, x in zip(f, logs, strict=True)) >= seen - 1e-12 for f in flips)
    return hits / 2 ** len(logs)


def main(baseline: str, candidate: str, results: str) -> int:
    tests = 2 * len(run(baseline) | run(candidate))  # warms both up as well
    # With fewer pairs not even the clearest difference could be told from chance.
    enough = math.ceil(math.log2(max(tests, 1) / ALPHA))
    pairs: list[tuple[Run, Run]] = []
    for _ in range(max(PAIRS, enough)):
        first = random.random() < 0.5
        one = run(baseline if first else candidate)
        two = run(candidate if first else baseline)
        pairs.append((one, two) if first else (two, one))
    rows = []
    for route in sorted(set.intersection(*({*a} & {*b} for a, b in pairs))):
        for statistic in ("med", "min"):
            ratios = [b[route][statistic] / a[route][statistic] for a, b in pairs]
            middle = sorted(ratios)[len(ratios) // 2]
            rows.append((p_value(ratios), route, statistic, middle))
    rows.sort()
    slower = []
    for rank, (p, route, statistic, ratio) in enumerate(rows):
        if p > ALPHA / (len(rows) - rank):
            break
        slower.append(f"{route} ({statistic}): {(ratio - 1) * 100:+.0f} %, p = {p:.4f}")
    machine = {"system": platform.platform(), "cores": os.cpu_count(), "name": platform.processor()}
    Path(results).mkdir(parents=True, exist_ok=True)
    Path(results, "pairs.json").write_text(
        json.dumps({"machine": machine, "pairs": pairs, "tests": rows, "slower": slower}, indent=1)
    )
    for p, route, statistic, ratio in rows:
        print(f"{route:40} {statistic}  {(ratio - 1) * 100:+6.1f} %  p = {p:.4f}")
    print("\n".join(["slower:", *slower]) if slower else "not slower")
    return 1 if slower or not rows else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
