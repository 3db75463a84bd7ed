#!/usr/bin/env bash
# Two databases as two regions: the first is killed while rows are written, the second is promoted,
# the first comes back as its standby. Fails when an acknowledged row is lost or both sides write.
set -euo pipefail

bin=$(dirname "$(find /usr/lib/postgresql -name pg_rewind -path '*/bin/*' | sort -V | tail -n 1)")
work=$(mktemp -d)
first="$work/first" second="$work/second" acknowledged="$work/acknowledged"
cleanup() {
  "$bin/pg_ctl" -D "$first" -m immediate stop >/dev/null 2>&1 || true
  "$bin/pg_ctl" -D "$second" -m immediate stop >/dev/null 2>&1 || true
}
trap cleanup EXIT

ask() { # port, statement
  "$bin/psql" -h "$work" -p "$1" -U drill -d postgres -AtqX -v ON_ERROR_STOP=1 -c "$2"
}
start() { # data directory, port
  "$bin/pg_ctl" -D "$1" -w -l "$1.log" -o "-p $2 -k $work -c listen_addresses=''" start >/dev/null
}
until_true() { # port, statement
  for _ in $(seq 1 100); do
    if [ "$(ask "$1" "$2" 2>/dev/null)" = t ]; then return 0; fi
    sleep 0.2
  done
  echo "never true: $2" >&2
  return 1
}

"$bin/initdb" -D "$first" -U drill --auth trust --data-checksums >/dev/null
echo "wal_keep_size = 256MB" >>"$first/postgresql.conf"
cp -a "$first" "$second" # at rest, both are the same database
touch "$second/standby.signal"
printf '%s\n' "primary_slot_name = 'second'" \
  "primary_conninfo = 'host=$work port=6001 user=drill application_name=second'" >>"$second/postgresql.conf"
start "$first" 6001
ask 6001 "select pg_create_physical_replication_slot('second')" >/dev/null
start "$second" 6002
ask 6001 "create table rows (n int primary key)"
until_true 6001 "select count(*) = 1 from pg_stat_replication where state = 'streaming'"
# With it, a row counts as written only when the second region has it too.
ask 6001 "alter system set synchronous_standby_names = '*'"
ask 6001 "select pg_reload_conf()" >/dev/null
until_true 6001 "select count(*) = 1 from pg_stat_replication where sync_state = 'sync'"

(n=0; while ask 6001 "insert into rows values ($n)" 2>/dev/null; do echo "$n" >>"$acknowledged"; n=$((n + 1)); done) &
writer=$!
sleep 3

echo "the first region is lost"
lost=$(date +%s%N)
"$bin/pg_ctl" -D "$first" -m immediate stop >/dev/null
wait "$writer" || true
touch "$first/standby.signal" # the fence: whoever starts it gets a server that refuses writes
until_true 6002 "select pg_promote(true, 60)"
ask 6002 "insert into rows values (-1)"
echo "written in the second region after $((($(date +%s%N) - lost) / 1000000)) ms"

missing=$(sort "$acknowledged" | comm -23 - <(ask 6002 "select n from rows" | sort) | wc -l)
echo "acknowledged $(wc -l <"$acknowledged"), lost $missing"
test "$(wc -l <"$acknowledged")" -gt 0
test "$missing" -eq 0

echo "the first region comes back"
rm "$first/standby.signal"
ask 6002 checkpoint
# A server that was killed recovers in single-user mode first; pg_rewind does that itself.
"$bin/pg_rewind" -D "$first" --source-server "host=$work port=6002 user=drill dbname=postgres" -R >/dev/null 2>&1
ask 6002 "select pg_create_physical_replication_slot('first')" >/dev/null
# pg_rewind copied the settings of the other side: its own slot and no waiting for a partner.
printf '%s\n' "primary_slot_name = 'first'" >>"$first/postgresql.auto.conf"
start "$first" 6001
until_true 6001 "select pg_is_in_recovery() and count(*) = 1 from rows where n = -1"
if ask 6001 "insert into rows values (-2)" 2>/dev/null; then
  echo "both sides take writes" >&2
  exit 1
fi
until_true 6002 "select count(*) = 1 from pg_stat_replication where state = 'streaming'"
echo "the first region follows the second"
