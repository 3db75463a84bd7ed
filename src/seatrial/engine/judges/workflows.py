"""zizmor on the workflows, at its default persona, offline."""

from __future__ import annotations

import json
from collections.abc import Iterator

from seatrial.engine.judges.trial import Opinion, Result, Trial, find_tool, hung, not_there, run

_NAME = "zizmor"


def zizmor(trial: Trial) -> Iterator[Opinion]:
    """Every finding of zizmor in the repositories that have workflows."""
    tool = find_tool(_NAME)
    if tool is None:
        yield not_there(_NAME, "pip install zizmor")
        return
    for name, folder in trial.folders.items():
        if not (folder / ".github").is_dir():
            continue
        done = run([tool, "--offline", "--no-progress", "--format", "json-v1", "."], folder)
        if done is None:
            yield hung(_NAME)
            continue
        if done.returncode == 1 or not done.stdout.strip():
            said = done.stderr.strip().splitlines()
            yield Opinion(_NAME, Result.NOT_RUN, said[-1] if said else "broke")
            continue
        for finding in json.loads(done.stdout):
            spot = finding["locations"][0]
            key = spot["symbolic"]["key"]
            path = key.get("Local", {}).get("given_path", "") if isinstance(key, dict) else ""
            line = spot["concrete"]["location"]["start_point"]["row"] + 1
            message = f"{finding['ident']}: {finding['desc']}"
            yield Opinion(_NAME, Result.FOUND, message, f"{name}/{path.removeprefix('./')}:{line}")
