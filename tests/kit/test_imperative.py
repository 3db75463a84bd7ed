"""Which commands change a system by hand."""

from __future__ import annotations

import pytest

from seatrial.kit.byhand.imperative import changes, makes_local_cluster
from seatrial.repo.commands import shell


def _twins(script: str) -> list[str]:
    return [change.twin for change in changes(shell.parse(script).commands)]


@pytest.mark.parametrize(
    "script",
    [
        "kubectl create secret generic api --from-literal=a=b",
        "kubectl patch deployment api -p '{}'",
        "kubectl -n shop set image deployment/api api=x:1",
        "kubectl scale deploy/api --replicas=3",
        "kubectl delete namespace shop",
        "kubectl apply -f https://example.com/releases/latest/all.yaml",
        "sudo kubectl annotate svc api a=b",
        "kubectl create secret generic a --dry-run=client -o yaml | kubectl apply -f -",
        "helm install prometheus prometheus-community/prometheus",
        "helm upgrade --install api ./chart --set replicas=3",
        "gcloud container clusters create-auto main",
        "gcloud beta sql instances patch main --tier=x",
        "aws ec2 create-security-group --group-name web",
        "aws s3 mb s3://bucket",
        "az group create -n shop",
        "linode-cli lke pool-update 1 2 --count 4",
        "argocd app set shop --parameter a=b",
        "flux create kustomization apps --path=./apps",
        "gh api --method PUT repos/o/r/environments/production",
        "eksctl create cluster",
        "istioctl install -y",
    ],
)
def test_a_command_that_changes_a_system_has_a_declarative_twin(script: str) -> None:
    assert len(_twins(script)) == 1


@pytest.mark.parametrize(
    "script",
    [
        "kubectl get pods",
        "kubectl apply -f k8s/",
        "kustomize build overlays/production | kubectl apply -f -",
        "kubectl create secret generic a --dry-run=client -o yaml > secret.yaml",
        "kubectl create job --from=cronjob/backup now",
        "kubectl delete pod api-0",
        "kubectl rollout status deployment/api",
        "kubectl --context=kind-ci scale deploy/api --replicas=3",
        "kubectl run curl --rm -i --image=curlimages/curl -- curl api",
        "helm upgrade --install api ./chart -f values.yaml --set image.tag=$SHA",
        "helm upgrade --install cert-manager jetstack/cert-manager --version v1.16.2",
        "helm install ui oci://public.ecr.aws/acme/ui-chart:0.8.5",
        "helm diff upgrade api ./chart",
        "terraform apply -auto-approve",
        "gcloud run deploy api --image x",
        "gcloud config set project x",
        "aws sts get-caller-identity",
        "aws ecs update-service --cluster a --service b",
        "az acr build -t x .",
        "argocd app sync shop",
        "flux create source git apps --url=x --export",
        "gh api repos/o/r/environments",
        "gh api -X POST repos/o/r/issues",
        "echo kubectl delete namespace shop",
        "# kubectl delete namespace shop",
    ],
)
def test_a_command_that_reads_or_delivers_is_no_change_by_hand(script: str) -> None:
    assert _twins(script) == []


def test_no_value_of_a_secret_is_shown() -> None:
    (change,) = changes(
        shell.parse("kubectl create secret generic a --from-literal=P=hunter2").commands
    )
    assert "hunter2" not in f"{change.what} {change.twin}"


def test_a_cluster_that_is_made_on_the_spot_is_told_from_a_real_one() -> None:
    assert makes_local_cluster(shell.parse("kind create cluster").commands)
    assert makes_local_cluster((), ["helm/kind-action"])
    assert not makes_local_cluster(shell.parse("kubectl get nodes").commands, ["actions/checkout"])
