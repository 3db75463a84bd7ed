#!/usr/bin/env bash
# Takes a backup now: runs the job of the CronJob once, waits for it and shows what it did.
# Usage: scripts/backup-db.sh production|staging
set -euo pipefail

backup() {
  local namespace=$1 cronjob=$2 job
  job="$cronjob-$(date +%m%d%H%M%S)"
  kubectl --namespace "$namespace" create job "$job" --from="cronjob/$cronjob"
  for _ in $(seq 360); do
    if [ "$(kubectl --namespace "$namespace" get job "$job" -o jsonpath='{.status.succeeded}')" = 1 ]; then
      kubectl --namespace "$namespace" logs "job/$job" --all-containers
      return 0
    fi
    if kubectl --namespace "$namespace" wait --for=condition=failed "job/$job" --timeout=10s > /dev/null 2>&1; then
      break
    fi
  done
  kubectl --namespace "$namespace" logs "job/$job" --all-containers >&2 || true
  echo "$job did not succeed" >&2
  return 1
}

case "${1:-}" in
  "production")
    backup "vmshift-production" "vmshift-postgresql-backup"
    ;;
  "staging")
    backup "vmshift-staging" "vmshift-postgresql-backup"
    ;;
  *)
    echo "usage: $0 production|staging" >&2
    exit 2
    ;;
esac
