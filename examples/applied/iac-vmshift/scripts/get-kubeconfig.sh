#!/usr/bin/env bash
# Usage: scripts/get-kubeconfig.sh <dev|staging|production>
set -euo pipefail
cd "$(dirname "$0")/../terraform"

terraform workspace select "$1"
terraform output -raw kubeconfig | base64 -d > "../kubeconfig-$1.yaml"
echo "export KUBECONFIG=$(cd .. && pwd)/kubeconfig-$1.yaml"
