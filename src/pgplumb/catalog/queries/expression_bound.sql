-- Partition bounds. Relation 0: nothing is opened and nothing waits.
-- Returns: partition, FOR VALUES ...
-- Versions: 13 to 18. Cost: 30 ms at 2,000 partitions in a fresh session.
SELECT c.oid, pg_get_expr(c.relpartbound, 0)
  FROM pg_class c
 WHERE c.oid >= 16384 AND c.relispartition AND c.relkind IN ('r', 'p', 'f') {only c.oid}
