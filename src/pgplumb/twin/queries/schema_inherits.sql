-- Children and parents, of partitioning and of ordinary inheritance.
-- Returns: oid of the child, oid of the parent.
-- Versions: 13 to 18. Cost: 2 ms at 2,000 partitions.
SELECT h.inhrelid, h.inhparent
  FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
 WHERE c.relkind IN ('r', 'p', 'f')
