"""PostgreSQL: the server itself."""
