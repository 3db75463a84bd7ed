#!/usr/bin/env bash
set -euo pipefail
kubectl get pods
kubectl create secret generic x --dry-run=client -o yaml
kubectl diff -f k8s/
