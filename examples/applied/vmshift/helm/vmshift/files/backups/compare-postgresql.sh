#!/bin/sh
# Restores a backup into a server that lives for this job, and compares every table with the numbers
# that were taken with the dump. The server of the application is not touched.
set -eu
: "${WORK:?}" "${SCRIPTS:?}" "${OLDEST:?}"
unset PGPASSWORD PGOPTIONS PGDATABASE
export PGHOST="$WORK" PGUSER=restore_check PGTZ=UTC PGDATESTYLE=ISO
tab=$(printf '\t')
settings="-c extra_float_digits=3 -c bytea_output=hex -c intervalstyle=postgres"
dump="$WORK/restored/dump"
begin=$(date +%s)

age=$((begin - $(cat "$dump/taken")))
if [ "$age" -gt "$OLDEST" ]; then
  echo "the newest backup is $age seconds old, more than the $OLDEST that may be lost" >&2
  exit 1
fi

data="$WORK/server"
rm -rf "$data"
initdb --pgdata="$data" --username="$PGUSER" --auth=trust --no-sync --encoding=UTF8 --locale=C > /dev/null
pg_ctl --pgdata="$data" --wait --log="$WORK/server.log" start --options="-c listen_addresses='' \
  -c unix_socket_directories='$WORK' -c fsync=off -c dynamic_shared_memory_type=mmap \
  -c max_wal_size=4GB" > /dev/null
trap 'pg_ctl --pgdata="$data" --mode=immediate stop > /dev/null' EXIT

owners="--no-owner --no-acl"
if [ -e "$dump/roles.sql" ]; then
  # A role of the server itself is there already, a tablespace's folder is not: both may fail here.
  psql --no-psqlrc --quiet --dbname=postgres --file="$dump/roles.sql" > /dev/null 2>&1
  owners=
fi

tables=0
while read -r number name; do
  create=--create
  if [ "$name" = postgres ]; then
    create= # every server has it
  fi
  # shellcheck disable=SC2086 # no flag, one or two
  pg_restore --exit-on-error $owners $create --dbname=postgres "$dump/$number.dump"
  PGOPTIONS=$settings psql --no-psqlrc --quiet --tuples-only --no-align \
    --field-separator="$tab" --set ON_ERROR_STOP=1 --set limit=9223372036854775807 \
    --dbname="$name" --file="$SCRIPTS/tables.sql" --output="$WORK/$number.found"
  # Where the dump has no sum, the sum of the restored rows is left out as well.
  awk -F '\t' -v OFS='\t' \
    'FILENAME == ARGV[1] { if ($3 == "") bare[$1]; next } $1 in bare { $3 = "" } 1' \
    "$dump/$number.tables" "$WORK/$number.found" > "$WORK/$number.comparable"
  if ! cmp "$dump/$number.tables" "$WORK/$number.comparable"; then
    echo "$name: what was restored is not what was dumped (table, rows, sum):" >&2
    diff "$dump/$number.tables" "$WORK/$number.comparable" >&2 || exit 1
  fi
  tables=$((tables + $(wc -l < "$dump/$number.tables")))
done < "$dump/databases"
echo "restored and compared $tables tables in $(($(date +%s) - begin)) seconds; the backup is $age seconds old"
