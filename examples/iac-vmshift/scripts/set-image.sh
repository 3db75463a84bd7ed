#!/usr/bin/env bash
# Sets the image of the application by hand, for when the pipeline is down.
# Usage: scripts/set-image.sh <dev|staging|production> <tag>
set -euo pipefail

namespace=vmshift-${1:?environment}
tag=${2:-latest}
kubectl set image deployment/vmshift-api -n "$namespace" api="ghcr.io/example-org/vmshift-api:$tag"
kubectl set image deployment/vmshift-worker -n "$namespace" worker="ghcr.io/example-org/vmshift-worker:$tag"
kubectl set image deployment/vmshift-beat -n "$namespace" beat="ghcr.io/example-org/vmshift-worker:$tag"
