"""Writes a large repository of plausible shape: code, workflows, charts, Terraform."""

from __future__ import annotations

import subprocess
from pathlib import Path

WORKFLOW = """name: service-{n}
on:
  push:
    branches: [main]
    paths: [services/{n}/**]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          cd services/{n}
          pip install -r requirements.txt
          pytest -q
  deploy:
    needs: [test]
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v4
      - run: |
          docker build -t registry.example.com/s{n}:${{{{ github.sha }}}} services/{n}
          docker push registry.example.com/s{n}:${{{{ github.sha }}}}
          helm upgrade --install s{n} charts/s{n} -f charts/s{n}/values-production.yaml
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: {{ .Chart.Name }}}
  template:
    metadata:
      labels: {app: {{ .Chart.Name }}}
    spec:
      containers:
        - name: app
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          resources: {{- toYaml .Values.resources | nindent 12 }}
          readinessProbe:
            httpGet: {path: /ready, port: 8080}
"""
SERVICE = """apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {app: {{ .Chart.Name }}}
  ports: [{port: 80, targetPort: 8080}]
"""
VALUES = """replicas: 1
image: {repository: registry.example.com/app, tag: "1.0.0"}
resources:
  requests: {cpu: 100m, memory: 128Mi}
"""
MODULE = '''"""Module {n}."""


def value_{n}(x: int) -> int:
    """Return a number."""
    return x + {n}
'''


def generate(folder: Path, *, files: int, workflows: int, charts: int) -> None:
    """Write the repository and let git track it."""
    for n in range(workflows):
        _write(folder / f".github/workflows/service-{n}.yml", WORKFLOW.format(n=n))
    for n in range(charts):
        chart = folder / f"charts/s{n}"
        _write(chart / "Chart.yaml", f"apiVersion: v2\nname: s{n}\nversion: 0.1.0\n")
        _write(chart / "values.yaml", VALUES)
        _write(chart / "values-staging.yaml", "replicas: 2\n")
        _write(chart / "values-production.yaml", "replicas: 3\nunused: true\n")
        _write(chart / "templates/deployment.yaml", DEPLOYMENT)
        _write(chart / "templates/service.yaml", SERVICE)
    for n in range(files - workflows - 6 * charts):
        service = n % max(workflows, 1)
        _write(folder / f"services/{service}/pkg{n % 40}/module_{n}.py", MODULE.format(n=n))
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "add", "-A"], check=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
