#!/usr/bin/env bash
set -euo pipefail

git_merge() {
  git merge "$1"
}

git_merge() {
  git rebase "$1"
}

git_merge develop
git_rebase release
pg_dump shop > /dev/null
