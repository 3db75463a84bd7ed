#!/usr/bin/env bash
set -euo pipefail
kind create cluster
kubectl create namespace shop
kubectl label namespace shop team=shop
