#!/usr/bin/env bash
set -euo pipefail
kubectl scale deployment api --replicas="$1"
