#!/usr/bin/env bash
# Runs the database migrations in an environment.
# Usage: scripts/migrate.sh <dev|staging|production>
set -euo pipefail

namespace=vmshift-${1:?environment}
kubectl exec -n "$namespace" deploy/vmshift-api -- alembic upgrade head
kubectl rollout restart deployment/vmshift-worker -n "$namespace"
