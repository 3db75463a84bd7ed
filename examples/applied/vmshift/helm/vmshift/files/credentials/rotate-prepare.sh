#!/bin/sh
# Rotation, step 1 of 4: makes the other of two login roles ready and logs in with it. Nobody uses it yet.
# The URL names the role in use; the next one is its twin. A run that stopped anywhere is simply started again.
set -eu
umask 077
. "$(dirname "$0")/rotate-common.sh"

current=$(user_of "$DATABASE_URL")
case $current in
  "${OWNER}_a") next=${OWNER}_b ;;
  *) next=${OWNER}_a ;;
esac
at_database "$DATABASE_URL"

# A run that stopped between steps 3 and 4 left the owner's new password beside the old one.
printf '%s' "$OWNER_PASSWORD" >"$WORK/owner"
if ! as_role "$OWNER" "$WORK/owner" --command 'SELECT 1' >/dev/null 2>&1; then
  printf '%s' "${OWNER_NEXT:?the password of $OWNER does not work}" >"$WORK/owner"
  as_role "$OWNER" "$WORK/owner" --command 'SELECT 1' >/dev/null
fi

used=$(sessions_of "$next")
if [ -n "$used" ]; then
  echo "$next is still in use, by: $used" >&2
  exit 1
fi

random >"$WORK/password"
random >"$WORK/owner-next"
printf '%s' "$next" >"$WORK/user"
printf '%s' "$current" >"$WORK/previous"
printf '%s' "$(password_of "$DATABASE_URL")" >"$WORK/previous-password"

# The statements go through a pipe and are kept out of the server's log: they hold the password.
as_role "$OWNER" "$WORK/owner" >/dev/null <<SQL
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET client_min_messages = 'warning';
\\set next \`cat "$WORK/user"\`
\\set password \`cat "$WORK/password"\`
SELECT format('CREATE ROLE %I NOLOGIN', :'next') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'next') \\gexec
GRANT "$OWNER" TO :"next";
-- Whatever either of them makes belongs to the owner, so that both can use it.
ALTER ROLE :"next" SET role = '$OWNER';
ALTER ROLE :"next" LOGIN PASSWORD :'password';
SQL
as_role "$next" "$WORK/password" --command 'SELECT 1' >/dev/null
echo "$next is ready"
