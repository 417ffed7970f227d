-- How each flaw of the sample shows in the catalogs, told without our own reader: one query a rule. Each returns
-- the kind and the parts of the identifiers of every object that breaks the rule; where that is hard to say in
-- SQL, of those objects that break it in the sample's way.

-- rule: setup
CREATE TEMPORARY VIEW rel AS
SELECT c.*, n.nspname, c.oid AS relid,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'matview' ELSE 'table' END AS kind
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('app', 'billing', 'analytics') AND c.relkind IN ('r', 'p', 'v', 'm');
CREATE TEMPORARY VIEW tab AS SELECT * FROM rel WHERE relkind IN ('r', 'p') AND NOT relispartition;
CREATE TEMPORARY VIEW col AS
SELECT t.nspname, t.relname, t.relid, a.attname, a.attnum, a.attnotnull, a.attidentity, a.atttypmod,
       format_type(a.atttypid, a.atttypmod) AS type, pg_get_expr(d.adbin, d.adrelid) AS def
FROM tab t JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum);
CREATE TEMPORARY VIEW con AS
SELECT t.nspname, t.relname, t.relid, k.* FROM tab t JOIN pg_constraint k ON k.conrelid = t.relid;
CREATE TEMPORARY VIEW idx AS
SELECT t.nspname, t.relname AS tabname, t.relid, i.*, c.relname AS idxname, string_to_array(i.indkey::text, ' ') AS keys
FROM tab t JOIN pg_index i ON i.indrelid = t.relid JOIN pg_class c ON c.oid = i.indexrelid;
CREATE TEMPORARY VIEW pol AS
SELECT t.nspname, t.relname, p.*, pg_get_expr(polqual, polrelid) AS qual, pg_get_expr(polwithcheck, polrelid) AS chk
FROM tab t JOIN pg_policy p ON p.polrelid = t.relid

-- rule: table-has-primary-key
SELECT 'table', ARRAY[nspname, relname] FROM tab t
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = t.relid AND contype = 'p')

-- rule: table-linked-by-fk
SELECT 'table', ARRAY[nspname, relname] FROM tab t
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND relid IN (conrelid, confrelid))

-- rule: pk-bigint-or-uuid
SELECT 'column', ARRAY[col.nspname, col.relname, attname] FROM col JOIN con USING (relid)
WHERE contype = 'p' AND attnum = ANY (conkey) AND type IN ('integer', 'smallint')

-- rule: identity-over-serial
SELECT 'column', ARRAY[nspname, relname, attname] FROM col WHERE def LIKE 'nextval(%'

-- rule: pk-uuid-time-ordered
SELECT 'column', ARRAY[nspname, relname, attname] FROM col WHERE type = 'uuid' AND def = 'gen_random_uuid()'

-- rule: fk-explicit-on-delete
SELECT 'fk', ARRAY[nspname, relname, conname] FROM con WHERE contype = 'f' AND confdeltype = 'a'

-- rule: fk-set-null-column-nullable
SELECT 'fk', ARRAY[con.nspname, con.relname, conname] FROM con JOIN col USING (relid)
WHERE contype = 'f' AND confdeltype = 'n' AND attnum = ANY (conkey) AND attnotnull

-- rule: fk-columns-indexed
SELECT 'fk', ARRAY[nspname, relname, conname] FROM con
WHERE contype = 'f' AND NOT EXISTS (
    SELECT FROM idx WHERE idx.relid = con.relid AND indisvalid AND indpred IS NULL
        AND keys[1 : cardinality(conkey)] @> conkey::text[])

-- rule: fk-type-matches-target
SELECT 'fk', ARRAY[con.nspname, con.relname, conname] FROM con
     JOIN pg_attribute mine ON mine.attrelid = conrelid AND mine.attnum = conkey[1]
     JOIN pg_attribute theirs ON theirs.attrelid = confrelid AND theirs.attnum = confkey[1]
WHERE contype = 'f' AND mine.atttypid <> theirs.atttypid

-- rule: missing-fk-constraint
SELECT 'column', ARRAY[nspname, relname, attname] FROM col
WHERE attname = 'project_id'
  AND NOT EXISTS (SELECT FROM con WHERE con.relid = col.relid AND contype = 'f' AND attnum = ANY (conkey))

-- rule: constraints-validated
SELECT 'constraint', ARRAY[nspname, relname, conname] FROM con WHERE NOT convalidated

-- rule: check-constraints-on-domains
SELECT 'column', ARRAY[nspname, relname, attname] FROM col
WHERE attname = 'status' AND type = 'text'
  AND NOT EXISTS (SELECT FROM con WHERE con.relid = col.relid AND contype = 'c' AND attnum = ANY (conkey))

-- rule: range-pair-ordered
SELECT 'column', ARRAY[first.nspname, first.relname, first.attname]
FROM col first JOIN col last USING (relid)
WHERE (first.attname, last.attname) IN (('valid_from', 'valid_to'), ('starts_on', 'ends_on'), ('started_at', 'ended_at'))
  AND NOT EXISTS (SELECT FROM con WHERE con.relid = first.relid AND contype = 'c' AND conkey @> ARRAY[first.attnum, last.attnum])

-- rule: no-disabled-trigger
SELECT 'trigger', ARRAY[nspname, relname, tgname] FROM tab JOIN pg_trigger ON tgrelid = relid WHERE tgenabled = 'D'

-- rule: timestamptz-over-timestamp
SELECT 'column', ARRAY[nspname, relname, attname] FROM col WHERE type = 'timestamp without time zone'

-- rule: text-over-varchar-n
SELECT 'column', ARRAY[nspname, relname, attname] FROM col WHERE type LIKE 'character varying(%'

-- rule: no-char-n
SELECT 'column', ARRAY[nspname, relname, attname] FROM col WHERE type LIKE 'character(%'

-- rule: numeric-for-money
SELECT 'column', ARRAY[nspname, relname, attname] FROM col
WHERE attname IN ('amount', 'total', 'price') AND type IN ('double precision', 'real', 'money')

-- rule: column-type-consistent-by-name
SELECT 'column', ARRAY[nspname, relname, attname] FROM col
WHERE type <> (SELECT mode() WITHIN GROUP (ORDER BY type) FROM col AS same WHERE same.attname = col.attname)

-- rule: jsonb-over-json
SELECT 'column', ARRAY[nspname, relname, attname] FROM col WHERE type = 'json'

-- rule: no-repeating-column-groups
SELECT 'table', ARRAY[nspname, relname] FROM col WHERE attname ~ '[1-3]$' GROUP BY nspname, relname HAVING count(*) = 3

-- rule: no-delimited-lists
SELECT 'column', ARRAY[schemaname, tablename, attname] FROM pg_stats
WHERE attname = 'tags' AND most_common_vals::text LIKE '%customer,vip%'

-- rule: snake-case-names
SELECT 'table', ARRAY[nspname, relname] FROM tab WHERE relname !~ '^[a-z_][a-z0-9_]*$'
UNION ALL
SELECT 'column', ARRAY[nspname, relname, attname] FROM col WHERE attname !~ '^[a-z_][a-z0-9_]*$'

-- rule: no-reserved-words
SELECT 'column', ARRAY[nspname, relname, attname] FROM col JOIN pg_get_keywords() ON word = attname WHERE catcode = 'R'

-- rule: index-name-convention
SELECT 'index', ARRAY[nspname, idxname] FROM idx
WHERE idxname NOT LIKE ALL (ARRAY['idx\_' || tabname || '\_%', 'uq\_%'])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)

-- rule: no-invalid-index
SELECT 'index', ARRAY[nspname, idxname] FROM idx WHERE NOT indisvalid

-- rule: no-duplicate-index
SELECT 'index', ARRAY[nspname, idxname] FROM idx
WHERE EXISTS (SELECT FROM idx AS other WHERE other.relid = idx.relid AND other.indexrelid <> idx.indexrelid
              AND other.indkey = idx.indkey AND other.indclass = idx.indclass
              AND other.indpred IS NULL AND idx.indpred IS NULL)

-- rule: no-redundant-prefix-index
SELECT 'index', ARRAY[nspname, idxname] FROM idx
WHERE EXISTS (SELECT FROM idx AS longer WHERE longer.relid = idx.relid AND cardinality(longer.keys) > cardinality(idx.keys)
              AND longer.keys[1 : cardinality(idx.keys)] = idx.keys AND longer.indpred IS NULL AND idx.indpred IS NULL
              AND NOT idx.indisunique)

-- rule: no-low-cardinality-index
SELECT 'index', ARRAY[idx.nspname, idxname] FROM idx
     JOIN col ON col.relid = idx.relid AND col.attnum::text = keys[1]
     JOIN pg_stats ON (schemaname, tablename, pg_stats.attname) = (col.nspname, col.relname, col.attname)
WHERE cardinality(keys) = 1 AND NOT indisunique AND n_distinct BETWEEN 2 AND 3 AND null_frac = 0

-- rule: nullable-index-partial
SELECT 'index', ARRAY[idx.nspname, idxname] FROM idx
     JOIN col ON col.relid = idx.relid AND col.attnum::text = keys[1]
     JOIN pg_stats ON (schemaname, tablename, pg_stats.attname) = (col.nspname, col.relname, col.attname)
WHERE cardinality(keys) = 1 AND indpred IS NULL AND null_frac > 0.5

-- rule: missing-index-seq-scans
SELECT 'table', ARRAY[schemaname, relname] FROM pg_stat_user_tables
WHERE n_live_tup > 10000 AND seq_scan >= 100 AND idx_scan < 0.95 * (idx_scan + seq_scan)

-- rule: index-usage-ratio
SELECT 'table', ARRAY[schemaname, relname] FROM pg_stat_user_tables
WHERE n_live_tup > 10000 AND seq_scan >= 100 AND idx_scan < 0.95 * (idx_scan + seq_scan)

-- rule: tenant-column-present
SELECT 'table', ARRAY[nspname, relname] FROM tab
WHERE relname <> 'organizations' AND coalesce(obj_description(relid), '') NOT LIKE '%@global%'
  AND NOT EXISTS (SELECT FROM col WHERE col.relid = tab.relid AND attname = 'tenant_id')

-- rule: tenant-fk-carries-tenant
SELECT 'fk', ARRAY[con.nspname, con.relname, conname] FROM con
     JOIN col AS mine ON mine.relid = con.relid AND mine.attname = 'tenant_id'
     JOIN col AS theirs ON theirs.relid = con.confrelid AND theirs.attname = 'tenant_id'
WHERE contype = 'f' AND NOT (mine.attnum = ANY (conkey) AND theirs.attnum = ANY (confkey))

-- rule: rls-enabled
SELECT 'table', ARRAY[nspname, relname] FROM tab
WHERE NOT relrowsecurity AND has_table_privilege('web', relid, 'SELECT')
  AND coalesce(obj_description(relid), '') NOT LIKE '%@global%'

-- rule: rls-forced
SELECT 'table', ARRAY[nspname, relname] FROM tab
WHERE relrowsecurity AND NOT relforcerowsecurity AND pg_has_role('migrator', relowner, 'USAGE')

-- rule: rls-policy-enforces-tenant
SELECT 'policy', ARRAY[nspname, relname, polname] FROM pol
WHERE polcmd <> 'a' AND (qual = 'true' OR qual LIKE '% OR %')

-- rule: rls-write-check-enforces-tenant
SELECT 'policy', ARRAY[nspname, relname, polname] FROM pol
WHERE polcmd IN ('a', 'w', '*') AND coalesce(chk, qual) !~ 'tenant_id'  AND relname NOT IN ('organizations', 'users')

-- rule: rls-covers-all-commands
SELECT 'table', ARRAY[nspname, relname] FROM tab
WHERE relrowsecurity AND has_table_privilege('web', relid, 'DELETE')
  AND EXISTS (SELECT FROM pg_policy WHERE polrelid = relid)
  AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = relid AND polcmd IN ('d', '*') AND polpermissive)

-- rule: tenant-column-immutable
SELECT 'column', ARRAY[nspname, relname, 'tenant_id'] FROM pol
WHERE polpermissive AND polcmd IN ('w', '*') AND coalesce(chk, qual) !~ 'tenant_id' AND relname NOT IN ('organizations', 'users')
UNION ALL
SELECT 'column', ARRAY[nspname, relname, attname] FROM col JOIN tab USING (nspname, relname)
WHERE attname = 'tenant_id' AND NOT relrowsecurity AND has_table_privilege('web', col.relid, 'UPDATE')

-- rule: rls-policy-not-always-true
SELECT 'policy', ARRAY[nspname, relname, polname] FROM pol WHERE qual = 'true'

-- rule: rls-initplan
SELECT 'policy', ARRAY[nspname, relname, polname] FROM pol WHERE qual LIKE '%current_setting%' AND qual !~ '\(\s*SELECT'

-- rule: rls-no-bypass-login
SELECT 'role', ARRAY[rolname] FROM pg_roles WHERE rolcanlogin AND rolbypassrls AND NOT rolsuper

-- rule: view-security-invoker
SELECT 'view', ARRAY[nspname, relname] FROM rel
WHERE relkind = 'v' AND NOT coalesce(reloptions, '{}') && ARRAY['security_invoker=on']

-- rule: no-grant-to-public
SELECT kind, ARRAY[nspname, relname] FROM rel, aclexplode(relacl) WHERE grantee = 0

-- rule: definer-function-not-public
SELECT 'function', ARRAY[n.nspname, proname] || ARRAY(SELECT typname FROM unnest(proargtypes) AS arg JOIN pg_type ON pg_type.oid = arg)::name[]
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE n.nspname IN ('app', 'billing') AND prosecdef AND proacl IS NULL

-- rule: definer-function-search-path
SELECT 'function', ARRAY[n.nspname, proname] || ARRAY(SELECT typname FROM unnest(proargtypes) AS arg JOIN pg_type ON pg_type.oid = arg)::name[]
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE n.nspname IN ('app', 'billing') AND prosecdef AND proconfig IS NULL

-- rule: extension-not-in-public
SELECT 'extension', ARRAY[extname] FROM pg_extension WHERE extnamespace = 'public'::regnamespace

-- rule: default-privileges-set
SELECT DISTINCT 'schema', ARRAY[nspname] FROM tab
WHERE NOT EXISTS (SELECT FROM pg_default_acl
                  WHERE defaclnamespace = relnamespace AND defaclrole = relowner AND defaclobjtype = 'r')

-- rule: app-role-least-privilege
SELECT 'role', ARRAY[rolname] FROM pg_roles
WHERE rolcanlogin AND NOT rolsuper AND (rolcreatedb OR rolcreaterole OR EXISTS (SELECT FROM tab WHERE relowner = pg_roles.oid))

-- rule: one-owner-per-schema
SELECT 'schema', ARRAY[n.nspname] FROM pg_namespace n
WHERE EXISTS (SELECT FROM rel WHERE rel.relnamespace = n.oid AND relowner <> nspowner)

-- rule: role-connection-limit
SELECT 'role', ARRAY[rolname] FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND rolconnlimit = -1

-- rule: audit-timestamps-present
SELECT 'table', ARRAY[nspname, relname] FROM tab
WHERE NOT EXISTS (SELECT FROM col WHERE col.relid = tab.relid AND attname = 'created_at')
UNION ALL
SELECT 'column', ARRAY[nspname, relname, attname] FROM col
WHERE attname = 'created_at' AND NOT (attnotnull AND type = 'timestamp with time zone' AND def = 'now()')

-- rule: updated-at-maintained
SELECT 'column', ARRAY[nspname, relname, attname] FROM col
WHERE attname = 'updated_at'
  AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relid AND tgname = 'touch_updated_at' AND tgenabled = 'O')

-- rule: soft-delete-unique-is-partial
SELECT 'index', ARRAY[idx.nspname, idxname] FROM idx JOIN col ON col.relid = idx.relid AND attname = 'deleted_at'
WHERE indisunique AND NOT indisprimary AND indpred IS NULL AND idxname NOT LIKE '%\_id\_key'

-- rule: audit-table-append-only
SELECT 'table', ARRAY[nspname, relname] FROM tab
WHERE relname = 'audit_log' AND has_table_privilege('worker', relid, 'UPDATE')

-- rule: default-partition-empty
SELECT 'table', ARRAY[rel.nspname, rel.relname] FROM rel
WHERE pg_get_expr(relpartbound, relid) = 'DEFAULT' AND reltuples > 0

-- rule: future-partition-exists
SELECT 'table', ARRAY[nspname, relname] FROM tab
WHERE relkind = 'p' AND NOT EXISTS (
    SELECT FROM pg_inherits JOIN pg_class leaf ON leaf.oid = inhrelid
    WHERE inhparent = tab.relid
      AND substring(pg_get_expr(leaf.relpartbound, leaf.oid) FROM $$TO \('([^']+)'\)$$)::timestamptz > now() + interval '7 days')

-- rule: partition-gap-none
SELECT 'table', ARRAY[nspname, relname]
FROM (SELECT tab.*, substring(bound FROM $$FROM \('([^']+)'\)$$)::timestamptz AS low,
             lag(substring(bound FROM $$TO \('([^']+)'\)$$)::timestamptz) OVER (PARTITION BY relid ORDER BY substring(bound FROM $$TO \('([^']+)'\)$$)::timestamptz) AS before
      FROM tab JOIN pg_inherits ON inhparent = relid JOIN pg_class leaf ON leaf.oid = inhrelid,
           LATERAL pg_get_expr(leaf.relpartbound, leaf.oid) AS bound
      WHERE tab.relkind = 'p' AND bound <> 'DEFAULT') AS part
WHERE before < low

-- rule: no-unlogged-table
SELECT 'table', ARRAY[nspname, relname] FROM tab WHERE relpersistence = 'u'

-- rule: sequence-not-exhausted
SELECT 'sequence', ARRAY[schemaname, sequencename] FROM pg_sequences WHERE last_value > 0.9 * max_value

-- rule: fk-column-can-hold-parent
SELECT 'column', ARRAY[con.nspname, con.relname, mine.attname] FROM con
     JOIN pg_attribute mine ON mine.attrelid = conrelid AND mine.attnum = conkey[1]
     JOIN pg_attribute theirs ON theirs.attrelid = confrelid AND theirs.attnum = confkey[1]
WHERE contype = 'f' AND mine.attlen < theirs.attlen

-- rule: stats-reset-age-known
SELECT 'database', ARRAY[current_database()] WHERE pg_postmaster_start_time() > now() - interval '1 day'

-- rule: dead-tuples-low
SELECT 'table', ARRAY[schemaname, relname] FROM pg_stat_user_tables WHERE n_dead_tup > n_live_tup AND n_dead_tup > 1000

-- rule: autovacuum-enabled-per-table
SELECT 'table', ARRAY[nspname, relname] FROM tab WHERE reloptions && ARRAY['autovacuum_enabled=false']

-- rule: statistics-present
SELECT 'table', ARRAY[nspname, tab.relname] FROM tab JOIN pg_stat_user_tables USING (relid)
WHERE n_live_tup > 0 AND NOT EXISTS (SELECT FROM pg_statistic WHERE starelid = relid)

-- rule: statement-timeout-set
SELECT 'role', ARRAY[rolname] FROM pg_roles
WHERE rolcanlogin AND NOT EXISTS (SELECT FROM pg_db_role_setting WHERE setrole = pg_roles.oid AND setconfig::text LIKE '%statement_timeout=%')

-- rule: random-page-cost-ssd
SELECT 'setting', ARRAY[name] FROM pg_settings WHERE name = 'random_page_cost' AND setting = '4'

-- rule: logging-slow-queries
SELECT 'setting', ARRAY[name] FROM pg_settings WHERE name = 'log_min_duration_statement' AND setting = '-1'

-- rule: fsync-on
SELECT 'setting', ARRAY[name] FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'

-- rule: shared-buffers-sane
SELECT 'setting', ARRAY[name] FROM pg_settings WHERE name = 'shared_buffers' AND setting = '16384'

-- rule: wal-archiving-works
SELECT 'setting', ARRAY[name] FROM pg_settings WHERE name = 'archive_mode' AND setting = 'off'

-- rule: slot-active
SELECT 'slot', ARRAY[slot_name] FROM pg_replication_slots WHERE NOT active

-- rule: standby-exists
SELECT 'database', ARRAY[current_database()] WHERE NOT EXISTS (SELECT FROM pg_stat_replication)

-- rule: pii-columns-tagged
SELECT 'column', ARRAY[nspname, relname, attname] FROM col
WHERE attname IN ('email', 'full_name') AND coalesce(col_description(relid, attnum), '') NOT LIKE '%@pii%'

-- rule: table-and-column-documented
SELECT 'table', ARRAY[nspname, relname] FROM tab WHERE obj_description(relid) IS NULL

-- rule: function-documented
SELECT 'function', ARRAY[n.nspname, proname] || ARRAY(SELECT typname FROM unnest(proargtypes) AS arg JOIN pg_type ON pg_type.oid = arg)::name[]
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE n.nspname IN ('app', 'billing') AND obj_description(p.oid) IS NULL

-- rule: view-documented
SELECT kind, ARRAY[nspname, relname] FROM rel WHERE relkind IN ('v', 'm') AND obj_description(relid) IS NULL

-- rule: application-name-set
SELECT DISTINCT 'role', ARRAY[usename] FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name = ''
