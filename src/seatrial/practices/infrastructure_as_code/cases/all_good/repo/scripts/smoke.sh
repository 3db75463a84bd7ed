#!/usr/bin/env bash
set -euo pipefail
kubectl get pods
kubectl create secret generic x --dry-run=client -o yaml
kubectl diff -f k8s/

report() {
  echo "$1"
}

HERE="$(cd "$(dirname "$0")" && pwd)"
ANSWER=$(curl -s https://shop.example.com/version)
report "$ANSWER"
curl -sSL https://example.com/v2.1.0/install.sh | bash
"$HERE/local-cluster.sh"
pg_isready
