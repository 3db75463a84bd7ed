#!/bin/sh
# Rotation, step 4 of 4: the owner's new password takes the place of the old one in the Secret.
set -eu
umask 077

printf '{"stringData": {"%s": "%s"}, "data": {"%s_NEXT": null}, "metadata": {"annotations": {"rotated-at": "%s"}}}' \
  "$OWNER_KEY" "$(cat "$WORK/owner-next")" "$OWNER_KEY" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$WORK/patch.json"
kubectl patch secret "$SECRET" --type merge --patch-file "$WORK/patch.json"
rm "$WORK/patch.json"
