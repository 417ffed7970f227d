-- Inheritance and partition parents of tables, in order.
-- Returns: child, parents.
-- Versions: 13 to 18. Cost: one scan of pg_inherits.
SELECT h.inhrelid, array_agg(h.inhparent ORDER BY h.inhseqno)
  FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f')
 WHERE c.relpersistence <> 't' {only h.inhrelid}
 GROUP BY h.inhrelid
