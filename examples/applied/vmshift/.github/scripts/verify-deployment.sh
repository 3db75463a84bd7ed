#!/usr/bin/env bash
# Waits until the NEW version serves, then tries what users need. A healthy answer alone says
# nothing right after a deployment: the old pods still give it.
#
# Usage: verify-deployment.sh [PATH ...]     each has to answer with 2xx
# BASE_URL              address of the application
# VERSION_PATH          answers with JSON that has "version", or with the version as text
# VERSION               what was deployed; the answer is it, or begins with it (a short commit)
# VERIFY_TIMES (20)     how many times in a row; while a rollout or a canary goes on, luck is no proof
# VERIFY_SECONDS (600)  until when the new version has to be there
set -euo pipefail

seconds=${VERIFY_SECONDS:-600}
deadline=$((SECONDS + seconds))

fail() {
  echo "::error::${ENVIRONMENT:-deployment}: $1"
  exit 1
}

# Prints the version that serves, or why there is none.
served() {
  local body
  body=$(curl --fail --silent --show-error --location --max-redirs 0 --max-time 5 "$BASE_URL$VERSION_PATH") || return $?
  jq -er '.version' <<<"$body" 2>/dev/null || printf '%s\n' "$body" | head -n 1
}

# No waiting mends a wrong address, a certificate, a login page or a refusal.
give_up_on() {
  case $1 in
    3 | 47 | 51 | 58 | 60) fail "$2" ;;
  esac
  case $2 in
    *"error: 401"* | *"error: 403"*) fail "$2" ;;
  esac
}

wait_for_version() {
  local streak=0 times=${VERIFY_TIMES:-20} code last
  while [ "$streak" -lt "$times" ]; do
    code=0
    last=$(served 2>&1) || code=$?
    give_up_on "$code" "$last"
    if [ "$code" = 0 ] && [ "${last#"$VERSION"}" != "$last" ]; then
      streak=$((streak + 1))
    else
      streak=0
      [ "$SECONDS" -lt "$deadline" ] || fail "not $VERSION after $seconds seconds, but: $last"
    fi
    sleep 1
  done
  echo "$BASE_URL serves $VERSION, $times times in a row"
}

: "${BASE_URL:?}" "${VERSION_PATH:?}" "${VERSION:?}"
wait_for_version

for path in "$@"; do
  curl --fail --silent --show-error --location --max-redirs 2 --max-time 10 --retry 2 --output /dev/null "$BASE_URL$path" ||
    fail "$path does not answer"
  echo "$path answers"
done
