"""What the plan of practice 15 writes: pages with this system's own commands, which are drilled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from seatrial.practices.disaster_recovery.runbooks import dates_in
from tests.postgres import server
from tests.practices.applied import Applied

_PAGES = "vmshift/docs/runbooks"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "disaster-recovery").carry_out()


def test_each_page_has_the_commands_of_this_system(pair: Applied) -> None:
    database = pair.text(f"{_PAGES}/database-corruption.md")
    assert "deployment/vmshift-postgresql -- psql -U vmshift -d postgres" in database
    assert "ALTER DATABASE vmshift_prod SET default_transaction_read_only" in database
    cluster = pair.text(f"{_PAGES}/cluster-loss.md")
    assert "terraform workspace select production" in cluster
    assert "-f helm/vmshift/values-production.yaml" in cluster
    assert "https://vmshift.example.com" in cluster
    assert pair.again() == []


def test_no_page_claims_a_test_that_nobody_made(pair: Applied) -> None:
    for page in (pair.folder / _PAGES).glob("*.md"):
        text = page.read_text()
        assert "| RTO | 60 minutes |" in text
        assert "```bash drill\n" in text
        assert not dates_in(text.lower()), page.name


def test_a_page_that_people_wrote_is_kept(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[3] / "examples/vmshift", tmp_path / "vmshift")
    page = tmp_path / "vmshift/docs/runbooks/cluster.md"
    page.parent.mkdir(parents=True)
    page.write_text(
        "# Loss of the cluster\n\nOwner: platform. RTO 1 h, RPO 1 h.\n\n"
        "```bash\nkubectl apply -k deploy\n```\n"
    )
    written = [
        c.path for c in Applied(tmp_path, "disaster-recovery", names=("vmshift",)).plan.files
    ]
    assert "docs/runbooks/cluster-loss.md" not in written
    assert "docs/runbooks/bad-deploy.md" in written


def test_the_drills_of_the_database_pass_on_a_real_server(pair: Applied) -> None:
    root = pair.folder / "vmshift"
    page = (root / "docs/runbooks/database-corruption.md").read_text()
    with server() as running:
        for name, text in (
            ("drill.sh", (root / ".github/scripts/drill.sh").read_text()),
            ("page.md", page),
            # A page with one wrong command ends the drill.
            ("wrong.md", page.replace("DELETE FROM", "DELETE FORM", 1)),
        ):
            (running.folder / name).write_text(text)
        script = str(running.folder / "drill.sh")
        done = running.call("bash", script, str(running.folder / "page.md"))
        assert done.returncode == 0, done.stderr
        done = running.call("bash", script, str(running.folder / "wrong.md"))
        assert done.returncode == 1
        assert "FAILED" in done.stdout
