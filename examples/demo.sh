#!/usr/bin/env bash
# The examples before and after `seatrial apply`, on a copy; two HTML reports stay in this folder.
# Usage: SEATRIAL=path/to/seatrial examples/demo.sh
set -euo pipefail

seatrial=${SEATRIAL:-seatrial}
here=$PWD
examples=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for name in vmshift iac-vmshift; do
  cp -r "$examples/$name" "$work/$name"
  git -C "$work/$name" init --quiet --initial-branch main
  git -C "$work/$name" add --all
  git -C "$work/$name" -c user.name=Dev -c user.email=dev@example.com commit --quiet --message "before"
done
cd "$work"

headline() {
  printf '\n\033[1m== %s\033[0m\n\n' "$1"
}

headline "Before: seatrial audit vmshift iac-vmshift"
"$seatrial" audit vmshift iac-vmshift | sed '/^Next:/,$d'
"$seatrial" audit vmshift iac-vmshift --format html --output "$here/seatrial-before.html"

headline "The plan in short: seatrial plan vmshift iac-vmshift --short"
"$seatrial" plan vmshift iac-vmshift --short > plan.txt
head -n 24 plan.txt
echo "  ..."
printf '  (%s files, %s points left for people)\n\n' "$(grep -c '^  [+~-] .*/' plan.txt)" "$(grep -c '^  ? ' plan.txt)"
tail -n 1 plan.txt

headline "seatrial apply vmshift iac-vmshift --yes"
"$seatrial" apply vmshift iac-vmshift --yes | tail -n 1
for name in vmshift iac-vmshift; do
  printf '%-12s' "$name"
  git -C "$name" diff --shortstat -- . ':!.seatrial'
done

headline "After: seatrial audit vmshift iac-vmshift"
"$seatrial" audit vmshift iac-vmshift | sed '/^Next:/,$d'
"$seatrial" audit vmshift iac-vmshift --format html --output "$here/seatrial-after.html"

headline "As pages"
echo "before: $here/seatrial-before.html"
echo "after:  $here/seatrial-after.html"
echo "what was written, file by file: $examples/applied/"
