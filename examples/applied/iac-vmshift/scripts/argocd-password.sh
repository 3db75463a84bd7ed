#!/usr/bin/env bash
set -euo pipefail

kubectl get secret argocd-initial-admin-secret -n argocd -o jsonpath='{.data.password}' | base64 -d
echo
kubectl port-forward -n argocd svc/argocd-server 8080:80
