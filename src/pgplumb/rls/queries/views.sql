-- What views and materialized views ask, and which statements views take without a trigger or rule.
-- Parameter: oids. Returns: oid, query, bits (4 UPDATE, 8 INSERT, 16 DELETE).
-- Versions: 13 to 18. Cost: opens what each view reads: run it with lock_timeout.
SELECT c.oid, pg_get_viewdef(c.oid), CASE c.relkind WHEN 'v' THEN pg_relation_is_updatable(c.oid, false) ELSE 0 END
  FROM pg_class c
 WHERE c.oid = ANY(%(views)s::oid[])
