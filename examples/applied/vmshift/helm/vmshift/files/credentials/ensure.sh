#!/bin/sh
# Makes the Secret of the release once, with values that nobody ever saw. One that is there stays as it is.
# TEMPLATE is the Secret with ${NAME} in place of each value in NAMES.
set -eu
umask 077

if kubectl get secret "$SECRET" --output name >/dev/null 2>&1; then
  # It was part of the release before: neither Helm nor Argo CD may take it along when it no longer is.
  kubectl annotate secret "$SECRET" --overwrite \
    helm.sh/resource-policy=keep argocd.argoproj.io/sync-options=Prune=false
  exit 0
fi

# Letters and digits only: they need no quoting in a URL, in YAML or in a shell.
for name in $NAMES; do
  printf "s/\${%s}/%s/g\n" "$name" "$(LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 43)"
done >"$WORK/values.sed"
printf '%s\n' "$TEMPLATE" | sed -f "$WORK/values.sed" >"$WORK/secret.yaml"
kubectl create --filename "$WORK/secret.yaml"
rm "$WORK/values.sed" "$WORK/secret.yaml"
