#!/usr/bin/env bash
# Creates the secret for pulling images from ghcr.io.
# Usage: GHCR_USER=... GHCR_TOKEN=... scripts/create-secrets.sh <dev|staging|production>
set -euo pipefail
# What this changes stands in no file, so the next delivery undoes it: for emergencies only.
: "${BREAK_GLASS:?say why, for example BREAK_GLASS=incident-42; the code is the way otherwise}"

namespace=vmshift-${1:?environment}
kubectl create namespace "$namespace" || true
kubectl delete secret ghcr-pull -n "$namespace" --ignore-not-found
kubectl create secret docker-registry ghcr-pull -n "$namespace" \
  --docker-server=ghcr.io \
  --docker-username="$GHCR_USER" \
  --docker-password="$GHCR_TOKEN"
