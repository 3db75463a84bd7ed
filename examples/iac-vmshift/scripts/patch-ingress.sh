#!/usr/bin/env bash
# Keeps the client's address at the ingress controller.
set -euo pipefail

kubectl patch service ingress-nginx-controller -n ingress-nginx \
  --type merge -p '{"spec": {"externalTrafficPolicy": "Local"}}'
kubectl scale deployment ingress-nginx-controller -n ingress-nginx --replicas=2
kubectl annotate service ingress-nginx-controller -n ingress-nginx --overwrite \
  service.beta.kubernetes.io/linode-loadbalancer-throttle=20
