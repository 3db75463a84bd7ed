"""Rendering with a `helm` from PATH, for machines where Helm's library cannot be loaded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seatrial.repo.yaml import Value

DEADLINE: Final = 20.0
"""Seconds that one `helm template` may take."""


def program() -> str:
    """Path of `helm`, or an empty string."""
    import shutil

    return shutil.which("helm") or ""


def template(
    helm: str, archive: bytes, release: str, namespace: str, values: Mapping[str, Value]
) -> str:
    """Output of `helm template` for a packed chart.

    Raises:
        OSError: the program cannot be started or takes longer than `DEADLINE`.
        ValueError: it failed; the text is what it said.
    """
    import json
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory(prefix="seatrial-") as folder:
        chart, given = Path(folder, "chart.tgz"), Path(folder, "values.json")
        chart.write_bytes(archive)
        given.write_text(json.dumps(values), encoding="utf-8")
        try:
            done = subprocess.run(
                [helm, "template", release, str(chart), "-f", str(given), "--namespace", namespace],
                capture_output=True,
                check=False,
                timeout=DEADLINE,
                env=_environment(folder),
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"helm took longer than {DEADLINE:.0f} s") from error
    if done.returncode != 0:
        raise ValueError(done.stderr.decode("utf-8", errors="replace"))
    return done.stdout.decode("utf-8", errors="replace")


def split(output: str) -> dict[str, str]:
    """Texts by template path, from the `# Source:` lines of `helm template`."""
    texts: dict[str, list[str]] = {}
    for document in output.split("\n---\n"):
        head, _, body = document.removeprefix("---\n").partition("\n")
        if head.startswith("# Source: "):
            texts.setdefault(head.removeprefix("# Source: ").strip(), []).append(body)
    return {path: "\n---\n".join(parts) for path, parts in texts.items()}


def _environment(folder: str) -> dict[str, str]:
    # Own folders, so that no plugin or repository of the user takes part; no kubeconfig either.
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": folder,
        "HELM_PLUGINS": folder,
        "HELM_CACHE_HOME": folder,
        "HELM_CONFIG_HOME": folder,
        "HELM_DATA_HOME": folder,
        "KUBECONFIG": os.devnull,
    }
