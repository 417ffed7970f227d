-- What every row of a partition holds to, by its bounds and those of the partitions above it; NULL for the default one
-- of an otherwise empty table.
-- Parameters: relation (oid). Returns: one expression on its columns.
-- Versions: 13 to 18. Cost: ACCESS SHARE on the partition for its catalog entries; waits behind ACCESS EXCLUSIVE.
SELECT coalesce(pg_get_partition_constraintdef(%(relation)s), 'true')
