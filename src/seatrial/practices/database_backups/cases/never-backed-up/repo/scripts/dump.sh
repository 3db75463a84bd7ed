#!/bin/sh
# Run by hand before a risky change.
pg_dump -h postgres shop > shop.sql
