-- The server's process that answers. Versions: 13 to 18. Cost: none.
SELECT pg_backend_pid()
