#!/usr/bin/env bash
# Usage: scripts/scale.sh <dev|staging|production> <api|worker> <replicas>
set -euo pipefail
# What this changes stands in no file, so the next delivery undoes it: for emergencies only.
: "${BREAK_GLASS:?say why, for example BREAK_GLASS=incident-42; the code is the way otherwise}"

kubectl scale deployment "vmshift-$2" -n "vmshift-$1" --replicas="$3"
