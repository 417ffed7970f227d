-- Relations with what stands one to one beside them: partition key, sequence, foreign server.
-- Returns: see `RelationRow` in assemble.py; indexes are read by index.sql.
-- Versions: 13 to 18. Cost: one scan of pg_class with hash joins on small catalogs; plain columns only, so that no
--          relation is opened and nothing waits behind a lock.
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relpersistence, c.relpages, c.reltuples::float8,
       c.relallvisible, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.relreplident, c.reloptions,
       c.relacl::text[], coalesce(am.amname, ''), c.reltablespace, c.relnatts, c.reltoastrelid,
       CASE WHEN c.relfrozenxid <> '0' THEN age(c.relfrozenxid) ELSE 0 END,
       CASE WHEN c.relminmxid <> '0' THEN mxid_age(c.relminmxid) ELSE 0 END,
       p.partstrat, p.partattrs::int2[], p.partdefid,
       s.seqtypid, s.seqstart, s.seqmin, s.seqmax, s.seqincrement, s.seqcycle, s.seqcache,
       f.srvname
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
  LEFT JOIN pg_sequence s ON s.seqrelid = c.oid
  LEFT JOIN (pg_foreign_table ft JOIN pg_foreign_server f ON f.oid = ft.ftserver) ON ft.ftrelid = c.oid
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_(toast|temp)'
       {only c.oid}
