"""What the plan of practice 1 writes into files: environments, chains, owners."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.practices.applied import Applied


def _jobs(applied: Applied, path: str) -> dict[str, dict[str, object]]:
    return dict(yaml.safe_load(applied.text(path))["jobs"])


def test_every_releasing_job_of_the_pair_is_bound(tmp_path: Path) -> None:
    pair = Applied(tmp_path, "environment-protection").carry_out()
    jobs = _jobs(pair, "vmshift/.github/workflows/ci-cd.yaml")
    bound = {name: job.get("environment") for name, job in jobs.items()}
    assert bound["deploy-production"] == "production"
    assert bound["deploy-staging"] == "staging"
    assert bound["build"] == "publish"
    assert bound["lint"] is None
    addons = _jobs(pair, "iac-vmshift/.github/workflows/cluster-addons.yml")["bootstrap"]
    assert addons["environment"] == "${{ matrix.environment }}"
    assert "workflow_run.conclusion == 'success'" in str(addons["if"])
    assert pair.again() == []


def test_secrets_are_named_and_nobody_is_made_an_owner(tmp_path: Path) -> None:
    pair = Applied(tmp_path, "environment-protection")
    left = " ".join(one.message for one in pair.plan.left)
    assert "move KUBECONFIG_PRODUCTION to the environment production" in left
    assert "vmshift has no CODEOWNERS" in left
    assert not any("CODEOWNERS" in change.path for change in pair.plan.files)


def _repository(folder: Path, owners: str) -> None:
    (folder / ".github/workflows").mkdir(parents=True)
    (folder / "CODEOWNERS").write_text(owners, encoding="utf-8")
    (folder / ".github/workflows/deploy.yaml").write_text(
        "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    environment: production\n"
        "    steps:\n      - run: kubectl apply -f production/\n",
        encoding="utf-8",
    )


def test_the_owners_of_the_rest_own_the_pipelines(tmp_path: Path) -> None:
    _repository(tmp_path / "shop", "# who reviews\n/app/ @acme/shop\n")
    shop = Applied(tmp_path, "environment-protection", names=("shop",)).carry_out()
    assert shop.text("shop/CODEOWNERS") == "# who reviews\n/app/ @acme/shop\n/.github/ @acme/shop\n"
    assert shop.again() == []


def test_two_different_owners_are_not_chosen_between(tmp_path: Path) -> None:
    _repository(tmp_path / "shop", "/app/ @acme/shop\n/db/ @acme/data\n")
    shop = Applied(tmp_path, "environment-protection", names=("shop",))
    assert not shop.plan.files
    assert any("names no owner of .github/" in one.message for one in shop.plan.left)
