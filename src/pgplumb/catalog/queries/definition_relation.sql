-- A relation's true sizes and, of a view, its query.
-- Takes: the relation, by oid.
-- Returns: bytes of the heap, of all indexes, with TOAST and everything; the query or NULL; the partition key or NULL.
-- Versions: 13 to 18. Cost: opens the relation and its files: run it with a short lock_timeout for one relation only.
SELECT pg_relation_size(c.oid), pg_indexes_size(c.oid), pg_total_relation_size(c.oid),
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END
  FROM pg_class c WHERE c.oid = %(relation)s::oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
