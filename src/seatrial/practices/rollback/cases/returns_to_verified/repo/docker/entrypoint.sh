#!/bin/sh
if [ "$RUN_MIGRATIONS" = "yes" ]; then
  alembic upgrade head
fi
exec uvicorn shop:app
