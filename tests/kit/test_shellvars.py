"""Variables that a step reads and that nothing sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.kit.delivery.shellvars import undefined
from tests.kit.pipelines_repo import site_of

HEAD = "on: push\njobs:\n  t:\n    steps:\n"
READS = "      - run: curl https://shop-${ENV}.example.com\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (HEAD + READS, ["ENV"]),
        ("env:\n  ENV: dev\n" + HEAD + READS, []),
        (HEAD + '      - run: echo "ENV=dev" >> "$GITHUB_ENV"\n' + READS, []),
        (HEAD + "      - uses: someone/sets-things@v1\n" + READS, []),
        (HEAD + "      - uses: actions/checkout@v4\n" + READS, ["ENV"]),
        (HEAD + "      - run: |\n          ENV=$(whoami)\n          curl https://$ENV.io\n", []),
        (HEAD + "      - run: curl https://${ENV:-dev}.example.com/$GITHUB_SHA\n", []),
    ],
)
def test_only_what_nothing_sets_is_told(tmp_path: Path, text: str, names: list[str]) -> None:
    site = site_of(tmp_path, ci=text)
    job = site.repo.workflows[0].jobs[0]
    step = job.steps[-1]
    assert [name for name, _ in undefined(job, step, step.commands)] == names
