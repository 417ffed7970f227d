-- The owner of the database.
-- Returns: name.
-- Versions: 13 to 18. Cost: 0.1 ms.
SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()
