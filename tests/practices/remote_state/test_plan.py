"""What the plan of practice 2 writes: backends, pipelines, and what leaves git."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from seatrial.model.plan import Action
from tests.practices.applied import Applied


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "remote-state").carry_out()


def _repository(folder: Path, files: dict[str, str]) -> Applied:
    for path, text in files.items():
        target = folder / "shop" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return Applied(folder, "remote-state", names=("shop",)).carry_out()


def test_the_state_of_linode_goes_to_its_object_storage_with_a_lock(pair: Applied) -> None:
    text = pair.text("iac-vmshift/terraform/backend.tf")
    assert 'bucket                      = "example-org-iac-vmshift-tfstate"' in text
    assert '"https://us-east-1.linodeobjects.com"' in text
    for name in ("use_lockfile", "skip_s3_checksum", "skip_requesting_account_id"):
        assert f"{name.ljust(27)} = true" in text
    assert pair.again() == []


def test_git_forgets_the_states_and_keeps_the_files(pair: Applied) -> None:
    untracked = [c.path for c in pair.plan.files if c.action is Action.UNTRACK]
    assert len(untracked) == 3
    assert all((pair.folder / "iac-vmshift" / path).exists() for path in untracked)
    listed = yaml.safe_load(pair.text("iac-vmshift/security/credentials.yaml"))["leaked"]
    assert set(untracked) <= set(listed)
    assert "linode_lke_cluster.vmshift.kubeconfig" in listed[untracked[0]]["holds"]


def test_no_value_of_a_secret_is_repeated(pair: Applied) -> None:
    for change in pair.plan.files:
        assert "FAKE-" not in "\n".join(change.diff)
    for path in ("terraform.tfvars", "production.tfvars", "variables.tf"):
        assert "FAKE-" not in pair.text(f"iac-vmshift/terraform/{path}")


def test_the_pipeline_refuses_an_empty_state_before_it_applies(pair: Applied) -> None:
    flow = yaml.safe_load(pair.text("iac-vmshift/.github/workflows/terraform.yml"))
    steps = flow["jobs"]["terraform"]["steps"]
    guard = next(i for i, s in enumerate(steps) if s.get("id") == "state")
    assert steps[guard + 1]["run"].startswith("terraform apply")
    assert not any("git push" in s.get("run", "") for s in steps)
    assert flow["env"]["TF_VAR_postgres_passwords"] == "${{ secrets.POSTGRES_PASSWORDS }}"
    plans = yaml.safe_load(pair.text("iac-vmshift/.github/workflows/terraform-plan.yml"))
    runs = plans["jobs"]["plan"]["strategy"]["matrix"]["include"]
    assert [r["workspace"] for r in runs] == ["dev", "staging", "production"]
    assert runs[2]["var-file"] == "production.tfvars"


def test_a_module_beside_a_remote_one_shares_its_bucket(tmp_path: Path) -> None:
    settings = {"bucket": "acme", "key": "a.tfstate", "region": "eu-west-1"}
    rows = "".join(f'    {k} = "{v}"\n' for k, v in settings.items())
    first = f'terraform {{\n  backend "s3" {{\n{rows}    use_lockfile = true\n  }}\n}}\n'
    one = _repository(
        tmp_path, {"a/main.tf": first, "b/main.tf": 'resource "aws_sns_topic" "b" {\n}\n'}
    )
    text = one.text("shop/b/backend.tf")
    assert 'bucket       = "acme"' in text
    assert 'key          = "b/terraform.tfstate"' in text
    assert not (tmp_path / "shop/.github/scripts/state-bucket.sh").exists()


def test_another_system_that_runs_terraform_is_kept(tmp_path: Path) -> None:
    main = 'variable "t" {}\nprovider "linode" {\n  token = var.t\n}\n'
    main += 'resource "linode_instance" "a" {\n  region = "us-ord"\n}\n'
    one = _repository(tmp_path, {"main.tf": main, "atlantis.yaml": "version: 3\n"})
    assert (tmp_path / "shop/backend.tf").exists()
    assert not (tmp_path / "shop/.github/workflows").exists()
    assert one.again() == []
