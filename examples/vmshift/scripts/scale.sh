#!/usr/bin/env bash
# Usage: scripts/scale.sh <dev|staging|production> <api|worker> <replicas>
set -euo pipefail

kubectl scale deployment "vmshift-$2" -n "vmshift-$1" --replicas="$3"
