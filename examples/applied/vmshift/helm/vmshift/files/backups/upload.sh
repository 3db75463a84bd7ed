#!/bin/sh
# Hands the dump to an object storage outside the cluster: encrypted, without what is there already.
# A snapshot is written when all of its data is: a job that is killed leaves none behind.
set -eu
: "${S3_ENDPOINT:?}" "${S3_BUCKET:?}" "${RESTIC_PASSWORD:?}" "${NAME:?}" "${WORK:?}"
export RESTIC_REPOSITORY="s3:$S3_ENDPOINT/$S3_BUCKET/$NAME"

if ! restic cat config > /dev/null 2>&1; then
  restic init # fails where one is there that cannot be read
fi
cd "$WORK"
restic backup --retry-lock 30m --host "$NAME" --tag database dump
