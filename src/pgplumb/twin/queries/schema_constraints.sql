-- Constraints that are added to a table: checks that nobody has validated or that are not enforced (before tables are
-- attached to their parents), keys and exclusions (after), foreign keys (last; those of partitions come with their parent's).
-- A foreign key is not checked against rows, of which there are none, and then marked as checked: half the time.
-- Returns: phase, kind, name parts, relation, statement, substitute.
-- Versions: 13 to 18. Cost: 300 ms at 10,000 tables. Deparsing a check opens its relation: those under a lock are left out.
WITH {wanted}
SELECT CASE WHEN k.contype IN ('c', 'n') THEN 22 WHEN k.contype = 'f' THEN 60 ELSE 26 END,
       CASE k.contype WHEN 'f' THEN 'fk' ELSE 'constraint' END, ARRAY[c.nspname, c.relname, k.conname::text], c.oid,
       format('ALTER TABLE %s%s ADD CONSTRAINT %I %s',
              CASE WHEN k.contype = 'f' AND c.relkind = 'p' THEN '' ELSE 'ONLY ' END,
              c.full_name, k.conname, pg_get_constraintdef(k.oid))
       || CASE WHEN k.contype = 'f' AND k.convalidated AND c.relkind = 'r'
                    AND (SELECT f.relkind FROM pg_class f WHERE f.oid = k.confrelid) = 'r'
               THEN format(' NOT VALID; UPDATE pg_catalog.pg_constraint SET convalidated = true'
                           ' WHERE conrelid = %L::pg_catalog.regclass AND contypid = 0 AND conname = %L', c.full_name, k.conname)
               ELSE '' END
       || coalesce((SELECT format('; ALTER INDEX %I.%I SET (%s)', c.nspname, x.relname, array_to_string(x.reloptions, ', '))
                      FROM pg_class x WHERE x.oid = k.conindid AND k.contype <> 'f' AND x.reloptions IS NOT NULL), ''), NULL::text
  FROM wanted c JOIN pg_constraint k ON k.conrelid = c.oid
 WHERE k.contype IN ('c', 'n') AND NOT k.convalidated
    OR k.contype IN ('p', 'u', 'x')
    OR k.contype = 'f' AND k.conparentid = 0 AND k.confrelid IN (SELECT oid FROM wanted)
 ORDER BY 1, c.oid, k.conname
