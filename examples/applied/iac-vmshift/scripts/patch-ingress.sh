#!/usr/bin/env bash
# Keeps the client's address at the ingress controller.
set -euo pipefail
# What this changes stands in no file, so the next delivery undoes it: for emergencies only.
: "${BREAK_GLASS:?say why, for example BREAK_GLASS=incident-42; the code is the way otherwise}"

kubectl patch service ingress-nginx-controller -n ingress-nginx \
  --type merge -p '{"spec": {"externalTrafficPolicy": "Local"}}'
kubectl scale deployment ingress-nginx-controller -n ingress-nginx --replicas=2
kubectl annotate service ingress-nginx-controller -n ingress-nginx --overwrite \
  service.beta.kubernetes.io/linode-loadbalancer-throttle=20
