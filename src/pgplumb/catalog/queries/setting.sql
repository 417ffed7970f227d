-- Every setting that the role may see.
-- Returns: the columns of `Setting` in order.
-- Versions: 13 to 18. Cost: 350 rows out of shared memory.
SELECT name, setting, unit, source, boot_val, reset_val, pending_restart, context FROM pg_settings
