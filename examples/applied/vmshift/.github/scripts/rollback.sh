#!/usr/bin/env bash
# Brings back the last version of an environment that passed its verification: the one that was in
# place when GitHub recorded the last successful deployment. "The one before" may be bad as well.
#
# A job with a kubeconfig goes back with Helm. A job without one delivers through Argo CD, which
# would undo that within seconds: there the way back is a commit.
#
# ENVIRONMENT, VERSION (the one that failed), RELEASE and NAMESPACE; for a commit also VALUES, KEY
# and BRANCH. CHECK_URL, if given, has to name the version that came back. Needs GH_TOKEN.
set -euo pipefail
: "${ENVIRONMENT:?}" "${VERSION:?}" "${RELEASE:?}" "${NAMESPACE:?}" "${GITHUB_REPOSITORY:?}"

fail() {
  echo "::error::$ENVIRONMENT: $1"
  exit 1
}

# Time of the last success, like 2026-01-31T12:00:00Z; empty when there was none.
verified_at() {
  local id at
  for id in $(gh api "repos/$GITHUB_REPOSITORY/deployments?environment=$ENVIRONMENT&per_page=50" --jq '.[].id'); do
    at=$(gh api "repos/$GITHUB_REPOSITORY/deployments/$id/statuses" \
      --jq 'map(select(.state == "success")) | .[0].created_at // empty')
    if [ -n "$at" ]; then
      echo "$at"
      return
    fi
  done
}

by_helm() {
  local revision
  # Helm writes fractions of a second; the first 19 characters compare as times.
  revision=$(helm history "$RELEASE" --namespace "$NAMESPACE" --max 256 --output json |
    jq -r --arg at "${1:0:19}" 'map(select(.updated[0:19] <= $at and (.status == "deployed" or .status == "superseded"))) | last | .revision // empty')
  [ -n "$revision" ] || fail "Helm no longer keeps the revision of $1"
  helm rollback "$RELEASE" "$revision" --namespace "$NAMESPACE" --wait --timeout 5m
  back="revision $revision"
}

by_commit() {
  local commit line
  gh auth setup-git
  git fetch --depth 1000 origin "$BRANCH"
  git switch --detach FETCH_HEAD
  if [ "$(yq "$KEY" "$VALUES")" != "$VERSION" ]; then
    echo "$BRANCH does not name $VERSION: nothing was delivered, so nothing has to come back"
    exit 0
  fi
  commit=$(git rev-list -1 --before="$1" HEAD -- "$VALUES")
  [ -n "$commit" ] || fail "$VALUES is younger than $1"
  back=$(git show "$commit:$VALUES" | yq "$KEY")
  [ "$back" != "$VERSION" ] || fail "$VERSION is the last verified version itself"
  line=$(yq "$KEY | line" "$VALUES")
  sed -i "${line}s|: *[^ #]*|: \"$back\"|" "$VALUES"
  git config user.name "github-actions[bot]"
  git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
  git commit -m "$ENVIRONMENT: back to $back, $VERSION failed its verification" -- "$VALUES"
  git push origin "HEAD:$BRANCH" || by_pull_request
}

# A branch that nobody may push to: its reviewers have to let the way back in.
by_pull_request() {
  local head="rollback/$ENVIRONMENT-$back"
  git push --force origin "HEAD:refs/heads/$head"
  gh pr create --head "$head" --base "$BRANCH" --title "$ENVIRONMENT: back to $back" \
    --body "$VERSION failed its verification."
  gh pr merge "$head" --squash || fail "merge the pull request from $head: $BRANCH takes no push"
}

at=$(verified_at)
[ -n "$at" ] || fail "no deployment has succeeded yet, so there is nothing to return to"
if [ -s "${KUBECONFIG:-$HOME/.kube/config}" ]; then
  by_helm "$at"
else
  by_commit "$at"
fi

if [ -n "${CHECK_URL:-}" ] && [ "$back" = "${back#revision }" ]; then
  deadline=$((SECONDS + 600))
  until curl --silent --fail --max-time 5 "$CHECK_URL" | grep --quiet --fixed-strings "$back"; do
    [ "$SECONDS" -lt "$deadline" ] || fail "$back is in git, but $CHECK_URL does not answer with it"
    sleep 5
  done
fi
echo "$ENVIRONMENT is back on $back"
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  echo "version=$back" >>"$GITHUB_OUTPUT"
fi
