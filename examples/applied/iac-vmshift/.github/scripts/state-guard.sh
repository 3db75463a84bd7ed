#!/usr/bin/env bash
# Refuses to apply on an empty state: Terraform would make everything that runs a second time.
# A workspace that is really new is named in the repository variable NEW_WORKSPACE for its first apply.
# Usage: state-guard.sh [folder]
set -euo pipefail
cd "${1:-.}"

# setup-terraform puts a wrapper in front that adds lines of its own to the output.
tf=$(command -v terraform-bin || command -v terraform || command -v tofu)
workspace=$("$tf" workspace show)
# Held in memory only, never printed: it is full of secrets. Fails when the backend cannot be read.
state=$("$tf" state pull)

if grep -q '"mode": *"managed"' <<<"$state"; then
  echo "the state of workspace $workspace knows resources"
elif [ "$workspace" = "${NEW_WORKSPACE:-}" ]; then
  echo "workspace $workspace is new, as NEW_WORKSPACE says"
else
  echo "::error::the state of workspace $workspace is empty: migrate the old state first, or set the repository variable NEW_WORKSPACE to $workspace if it is new"
  exit 1
fi
