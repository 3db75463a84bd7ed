#!/usr/bin/env bash
# What a new cluster needs besides Terraform.
# Usage: KUBECONFIG=... scripts/bootstrap-cluster.sh
set -euo pipefail
# What this changes stands in no file, so the next delivery undoes it: for emergencies only.
: "${BREAK_GLASS:?say why, for example BREAK_GLASS=incident-42; the code is the way otherwise}"
cd "$(dirname "$0")/.."

kubectl apply -f https://github.com/cert-manager/cert-manager/releases/latest/download/cert-manager.yaml
kubectl wait --for=condition=Available deployment/cert-manager-webhook -n cert-manager --timeout=180s
kubectl apply -f manifests/cluster-issuer.yaml
kubectl apply -f manifests/developers-rbac.yaml
kubectl apply -f https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml

./scripts/patch-ingress.sh
