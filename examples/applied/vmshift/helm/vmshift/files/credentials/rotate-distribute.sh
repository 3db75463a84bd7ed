#!/bin/sh
# Rotation, step 2 of 4: writes the new login into the Secret and lets every pod that reads it start anew, one by one.
# User, password and address change in one write: nobody can read half of it. Both logins work all the while.
set -eu
umask 077
. "$(dirname "$0")/rotate-common.sh"

old=$DATABASE_URL
new="${old%%://*}://$(cat "$WORK/user"):$(cat "$WORK/password")@${old#*@}"
printf '{"stringData": {"%s": "%s", "%s": "%s"}}' \
  "$URL_KEY" "$new" "${OWNER_KEY}_NEXT" "$(cat "$WORK/owner-next")" >"$WORK/patch.json"
kubectl patch secret "$SECRET" --type merge --patch-file "$WORK/patch.json"
rm "$WORK/patch.json"

# Variables are read at the start only. Deleting pods needs less right than changing what makes them.
kubectl get pods --field-selector status.phase=Running --output jsonpath='{range .items[*]}{.metadata.name}{" "}{.spec.containers[*].env[*].valueFrom.secretKeyRef.key}{" "}{.spec.containers[*].envFrom[*].secretRef.name}{"\n"}{end}' |
  while read -r pod words; do
    case " $words " in *" $URL_KEY "* | *" $SECRET "*) ;; *) continue ;; esac
    label='pod-template-hash'
    hash=$(kubectl get pod "$pod" --output jsonpath='{.metadata.labels.pod-template-hash}')
    if [ -z "$hash" ]; then
      label='controller-revision-hash'
      hash=$(kubectl get pod "$pod" --output jsonpath='{.metadata.labels.controller-revision-hash}')
    fi
    kubectl delete pod "$pod" --wait=true
    sleep "${PAUSE:-5}"
    kubectl wait pod --for=condition=Ready --timeout=10m --selector "$label=$hash"
  done
