-- Constraints of tables. Valid NOT NULL rows (18) are left out: pg_attribute.attnotnull says as much. So are those
-- of temporary tables, here as everywhere: they come and go all day.
-- Returns: relation first, then the columns of `Constraint` in order, without expression and comment.
-- Versions: 13 to 18. Cost: one scan of pg_constraint, 90 ms at 40,000 rows.
SELECT k.conrelid, k.oid, k.conname, k.contype, k.conkey, k.confrelid, k.confkey, k.confdeltype, k.confupdtype,
       k.confmatchtype, {150000+ k.confdelsetcols | NULL::int2[]}, k.convalidated, {180000+ k.conenforced | true},
       k.condeferrable, k.condeferred, k.conindid, k.conparentid, k.conislocal, k.connoinherit
  FROM pg_constraint k
 WHERE k.oid >= 16384 AND k.conrelid <> 0 AND (k.contype <> 'n' OR NOT k.convalidated)
       AND k.connamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_temp')
       {only k.conrelid}
