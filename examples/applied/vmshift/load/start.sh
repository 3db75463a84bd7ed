#!/usr/bin/env bash
# Starts one version of the system and waits until it answers: start.sh NAME FOLDER PORT
set -euo pipefail
name=$1 folder=$2 port=$3

# Two versions run beside each other: only the one port that is asked is published.
override=$(mktemp)
cat > "$override" <<YAML
services:
  postgres:
    ports: !reset []
  redis:
    ports: !reset []
  api:
    ports: !override ["127.0.0.1:$port:8000"]
YAML
docker compose --project-name "load-$name" --project-directory "$folder/." \
  --file "$folder/docker-compose.yml" --file "$override" up --detach --build api

for _ in $(seq 120); do
  if curl --silent --fail --output /dev/null "http://localhost:$port/api/v1/migrations"; then
    exit 0
  fi
  sleep 1
done
docker compose --project-name "load-$name" logs --tail 50
exit 1
