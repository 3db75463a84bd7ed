#!/usr/bin/env bash
# Opens a pull request and waits until it is merged: the rules of the branch (checks, reviews) hold
# for a release as they hold for code. What is merged with GITHUB_TOKEN starts no workflow again.
# Usage: GH_TOKEN=... merge.sh HEAD BASE TITLE
set -euo pipefail

head=${1:?head branch} base=${2:?base branch} title=${3:?title}
minutes=${MERGE_MINUTES:-30}

number=$(gh pr list --head "$head" --base "$base" --state open --json number --jq '.[0].number // empty')
if [ -z "$number" ]; then
  url=$(gh pr create --head "$head" --base "$base" --title "$title" --body "Opened by ${GITHUB_WORKFLOW:-a script}.")
  number=${url##*/}
fi

# Where nothing is missing, auto-merge is refused and the pull request can be merged at once.
gh pr merge "$number" --squash --auto || gh pr merge "$number" --squash || echo "A person has to merge it."

deadline=$((SECONDS + minutes * 60))
while [ "$SECONDS" -lt "$deadline" ]; do
  case $(gh pr view "$number" --json state --jq .state) in
    MERGED) exit 0 ;;
    CLOSED)
      echo "::error::pull request $number was closed without a merge"
      exit 1
      ;;
  esac
  sleep 10
done
echo "::error::pull request $number was not merged within $minutes minutes"
exit 1
