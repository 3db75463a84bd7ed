"""HTTP routes of all languages, and whether a path is served."""

# ruff: noqa: E501 # a source file stands on one line
from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo.code import routes
from seatrial.repo.code.routes import Routes
from seatrial.repo.files import Root

SPRING = "import org.springframework.web.bind.annotation.*;\n"


def routes_of(folder: Path, files: dict[str, str]) -> Routes:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return routes.read(Root(folder))


def seen(made: Routes) -> list[str]:
    return [f"{r.method} {r.path}" for r in made.routes]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.py": "app = FastAPI()\n@app.get('/healthz')\ndef h(): ...\n# @app.get('/no')\n"}, ["GET /healthz"]),
        (
            {
                "app/main.py": "from fastapi import FastAPI\nfrom app.api import users\nfrom .api.jobs import router as jobs\nV = '/v1'\napp = FastAPI()\napp.include_router(users.router, prefix=f'{V}/api')\napp.include_router(jobs)\n",
                "app/api/__init__.py": "",
                "app/api/users.py": "router = APIRouter(prefix='/users')\n@router.get('/{user_id}')\ndef a(): ...\n",
                "app/api/jobs.py": "router = APIRouter()\n@router.post('/jobs')\ndef a(): ...\n",
            },
            ["GET /v1/api/users/{}", "POST /jobs"],
        ),
        (
            {
                "app/__init__.py": "def create_app():\n    from app.views import bp as b\n    app = Flask(__name__)\n    app.register_blueprint(b, url_prefix='/x')\n",
                "app/views.py": "bp = Blueprint('a', __name__, url_prefix='/gone')\n@bp.route('/a/<int:id>', methods=['GET', 'PUT'])\ndef a(): ...\n",
            },
            ["GET /x/a/{}", "PUT /x/a/{}"],
        ),
        (
            {
                "p/urls.py": "from django.urls import include, path\nurlpatterns = [path('api/', include('shop.urls')), re_path(r'^ready/$', v)]\n",
                "shop/urls.py": "urlpatterns = [path('items/<int:pk>/', v)]\n",
            },
            ["* /ready", "* /api/items/{}"],
        ),
        ({"s.js": "const express = require('express'); const app = express()\napp.get('/a/:id', h)\n// app.get('/no', h)\naxios.get('/nope', h)\n"}, ["GET /a/{}"]),
        (
            {
                "s.ts": "import express from 'express'\nimport users from './users'\nconst app = express()\napp.use('/api', users)\n",
                "users.ts": "const router = Router()\nrouter.post('/users', h)\nexport default router\n",
            },
            ["POST /api/users"],
        ),
        ({"a.controller.ts": "import { Get } from '@nestjs/common'\n@Controller('cats')\nclass A {\n  @Get(':id')\n  x() {}\n}\n"}, ["GET /cats/{}"]),
        ({"m.go": 'import "net/http"\nfunc m() {\n  http.HandleFunc("/healthz", h)\n  mux.HandleFunc("GET /x/{id}", h)\n  // http.HandleFunc("/no", h)\n}\n'}, ["* /healthz", "GET /x/{}"]),
        ({"m.go": 'import "github.com/gin-gonic/gin"\nfunc m() {\n  v1 := r.Group("/v1")\n  v1.GET("/a/:id", h)\n}\n'}, ["GET /v1/a/{}"]),
        ({"m.go": 'import "github.com/go-chi/chi/v5"\nfunc m() {\n  r.Route("/api", func(r chi.Router) {\n    r.Get("/a", h)\n  })\n  r.Get("/b", h)\n}\n'}, ["GET /api/a", "GET /b"]),
        ({"src/main/java/A.java": SPRING + '@RestController\n@RequestMapping("/api")\nclass A {\n  @GetMapping("/{id}")\n  String a() {}\n  @PostMapping\n  String b() {}\n}\n'}, ["GET /api/{}", "POST /api"]),
        ({"config/routes.rb": "Rails.application.routes.draw do\n  get 'up' => 'x#y'\n  # get 'no'\n  namespace :admin do\n    resources :users, only: [:index] do\n      get :stats, on: :collection\n    end\n  end\nend\n"}, ["GET /up", "GET /admin/users", "GET /admin/users/stats"]),
        ({"app.rb": "require 'sinatra'\nget '/ping' do\nend\n"}, ["GET /ping"]),
        ({"Program.cs": 'var g = app.MapGroup("/v1");\ng.MapGet("/a/{id:int}", h);\napp.MapHealthChecks("/hc");\n'}, ["GET /v1/a/{}", "* /hc"]),
        ({"A.cs": '[Route("api/[controller]")]\npublic class CatsController {\n  [HttpGet("{id}")]\n}\n'}, ["GET /api/cats/{}"]),
        ({"src/main.rs": 'let app = Router::new().route("/health", get(h));\n// .route("/no", get(h))\n'}, ["GET /health"]),
        ({"openapi.yaml": "servers: [{url: https://x.test/v1}]\npaths:\n  /pets/{id}:\n    get: {}\n    parameters: []\n"}, ["GET /v1/pets/{}"]),
    ],
)  # fmt: skip
def test_routes_are_seen_with_their_prefixes(
    tmp_path: Path, files: dict[str, str], expected: list[str]
) -> None:
    assert sorted(seen(routes_of(tmp_path, files))) == sorted(expected)


def test_the_actuator_comes_with_its_library(tmp_path: Path) -> None:
    made = routes_of(
        tmp_path,
        {
            "pom.xml": "<project><dependencies><dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency></dependencies></project>",
            "src/main/resources/application.yml": "server: {servlet: {context-path: /shop}}\n",
            "src/main/java/A.java": SPRING + '@RestController\nclass A {\n  @GetMapping("/a")\n  String a() {}\n}\n',
        },
    )  # fmt: skip
    assert made.serves("/shop/actuator/health") == "yes"
    assert made.serves("/shop/a") == "yes"
    assert made.serves("/actuator/health") == "no"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("app = FastAPI()\n@app.get('/healthz')\ndef a(): ...\n", "/healthz/", "yes"),
        ("app = FastAPI()\n@app.get('/healthz')\ndef a(): ...\n", "/ready", "no"),
        ("app = FastAPI()\n@app.post('/healthz')\ndef a(): ...\n", "/healthz", "no"),
        ("app = FastAPI()\n@app.get('/{slug}')\ndef a(): ...\n", "/ready", "unknown"),
        ("app = FastAPI()\napp.include_router(r.x, prefix=settings.P)\n@app.get('/a')\ndef a(): ...\n", "/ready", "unknown"),
        ("app = FastAPI()\napp.mount('/sub', other)\n@app.get('/a')\ndef a(): ...\n", "/sub/ready", "unknown"),
        ("app = FastAPI()\n@app.get(PATH)\ndef a(): ...\n", "/ready", "unknown"),
        ("router = APIRouter()\n@router.get('/ready')\ndef a(): ...\n", "/ready", "unknown"),
        ("x = 1\n", "/ready", "unknown"),
        ("app = FastAPI()\n@app.get('/healthz'\n", "/healthz", "unknown"),
    ],
)  # fmt: skip
def test_served_or_not_or_unknown(tmp_path: Path, text: str, path: str, expected: str) -> None:
    assert routes_of(tmp_path, {"main.py": text}).serves(path) == expected


def test_a_service_that_is_not_understood_makes_no_an_unknown(tmp_path: Path) -> None:
    made = routes_of(
        tmp_path,
        {
            "api/main.py": "app = FastAPI()\n@app.get('/a')\ndef a(): ...\n",
            "web/package.json": '{"dependencies": {"next": "15"}}',
        },
    )
    assert made.serves("/b") == "unknown"
    assert made.serves("/b", folder="api") == "no"
    assert made.serves("/a", folder="web") == "unknown"


@pytest.mark.parametrize(
    "name", ["a.py", "a.js", "a.go", "A.java", "config/routes.rb", "A.cs", "a.rs", "a.php"]
)
@pytest.mark.parametrize("text", ["@app.get(", "app.get('/x", "routes.draw do\nend\nend\nget", 'http.HandleFunc("/x', '@GetMapping("/x', "/* Route::get('"])  # fmt: skip
def test_broken_sources_do_not_raise(tmp_path: Path, name: str, text: str) -> None:
    assert isinstance(routes_of(tmp_path, {name: text}).routes, tuple)
