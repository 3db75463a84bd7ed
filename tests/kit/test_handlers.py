"""Handlers of health paths in several languages: what they ask, and which are constant."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatrial.kit.platform.handlers import Handler, health_handlers
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository

FLASK = """app = Flask(__name__)

@app.route("/health")
def health():
    return jsonify(version=schema())

def schema():
    return session.execute("SELECT 1")
"""
CONSTANT = '''app = Flask(__name__)

@app.route("/ready")
def ready():
    """Readiness (of the process)"""
    return "ok", 200

@app.route("/orders")
def orders():
    return jsonify(all_orders())
'''
EXPRESS = """const app = express();
app.get('/healthz', async (req, res) => {
  await pool.query('select now()');
  res.send('ok');
});
"""
EXPRESS_CONSTANT = """const app = express();
app.get('/healthz', (req, res) => {
  res.status(200).send('ok');
});
"""
GO = """package main

import "net/http"

func main() {
	http.HandleFunc("/healthz", health)
}

func health(w http.ResponseWriter, r *http.Request) {
	if err := db.PingContext(r.Context()); err != nil {
		w.WriteHeader(503)
	}
}
"""
SPRING = """import org.springframework.web.bind.annotation.GetMapping;

@RestController
public class Status {
  @GetMapping("/health")
  public ResponseEntity<String> health() {
    return new ResponseEntity<>("ok", HttpStatus.OK);
  }
}
"""


def handler(tmp_path: Path, files: dict[str, str]) -> Handler:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    repo = Repository([Root(tmp_path)])
    site: Site[object] = Site(repo, None, (), Facts({}), datetime.now(UTC))
    (found,) = health_handlers(site)
    return found


@pytest.mark.parametrize(
    ("name", "text", "asks", "constant"),
    [
        pytest.param("app.py", FLASK, "the database", False, id="a function that it calls"),
        pytest.param("app.py", CONSTANT, "", True, id="a constant beside a real route"),
        pytest.param("server.js", EXPRESS, "the database", False, id="express"),
        pytest.param("server.js", EXPRESS_CONSTANT, "", True, id="express, constant"),
        pytest.param("main.go", GO, "the database", False, id="a named Go handler"),
        pytest.param("src/main/java/Status.java", SPRING, "", True, id="spring, constant"),
    ],
)
def test_a_handler_says_what_it_asks(
    tmp_path: Path, name: str, text: str, asks: str, *, constant: bool
) -> None:
    found = handler(tmp_path, {name: text})
    assert (found.asks, found.is_constant) == (asks, constant)


def test_an_action_of_rails_is_found_in_its_controller(tmp_path: Path) -> None:
    routes = 'Rails.application.routes.draw do\n  get "health", to: "status#show"\nend\n'
    controller = (
        "class StatusController\n  def show\n    render json: { db: database_alive? }\n  end\n\n"
        "  def database_alive?\n    ActiveRecord::Base.connection.active?\n  end\nend\n"
    )
    found = handler(
        tmp_path,
        {"config/routes.rb": routes, "app/controllers/status_controller.rb": controller},
    )
    assert found.asks == "the database"
