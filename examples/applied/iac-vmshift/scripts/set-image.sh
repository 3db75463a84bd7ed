#!/usr/bin/env bash
# Sets the image of the application by hand, for when the pipeline is down.
# Usage: scripts/set-image.sh <dev|staging|production> <tag>
set -euo pipefail
# What this changes stands in no file, so the next delivery undoes it: for emergencies only.
: "${BREAK_GLASS:?say why, for example BREAK_GLASS=incident-42; the code is the way otherwise}"

namespace=vmshift-${1:?environment}
tag=${2:-latest}
kubectl set image deployment/vmshift-api -n "$namespace" api="ghcr.io/example-org/vmshift-api:$tag"
kubectl set image deployment/vmshift-worker -n "$namespace" worker="ghcr.io/example-org/vmshift-worker:$tag"
kubectl set image deployment/vmshift-beat -n "$namespace" beat="ghcr.io/example-org/vmshift-worker:$tag"
