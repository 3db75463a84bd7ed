#!/usr/bin/env bash
# Usage: scripts/deploy.sh <dev|staging|production> [tag]
set -euo pipefail
cd "$(dirname "$0")/.."

environment=$1
tag=${2:-latest}

# Argo CD delivers from git: the workflow commits the version, and the cluster follows.
gh workflow run deploy.yaml --ref main \
  -f environment="$environment" -f tag="$tag"

echo "Deployed $tag to $environment"
./scripts/notify.sh "$environment" "$tag" || true
