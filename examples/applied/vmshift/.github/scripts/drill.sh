#!/usr/bin/env bash
# Runs the blocks marked `bash drill` of each runbook, each page in a folder of its own, and says how
# long it took. The first command that fails ends the drill.
# Usage: drill.sh docs/runbooks/*.md
set -euo pipefail

repository=$PWD
status=0
for page in "$@"; do
  work=$(mktemp -d)
  awk '/^```bash drill$/ {on = 1; next} /^```/ {on = 0} on' "$page" > "$work/drill.sh"
  if [ ! -s "$work/drill.sh" ]; then
    continue
  fi
  begin=$SECONDS
  if (cd "$work" && REPOSITORY=$repository bash -euo pipefail drill.sh); then
    result=passed
  else
    result=FAILED
    status=1
  fi
  line="$page: $result in $((SECONDS - begin)) s"
  echo "$line"
  echo "- $line" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
  rm -rf "$work"
done
exit "$status"
