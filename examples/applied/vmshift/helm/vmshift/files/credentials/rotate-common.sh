#!/bin/sh
# Parts of the rotation that several steps use.

random() {
  LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 43
}

# scheme://user:password@host:port/database?options
user_of() {
  url=${1#*://}
  printf '%s' "${url%%:*}"
}

password_of() {
  url=${1#*://}
  url=${url%%@*}
  printf '%s' "${url#*:}"
}

at_database() {
  url=${1#*@}
  host=${url%%/*}
  PGDATABASE=${url#*/}
  PGDATABASE=${PGDATABASE%%\?*}
  PGHOST=${host%%:*}
  PGPORT=${host#*:}
  [ "$PGPORT" != "$host" ] || PGPORT=5432
  PGCONNECT_TIMEOUT=10
  export PGHOST PGPORT PGDATABASE PGCONNECT_TIMEOUT
}

# as_role ROLE FILE ...: psql as ROLE, with the password in FILE; it stands on no command line.
as_role() {
  role=$1 file=$2
  shift 2
  PGUSER=$role PGPASSWORD=$(cat "$file") psql --no-psqlrc --quiet --tuples-only --no-align \
    --set ON_ERROR_STOP=1 "$@"
}

# Who is logged in as a role: application and address of each, this session left out.
sessions_of() {
  as_role "$OWNER" "$WORK/owner" --set role_in_use="$1" <<'SQL'
SELECT string_agg(DISTINCT coalesce(nullif(application_name, ''), 'unnamed') || ' at ' || coalesce(host(client_addr), 'the socket'), ', ')
FROM pg_stat_activity
WHERE usename = :'role_in_use' AND backend_type = 'client backend' AND pid <> pg_backend_pid();
SQL
}
