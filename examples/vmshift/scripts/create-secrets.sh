#!/usr/bin/env bash
# Creates the secret for pulling images from ghcr.io.
# Usage: GHCR_USER=... GHCR_TOKEN=... scripts/create-secrets.sh <dev|staging|production>
set -euo pipefail

namespace=vmshift-${1:?environment}
kubectl create namespace "$namespace" || true
kubectl delete secret ghcr-pull -n "$namespace" --ignore-not-found
kubectl create secret docker-registry ghcr-pull -n "$namespace" \
  --docker-server=ghcr.io \
  --docker-username="$GHCR_USER" \
  --docker-password="$GHCR_TOKEN"
