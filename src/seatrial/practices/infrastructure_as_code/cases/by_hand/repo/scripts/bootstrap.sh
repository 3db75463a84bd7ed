#!/usr/bin/env bash
set -euo pipefail
kubectl apply -f https://github.com/cert-manager/cert-manager/releases/latest/download/cert-manager.yaml
helm install prometheus prometheus-community/prometheus
