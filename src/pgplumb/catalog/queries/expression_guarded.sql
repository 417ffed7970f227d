-- Expressions whose deparsing opens their relation: it would wait behind any ACCESS EXCLUSIVE lock, held or asked for.
-- Relations with such a lock are left out; run it with lock_timeout for the race between the look and the read.
-- Returns: kind (g generated column, p policy, c check, i index, l policy that reads a relation under a lock), key
--          (relation, policy, constraint, index, relation of the policy), column number of g, text, second text
--          (WITH CHECK of p, expressions of i).
-- Versions: 13 to 18. Cost: 500 ms at 10,000 tables in a fresh session, whose memory grows by up to 90 MB: use a
--          connection that is closed afterwards.
WITH locked AS MATERIALIZED (SELECT l.relation FROM pg_locks l
                  WHERE l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL AND l.pid IS DISTINCT FROM pg_backend_pid()
                    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
SELECT 'g', d.adrelid, d.adnum, pg_get_expr(d.adbin, d.adrelid), NULL
  FROM pg_attrdef d
  JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated <> ''
 WHERE d.adrelid >= 16384 {only d.adrelid} AND d.adrelid NOT IN (SELECT relation FROM locked)
UNION ALL
SELECT CASE WHEN b.blocked THEN 'l' ELSE 'p' END, CASE WHEN b.blocked THEN p.polrelid ELSE p.oid END, 0,
       CASE WHEN NOT b.blocked THEN pg_get_expr(p.polqual, p.polrelid) END,
       CASE WHEN NOT b.blocked THEN pg_get_expr(p.polwithcheck, p.polrelid) END
  FROM pg_policy p
 CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                                       AND d.refclassid = 'pg_class'::regclass
                                       AND d.refobjid IN (SELECT relation FROM locked)) AS blocked) b
 WHERE true {only p.polrelid} AND p.polrelid NOT IN (SELECT relation FROM locked)
UNION ALL
SELECT 'c', k.oid, 0, pg_get_expr(k.conbin, k.conrelid), NULL
  FROM pg_constraint k
 WHERE k.oid >= 16384 AND k.contype = 'c' AND k.conrelid <> 0 {only k.conrelid}
   AND k.conrelid NOT IN (SELECT relation FROM locked)
UNION ALL
SELECT 'i', i.indexrelid, 0, pg_get_expr(i.indpred, i.indrelid), pg_get_expr(i.indexprs, i.indrelid)
  FROM pg_index i
 WHERE i.indexrelid >= 16384 AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL) {only i.indrelid}
   AND i.indrelid NOT IN (SELECT relation FROM locked)
