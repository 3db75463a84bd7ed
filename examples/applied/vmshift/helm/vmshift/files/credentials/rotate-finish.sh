#!/bin/sh
# Rotation, step 3 of 4: waits until nobody is logged in with the old role, takes its login away and sees it refused.
set -eu
umask 077
. "$(dirname "$0")/rotate-common.sh"

next=$(cat "$WORK/user")
previous=$(cat "$WORK/previous")
at_database "$DATABASE_URL"

left=${OVERLAP:-900}
used=$(sessions_of "$previous")
while [ -n "$used" ]; do
  if [ "$left" -le 0 ]; then
    echo "$previous is still in use and keeps its login; both work. By: $used" >&2
    exit 1
  fi
  sleep 5
  left=$((left - 5))
  used=$(sessions_of "$previous")
done

as_role "$OWNER" "$WORK/owner" >/dev/null <<SQL
SET log_statement = 'none';
SET log_min_duration_statement = -1;
\\set previous \`cat "$WORK/previous"\`
\\set password \`cat "$WORK/owner-next"\`
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', :'previous') WHERE :'previous' <> '$OWNER' \\gexec
-- The owner administers; no pod of the application logs in as it any more.
ALTER ROLE "$OWNER" PASSWORD :'password';
SQL

# Refused is proof only while the new login works in the same minute: else the network may be at fault.
as_role "$OWNER" "$WORK/owner-next" --command 'SELECT 1' >/dev/null
as_role "$next" "$WORK/password" --command 'SELECT 1' >/dev/null
if as_role "$previous" "$WORK/previous-password" --command 'SELECT 1' >/dev/null 2>&1; then
  echo "$previous can still log in with its old password" >&2
  exit 1
fi
if as_role "$OWNER" "$WORK/owner" --command 'SELECT 1' >/dev/null 2>&1; then
  echo "$OWNER can still log in with its old password" >&2
  exit 1
fi
echo "$next works, $previous is refused"
