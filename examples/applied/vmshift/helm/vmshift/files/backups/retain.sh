#!/bin/sh
# Forgets old backups, and only after the newest one was restored: this is the job's last step.
set -eu
: "${S3_ENDPOINT:?}" "${S3_BUCKET:?}" "${RESTIC_PASSWORD:?}" "${NAME:?}" "${KEEP_DAYS:?}"
export RESTIC_REPOSITORY="s3:$S3_ENDPOINT/$S3_BUCKET/$NAME"

restic unlock # locks of killed jobs, none that is alive
restic forget --retry-lock 30m --host "$NAME" --tag database \
  --group-by host,tags --keep-within 2d --keep-within-daily "${KEEP_DAYS}d" \
  --keep-weekly 5 --keep-monthly 12 --prune
restic check --retry-lock 30m --read-data-subset 2%
