"""Object storage: buckets of states and backups."""
