-- What a planner and a rehearsal see of a schema and pg_dump does not print, by name: numbers and marks. That a key
-- is not inherited is no mark of anything: partitions get keys of their own.
-- Returns: kind, name, facts.
SELECT 'column', format('%I.%I.%s', n.nspname, c.relname, a.attnum),
       CASE WHEN a.attisdropped THEN 'dropped' ELSE concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef, a.attisdropped, a.attislocal,
                 a.attinhcount, nullif(a.attstattarget, -1), (SELECT array_agg(o) FROM unnest(a.attoptions) o WHERE o !~ '^pg_'), a.attstorage, a.attidentity, a.attgenerated,
                 a.attcollation::regcollation) END
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE a.attnum > 0 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'i', 'I') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'relation', format('%I.%I', n.nspname, c.relname),
       concat_ws(' ', c.relkind, c.relpersistence, c.relnatts, c.relchecks, c.relhasrules, c.relhastriggers, c.relhassubclass,
                 c.relrowsecurity, c.relforcerowsecurity, c.relispopulated, c.relreplident, c.relispartition, c.reloptions,
                 (SELECT amname FROM pg_am WHERE oid = c.relam), c.reltoastrelid > 0)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'index', format('%I.%I', n.nspname, c.relname),
       concat_ws(' ', i.indisunique, i.indisprimary, i.indisexclusion, i.indimmediate, i.indisclustered, i.indisvalid, i.indisready,
                 i.indislive, i.indisreplident, i.indkey, i.indoption, i.indnkeyatts)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname !~ '^pg_'
UNION ALL
SELECT 'constraint', format('%s.%I', coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text), k.conname),
       concat_ws(' ', k.contype, k.condeferrable, k.condeferred, k.convalidated, k.conislocal, k.coninhcount,
                 k.connoinherit AND k.contype NOT IN ('p', 'u'),
                 k.conkey, k.confkey, k.confrelid::regclass, k.conparentid <> 0)
  FROM pg_constraint k WHERE k.oid >= 16384
UNION ALL
SELECT 'function', p.oid::regprocedure::text,
       concat_ws(' ', p.provolatile, p.proparallel, p.proleakproof, p.proisstrict, p.procost, p.prorows, p.prosecdef, p.proconfig)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid >= 16384 AND n.nspname !~ '^pg_'
UNION ALL
SELECT 'role', rolname, concat_ws(' ', rolinherit, rolbypassrls)
  FROM pg_roles WHERE rolname IN ('Owner Of.Things', 'select')
 ORDER BY 1, 2, 3
