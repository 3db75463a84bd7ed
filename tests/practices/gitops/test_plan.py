"""What the plan of practice 11 writes: objects of Argo CD, and commits instead of pushes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.practices.applied import Applied


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "gitops").carry_out()


def test_each_environment_has_an_application_in_a_project_of_its_own(pair: Applied) -> None:
    for environment, branch in (("dev", "dev"), ("staging", "develop"), ("production", "main")):
        folder = f"iac-vmshift/argocd/{environment}"
        spec = yaml.safe_load(pair.text(f"{folder}/vmshift-{environment}.yaml"))["spec"]
        project = yaml.safe_load(pair.text(f"{folder}/project.yaml"))
        assert spec["project"] == project["metadata"]["name"] == environment
        assert spec["source"]["targetRevision"] == branch
        assert spec["source"]["helm"]["valueFiles"] == [f"values-{environment}.yaml"]
        assert spec["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
        assert project["spec"]["sourceRepos"] == ["https://github.com/example-org/vmshift.git"]
        assert project["spec"]["destinations"] == [
            {"server": "https://kubernetes.default.svc", "namespace": f"vmshift-{environment}"}
        ]


def test_a_job_commits_one_line_and_needs_no_cluster(pair: Applied) -> None:
    jobs = yaml.safe_load(pair.text("vmshift/.github/workflows/ci-cd.yaml"))["jobs"]
    for name in ("deploy-dev", "deploy-staging", "deploy-production"):
        steps = {step.get("name"): step for step in jobs[name]["steps"]}
        deploy = steps["Deploy"]
        assert "helm upgrade" not in deploy["run"]
        assert "s/tag" not in deploy["run"]
        assert deploy["env"]["KEY"] == ".image.tag"
        assert deploy["env"]["VALUES"] == f"helm/vmshift/values-{name.split('-')[1]}.yaml"
        assert "Configure kubectl" not in steps
        assert ("merge.sh" in deploy["run"]) == (name != "deploy-dev")


def test_a_second_writer_is_off_and_an_unread_file_claims_nothing(pair: Applied) -> None:
    job = yaml.safe_load(pair.text("vmshift/.github/workflows/argocd-update.yaml"))["jobs"]
    assert job["update-values"]["if"] is False
    assert not yaml.safe_load(pair.text("vmshift/helm/vmshift/values-prod.yaml"))
    assert "Prune=false" in pair.text("vmshift/helm/vmshift/templates/postgresql.yaml")


def test_a_script_starts_the_workflow(pair: Applied) -> None:
    script = pair.text("vmshift/scripts/deploy.sh")
    assert "gh workflow run deploy.yaml --ref main" in script
    assert '-f environment="$environment" -f tag="$tag"' in script
    assert "helm" not in script.replace("# ", "")
    assert pair.again() == []


def test_flux_stays_the_tool_of_a_team(tmp_path: Path) -> None:
    folder = tmp_path / "fleet" / "clusters" / "production"
    folder.mkdir(parents=True)
    (folder / "shop.yaml").write_text(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n"
        "  name: shop\n  namespace: flux-system\nspec:\n  interval: 10m\n  path: ./apps\n"
        "  prune: true\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n"
    )
    found = Applied(tmp_path, "gitops", names=("fleet",))
    assert not [change.path for change in found.plan.files]
