-- The tables behind some names of relations; an index stands for its table.
-- Returns: name as asked; then null where it means nothing, else oid, name as SQL, whether we have its owner's rights,
--          owner, pages of heap and TOAST, estimated rows (partitions summed), whether autovacuum works on it.
-- Sizes are the catalog's estimates: asking the relation itself would wait behind ACCESS EXCLUSIVE.
-- Versions: 13 to 18. Cost: index scans of catalogs.
SELECT g.name, c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
       pg_catalog.pg_has_role(c.relowner, 'USAGE'), pg_catalog.pg_get_userbyid(c.relowner)::text,
       held.pages, held.tuples,
       current_setting('autovacuum')::bool
         AND NOT coalesce(c.reloptions::text ~* 'autovacuum_enabled=(false|off|no|0)', false)
  FROM pg_catalog.unnest(%s::text[]) AS g(name)
  LEFT JOIN LATERAL pg_catalog.to_regclass(g.name) AS r(oid) ON true
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
  LEFT JOIN pg_catalog.pg_class c ON c.oid = coalesce(i.indrelid, r.oid)
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  -- A partitioned table has no pages of its own (-1 once it was analysed): its partitions have.
  LEFT JOIN LATERAL (
       WITH RECURSIVE below(oid) AS (
            SELECT c.oid
            UNION ALL
            SELECT h.inhrelid FROM below b JOIN pg_catalog.pg_inherits h ON h.inhparent = b.oid WHERE c.relkind = 'p')
       SELECT coalesce(sum(greatest(l.relpages, 0) + coalesce(x.relpages, 0)), 0)::int8 AS pages,
              CASE WHEN bool_or(l.reltuples < 0) THEN -1 ELSE coalesce(sum(l.reltuples), 0) END::float8 AS tuples
         FROM below b
         JOIN pg_catalog.pg_class l ON l.oid = b.oid AND (l.relkind <> 'p' OR c.relkind <> 'p')
         LEFT JOIN pg_catalog.pg_class x ON x.oid = l.reltoastrelid) AS held ON true
 ORDER BY 1
