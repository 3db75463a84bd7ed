#!/usr/bin/env bash
# Replaces the Linode API token: a new one is made, tried and handed to every store before the old one goes.
# A run that stopped is simply started again: tokens that it left behind and nobody got are deleted first.
# Needs LINODE_TOKEN (the one in use), GH_TOKEN (may write secrets), REPOSITORY, SECRET, ENVIRONMENTS.
set -euo pipefail
umask 077
api=${LINODE_API:-https://api.linode.com/v4}
label="rotated for ${REPOSITORY:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# request TOKEN-FILE VERB PATH [BODY-FILE]: prints the status, leaves the answer in $work/answer.
request() {
  local -a body=()
  [ -z "${4:-}" ] || body=(--header 'Content-Type: application/json' --data "@$4")
  curl --silent --show-error --max-time 30 --output "$work/answer" --write-out '%{http_code}' --request "$2" \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$(cat "$1")") "${body[@]}" "$api$3"
}

must() {
  local wanted=$1 got
  shift
  got=$(request "$@")
  [ "$got" = "$wanted" ] || { echo "::error::$2 $3 answered $got, wanted $wanted" && exit 1; }
}

printf '%s' "${LINODE_TOKEN:?}" >"$work/old"
must 200 "$work/old" GET '/profile/tokens?page_size=500'
# Linode shows the first 16 characters of each token: enough to find the one in use, with its rights.
start=$(head -c 16 "$work/old")
jq --arg start "$start" '[.data[] | select(.token | startswith($start))][0] // empty' "$work/answer" >"$work/current"
[ -s "$work/current" ] || { echo "::error::the token in use is not among the tokens of its account" && exit 1; }
current=$(jq .id "$work/current")
jq --arg wanted "$label" --argjson current "$current" '.data[] | select(.label == $wanted and .id != $current) | .id' \
  "$work/answer" >"$work/stale"
while read -r stale; do
  must 200 "$work/old" DELETE "/profile/tokens/$stale"
done <"$work/stale"

# 1. A new one, with the same rights and an end, in case that nobody rotates any more.
jq --arg name "$label" --arg expiry "$(date -u -d '+90 days' +%Y-%m-%dT%H:%M:%S)" \
  '{label: $name, expiry: $expiry, scopes: .scopes}' "$work/current" >"$work/wanted"
must 200 "$work/old" POST /profile/tokens "$work/wanted"
jq --join-output .token "$work/answer" >"$work/new"
echo "::add-mask::$(cat "$work/new")"

# 2. It works.
must 200 "$work/new" GET /profile

# 3. Every store gets it; from here on the old one is not needed any more.
for environment in ${ENVIRONMENTS:?}; do
  gh secret set "${SECRET:?}" --repo "$REPOSITORY" --env "$environment" <"$work/new"
done

# 4. Runs that began with the old one end first.
for _ in $(seq "${OVERLAP_MINUTES:-30}"); do
  running=$(gh run list --repo "$REPOSITORY" --status in_progress --json databaseId --jq 'length')
  [ "$running" -gt 1 ] || break
  sleep 60
done

# 5. The old one goes, and is seen refused while the new one works.
must 200 "$work/new" DELETE "/profile/tokens/$current"
must 200 "$work/new" GET /profile
must 401 "$work/old" GET /profile
echo "the token was replaced in: $ENVIRONMENTS"
