-- Subscriptions of this database: only columns that every role may read.
-- Returns: oid (0 before 14, where only superusers may read it), name, owner, enabled.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT {140000+ oid | 0::oid}, subname, subowner, subenabled FROM pg_subscription
 WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
