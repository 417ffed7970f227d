-- What is there now, to find what was dropped.
-- Returns: kind (relation, index, constraint, policy, trigger, rewrite, inherits), arrays of oids and of their relations.
-- Versions: 13 to 18. Cost: 60 ms at 10,000 tables; run only when a count does not fit.
SELECT 'relation', array_agg(c.oid), array_agg(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_(toast|temp)'
UNION ALL
SELECT 'index', array_agg(i.indexrelid), array_agg(i.indrelid) FROM pg_index i WHERE i.indrelid >= 16384
UNION ALL
SELECT 'constraint', array_agg(k.oid), array_agg(k.conrelid) FROM pg_constraint k WHERE k.oid >= 16384 AND k.conrelid <> 0
UNION ALL
SELECT 'policy', array_agg(p.oid), array_agg(p.polrelid) FROM pg_policy p
UNION ALL
SELECT 'trigger', array_agg(t.oid), array_agg(t.tgrelid) FROM pg_trigger t WHERE t.oid >= 16384
UNION ALL
SELECT 'rewrite', array_agg(r.oid), array_agg(r.ev_class) FROM pg_rewrite r WHERE r.oid >= 16384
UNION ALL
SELECT 'inherits', array_agg(h.inhparent), array_agg(h.inhrelid) FROM pg_inherits h
  JOIN pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f')
