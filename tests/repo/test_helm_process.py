"""Helm's library in its own process: asked, cut off, started again."""

from __future__ import annotations

import os
import signal

import pytest

from seatrial.repo.kubernetes import helm, helm_process
from seatrial.repo.kubernetes.helm import Renderer, pack
from seatrial.repo.kubernetes.helm_process import HelmProcess, HelmTimeoutError

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "templates/a.yaml": "kind: A\nname: {{ .Values.name }}\n",
}


def test_a_chart_is_rendered_by_the_process() -> None:
    rendered = Renderer(pack("web", CHART, {})).render({"name": "x"})
    assert rendered == {"web/templates/a.yaml": "kind: A\nname: x\n"} or list(
        rendered.values()
    ) == ["kind: A\nname: x\n"]


def test_a_process_that_died_is_started_again_and_the_chart_loaded_again() -> None:
    renderer = Renderer(pack("web", CHART, {}))
    before = renderer.render({"name": "x"})
    helm_process.PROCESS.stop()
    assert renderer.render({"name": "x"}) == before


def test_a_request_past_its_deadline_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helm_process, "DEADLINE", 0.0)
    process = HelmProcess()
    with pytest.raises(HelmTimeoutError, match="took longer"):
        process.ask("values", "a: 1")
    monkeypatch.setattr(helm_process, "DEADLINE", 10.0)
    assert process.ask("values", "a: 1") == ("done", {"a": 1})
    process.stop()


def test_a_process_that_is_killed_in_between_is_an_error_of_helm() -> None:
    helm_process.PROCESS.start()
    running = helm_process.PROCESS._process
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    # The next request starts another one.
    assert helm.values_of("a: yes") == {"a": True}


def test_the_process_ends_with_its_input() -> None:
    process = HelmProcess()
    assert process.ask("values", "a: 1")[0] == "done"
    running = process._process
    assert running is not None
    assert running.stdin is not None
    running.stdin.close()
    assert running.wait(timeout=10) == 0
    process.stop()
