#!/usr/bin/env bash
# Creates or replaces the credentials of the application by hand.
# Usage: scripts/create-secrets.sh <dev|staging|production>
set -euo pipefail

environment=${1:?environment}
namespace=vmshift-$environment

kubectl create secret generic vmshift-credentials -n "$namespace" \
  --from-literal=POSTGRES_PASSWORD="FAKE-$environment-db-password-not-real" \
  --from-literal=REDIS_PASSWORD="FAKE-$environment-redis-password-not-real" \
  --dry-run=client -o yaml | kubectl apply -f -
kubectl rollout restart deployment -n "$namespace"
