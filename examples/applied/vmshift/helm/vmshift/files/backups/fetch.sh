#!/bin/sh
# Fetches the newest backup; restic checks every piece against its hash.
set -eu
: "${S3_ENDPOINT:?}" "${S3_BUCKET:?}" "${RESTIC_PASSWORD:?}" "${NAME:?}" "${WORK:?}"
export RESTIC_REPOSITORY="s3:$S3_ENDPOINT/$S3_BUCKET/$NAME"

rm -rf "$WORK/restored"
restic restore latest --retry-lock 30m --host "$NAME" --tag database \
  --target "$WORK/restored"
