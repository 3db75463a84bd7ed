#!/bin/sh
# celery -A shop worker
case "$1" in
  api) exec gunicorn shop:app ;;
  worker) exec celery --quiet -A shop worker ;;
esac
