"""Health endpoints of four frameworks as practice 4 writes them, asked where they can run."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.practices.applied import Applied

_CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": "image:\n  tag: latest\n",
    "chart/values-production.yaml": "image:\n  tag: 1.0.0\n",
    "chart/templates/shop.yaml": """apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
        - name: shop
          image: registry.example.com/shop:{{ .Values.image.tag }}
          env:
            - name: APP_VERSION
              value: {{ .Values.image.tag | quote }}
          ports:
            - containerPort: 8000
""",
    ".github/workflows/deploy.yaml": """name: Deploy
on:
  push:
    branches: [main]
jobs:
  deploy-production:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v4
      - run: |
          helm upgrade --install shop chart -f chart/values-production.yaml \\
            --set image.tag=${{ github.sha }}
""",
}
_SETTINGS = """SECRET_KEY = "fake-for-a-test"
ALLOWED_HOSTS = ["shop.example.com"]
SECURE_SSL_REDIRECT = True
ROOT_URLCONF = "config.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": NAME}}
"""
_URLS = """from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("orders", lambda request: HttpResponse("[]")),
]
"""
_EXPRESS = """exports = module.exports = () => {
  const routes = {};
  return { routes, get: (path, handler) => (routes[path] = handler), listen: () => {} };
};
"""
_ASK_NODE = """const answers = {};
const load = async () => (await import(process.argv[1])).default;
load().then(async (app) => {
  for (const path of Object.keys(app.routes)) {
    const answer = { code: 200 };
    const res = { status: (code) => ((answer.code = code), res), json: (body) => (answer.body = body) };
    await app.routes[path]({}, res);
    answers[path] = answer;
  }
  console.log(JSON.stringify(answers));
});
"""  # noqa: E501


def _applied(folder: Path, files: dict[str, str]) -> Applied:
    for path, text in (_CHART | files).items():
        target = folder / "shop" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    applied = Applied(folder, "health-checks", names=("shop",)).carry_out()
    assert applied.again() == []
    return applied


def _run(applied: Applied, *words: str) -> dict[str, dict[str, object]]:
    folder = applied.folder / "shop"
    environment = {"APP_VERSION": "1.4.2", "PYTHONPATH": os.pathsep.join((".", *sys.path))}
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _added(applied: Applied, path: str, before: str) -> list[str]:
    after = applied.text(f"shop/{path}").splitlines()
    return [line for line in after if line not in before.splitlines()]


def _installed(*names: str) -> bool:
    return all(importlib.util.find_spec(name) for name in names)


@pytest.mark.parametrize("framework", ["fastapi", "flask"])
def test_python_answers_whether_its_database_does(framework: str, tmp_path: Path) -> None:
    maker = {"fastapi": "FastAPI()", "flask": "Flask(__name__)"}[framework]
    main = f"from {framework} import {maker.partition('(')[0]}\n\napp = {maker}\n"
    engine = 'from sqlalchemy import create_engine\n\nengine = create_engine("sqlite:///shop.db")\n'
    applied = _applied(
        tmp_path,
        {
            "requirements.txt": f"{framework}==1.0.0\nsqlalchemy==2.0.44\n",
            "shop/__init__.py": "",
            "shop/main.py": main,
            "shop/db.py": engine,
        },
    )
    assert _added(applied, "shop/main.py", main) == [
        "from shop.health import add_health",
        "add_health(app)",
    ]
    compile(applied.text("shop/shop/health.py"), "health.py", "exec")
    if not _installed(framework, "sqlalchemy", "httpx"):
        return
    client = {
        "fastapi": "from fastapi.testclient import TestClient\nclient = TestClient(app)\n",
        "flask": "client = app.test_client()\n",
    }[framework]
    asked = (
        f"import json\nfrom shop.main import app\nfrom shop import db\n{client}"
        "def ask(path):\n    r = client.get(path)\n"
        "    return {'code': r.status_code, 'body': json.loads(r.text)}\n"
        "good = {p: ask(p) for p in ('/ready', '/livez', '/version')}\n"
        "import shop.health as h, sqlalchemy\n"
        "h.engine = sqlalchemy.create_engine('sqlite:////nowhere/at/all.db')\n"
        "print(json.dumps(good | {'down': ask('/ready'), 'alive': ask('/livez')}))\n"
    )
    answers = _run(applied, sys.executable, "-c", asked)
    assert answers["/ready"] == {"code": 200, "body": {"database": "ok"}}
    assert answers["/version"]["body"] == {"version": "1.4.2"}
    assert answers["down"] == {"code": 503, "body": {"database": "unavailable"}}
    assert answers["alive"]["code"] == 200


def _django(folder: Path, settings: str) -> Applied:
    files = {
        "requirements.txt": "django==5.2.8\n",
        "src/config/__init__.py": "",
        "src/config/urls.py": _URLS,
        "src/config/settings.py": settings,
    }
    return _applied(folder, files)


def _ask_django(applied: Applied) -> dict[str, dict[str, object]]:
    asked = (
        "import os, sys, json\nsys.path.insert(0, 'src')\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
        "import django\ndjango.setup()\nfrom django.test import Client\n"
        "c = Client(raise_request_exception=False)\n"
        "def ask(path):\n    r = c.get(path, HTTP_HOST='10.0.0.7:8000')\n"
        "    return {'code': r.status_code, 'body': json.loads(r.content or b'{}')"
        " if 'json' in r.get('Content-Type', '') else {}}\n"
        "print(json.dumps({p: ask(p) for p in ('/ready', '/livez', '/version', '/orders')}))\n"
    )
    return _run(applied, sys.executable, "-c", asked)


@pytest.mark.parametrize(("name", "code"), [('":memory:"', 200), ('"/nowhere/at/all.db"', 503)])
def test_django_answers_a_probe_by_the_address_of_the_pod(
    name: str, code: int, tmp_path: Path
) -> None:
    settings = _SETTINGS.replace("NAME}", f"{name}}}")
    applied = _django(tmp_path, settings)
    assert _added(applied, "src/config/urls.py", _URLS) == [
        "from django.urls import include, path",
        '    path("", include("config.health")),',
    ]
    assert _added(applied, "src/config/settings.py", settings) == [
        '    "config.health.answer_first",'
    ]
    compile(applied.text("shop/src/config/health.py"), "health.py", "exec")
    if not _installed("django"):
        return
    answers = _ask_django(applied)
    state = "ok" if code == 200 else "unavailable"
    assert answers["/ready"] == {"code": code, "body": {"database": state}}
    assert answers["/livez"] == {"code": 200, "body": {"status": "ok"}}
    assert answers["/version"]["body"] == {"version": "1.4.2"}
    assert answers["/orders"]["code"] in {301, 400}  # What a probe met before.


def test_django_gets_a_liveness_that_a_probe_reaches(tmp_path: Path) -> None:
    own = '    path("healthz", lambda request: HttpResponse("ok")),\n'
    urls = _URLS.replace("urlpatterns = [\n", f"urlpatterns = [\n{own}")
    files = {
        "requirements.txt": "django==5.2.8\n",
        "src/config/urls.py": urls,
        "src/config/settings.py": _SETTINGS,
    }
    applied = _applied(tmp_path, files)
    assert applied.text("shop/chart/templates/shop.yaml").count("path: /livez") == 2


def test_django_whose_settings_are_not_clear_is_left_alone(tmp_path: Path) -> None:
    settings = _SETTINGS.replace("MIDDLEWARE = [", "MIDDLEWARE = FIRST + [")
    applied = _django(tmp_path, settings)
    assert "include" not in applied.text("shop/src/config/urls.py")
    assert "livez" not in applied.text("shop/chart/templates/shop.yaml")
    assert any("asks the database" in left.message for left in applied.plan.left)


def test_django_without_such_checks_keeps_its_settings(tmp_path: Path) -> None:
    settings = 'ALLOWED_HOSTS = ["*"]\nROOT_URLCONF = "config.urls"\nMIDDLEWARE = [\n]\n'
    settings += 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}\n'
    applied = _django(tmp_path, settings)
    assert applied.text("shop/src/config/settings.py") == settings
    assert 'caches["default"]' in applied.text("shop/src/config/health.py")


_NODE = {
    "commonjs": (
        "server.js",
        (
            "const express = require('express');\n\nconst app = express();\napp.listen(3000);\n"
            "module.exports = app;\n"
        ),
        "const { Pool } = require('pg');\n\nconst pool = new Pool();\nmodule.exports = { pool };\n",
        ["const { addHealth } = require('./health');", "addHealth(app);"],
    ),
    "module": (
        "server.js",
        (
            'import express from "express"\n\nexport const app = express()\napp.listen(3000)\n'
            "export default app\n"
        ),
        'import pg from "pg"\n\nexport const pool = new pg.Pool()\n',
        ['import { addHealth } from "./health.js"', "addHealth(app)"],
    ),
}


@pytest.mark.parametrize("kind", list(_NODE))
@pytest.mark.parametrize("down", [False, True])
def test_express_asks_the_pool_that_it_shares(kind: str, down: bool, tmp_path: Path) -> None:  # noqa: FBT001
    path, server, database, added = _NODE[kind]
    package = {"name": "web", "type": kind, "dependencies": {"express": "5.1.0", "pg": "8.13.1"}}
    files = {"package.json": json.dumps(package), path: server, "lib/db.js": database}
    applied = _applied(tmp_path, files)
    assert _added(applied, path, server) == added
    assert "await pool.query(" in applied.text("shop/health.js")
    node = shutil.which("node")
    if node is None:
        return
    modules = applied.folder / "shop" / "node_modules"
    failing = "throw new Error('down')" if down else ""
    pg = f"exports.Pool = class {{ async query() {{ {failing} }} }};\n"
    for name, text in (("express", _EXPRESS), ("pg", pg)):
        (modules / name).mkdir(parents=True)
        (modules / name / "index.js").write_text(text)
    answers = _run(applied, node, "-e", _ASK_NODE, str(applied.folder / "shop" / path))
    state, code = ("unavailable", 503) if down else ("ok", 200)
    assert answers["/ready"] == {"code": code, "body": {"database": state}}
    assert answers["/livez"]["body"] == {"status": "ok"}
    assert answers["/version"]["body"] == {"version": "1.4.2"}


def test_express_in_typescript_gets_typescript(tmp_path: Path) -> None:
    server = 'import express from "express";\nimport { orders } from "./orders";\n\n'
    server += "export function create() {\n  const app = express();\n  app.use(orders);\n}\n"
    client = 'import { PrismaClient } from "@prisma/client";\n\n'
    client += "export const prisma = new PrismaClient();\n"
    applied = _applied(
        tmp_path,
        {
            "package.json": '{"dependencies": {"express": "5.1.0", "@prisma/client": "6.0.0"}}',
            "src/app.ts": server,
            "src/db/client.ts": client,
        },
    )
    assert _added(applied, "src/app.ts", server) == [
        'import { addHealth } from "./health";',
        "  addHealth(app);",
    ]
    written = applied.text("shop/src/health.ts")
    assert 'import { prisma } from "./db/client";' in written
    assert "await prisma.$queryRaw`SELECT 1`;" in written


def test_express_with_two_pools_is_told_and_still_names_its_version(tmp_path: Path) -> None:
    pool = _NODE["commonjs"][2].replace("module.exports = { pool }", "module.exports = pool")
    applied = _applied(
        tmp_path,
        {
            "package.json": '{"dependencies": {"express": "5.1.0", "pg": "8.13.1"}}',
            "server.js": _NODE["commonjs"][1],
            "a.js": pool,
            "b.js": pool,
        },
    )
    text = applied.text("shop/health.js")
    assert "/ready" not in text
    assert '"/version"' in text
    assert any("nothing shows how it is reached" in left.message for left in applied.plan.left)
