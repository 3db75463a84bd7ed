#!/usr/bin/env bash
# Runs the database migrations in an environment.
# Usage: scripts/migrate.sh <dev|staging|production>
set -euo pipefail
# What this changes stands in no file, so the next delivery undoes it: for emergencies only.
: "${BREAK_GLASS:?say why, for example BREAK_GLASS=incident-42; the code is the way otherwise}"

namespace=vmshift-${1:?environment}
kubectl exec -n "$namespace" deploy/vmshift-api -- alembic upgrade head
kubectl rollout restart deployment/vmshift-worker -n "$namespace"
