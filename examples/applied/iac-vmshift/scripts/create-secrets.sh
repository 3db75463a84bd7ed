#!/usr/bin/env bash
# Creates or replaces the credentials of the application by hand.
# Usage: scripts/create-secrets.sh <dev|staging|production>
set -euo pipefail
# What this changes stands in no file, so the next delivery undoes it: for emergencies only.
: "${BREAK_GLASS:?say why, for example BREAK_GLASS=incident-42; the code is the way otherwise}"

environment=${1:?environment}
namespace=vmshift-$environment

kubectl create secret generic vmshift-credentials -n "$namespace" \
  --from-literal=POSTGRES_PASSWORD="${POSTGRES_PASSWORD:?}" \
  --from-literal=REDIS_PASSWORD="${REDIS_PASSWORD:?}" \
  --dry-run=client -o yaml | kubectl apply -f -
kubectl rollout restart deployment -n "$namespace"
