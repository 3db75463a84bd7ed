#!/usr/bin/env bash
# Usage: scripts/deploy.sh <dev|staging|production> [tag]
set -euo pipefail
cd "$(dirname "$0")/.."

environment=$1
tag=${2:-latest}
namespace=vmshift-$environment

helm upgrade --install vmshift helm/vmshift \
  --namespace "$namespace" --create-namespace \
  -f "helm/vmshift/values-$environment.yaml" \
  --set image.tag="$tag"

kubectl rollout restart deployment/vmshift-api deployment/vmshift-worker -n "$namespace"

echo "Deployed $tag to $environment"
./scripts/notify.sh "$environment" "$tag" || true
