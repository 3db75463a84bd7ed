-- One snapshot for the dump and for the numbers that a restore has to give again.
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
-- Compression is left to the store, which keeps what did not change only once.
\! pg_dump --format=custom --compress=0 --no-password --snapshot="$SNAPSHOT" --file="$DUMP.dump" && touch "$DUMP.complete"
\o :tables
\ir tables.sql
\o
COMMIT;
