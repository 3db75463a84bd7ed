#!/bin/sh
# Dumps every database of the server, each with the numbers of its tables as of the same moment.
# Nothing runs through a pipe: what fails ends the job, and nothing is handed on.
set -eu
: "${PGHOST:?}" "${WORK:?}" "${SCRIPTS:?}"
PGUSER=${PGUSER:-${POSTGRES_USER:-${POSTGRESQL_USERNAME:-postgres}}}
PGPASSWORD=${PGPASSWORD:-${POSTGRES_PASSWORD:-${POSTGRESQL_PASSWORD:-}}}
PGDATABASE=${PGDATABASE:-${POSTGRES_DB:-${POSTGRESQL_DATABASE:-$PGUSER}}}
PGTZ=UTC
PGDATESTYLE=ISO
# The same text for the same row, here and where it is restored; no limit on a long transaction.
PGOPTIONS="-c extra_float_digits=3 -c bytea_output=hex -c intervalstyle=postgres"
PGOPTIONS="$PGOPTIONS -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
export PGUSER PGPASSWORD PGDATABASE PGTZ PGDATESTYLE PGOPTIONS
tab=$(printf '\t')

ask() {
  psql --no-psqlrc --no-password --quiet --tuples-only --no-align --field-separator="$tab" \
    --set ON_ERROR_STOP=1 "$@"
}

dump="$WORK/dump"
rm -rf "$dump" # of an attempt before this one
mkdir "$dump"
date +%s > "$dump/taken"

if [ "$(ask --command "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")" = t ]; then
  pg_dumpall --globals-only --no-password --file="$dump/roles.sql"
fi

ask --command "SELECT row_number() OVER (ORDER BY datname) || ' ' || datname FROM pg_database
  WHERE datallowconn AND NOT datistemplate ORDER BY datname" > "$dump/databases"
while read -r number name; do
  PGDATABASE=$name DUMP="$dump/$number" ask --set limit=1073741824 \
    --set tables="$dump/$number.tables" --file="$SCRIPTS/snapshot.sql"
  # psql does not end when a command of the shell fails: this file is made only after success.
  rm "$dump/$number.complete"
  echo "$name: $(wc -l < "$dump/$number.tables") tables, $(wc -c < "$dump/$number.dump") bytes"
done < "$dump/databases"
