-- What rewrite rules say: rules made by CREATE RULE, and which relations a view reads.
-- Returns: relation, oid, name, event, instead, enabled, oids of other relations that the rule uses.
-- Versions: 13 to 18. Cost: pg_rewrite with an index look-up in pg_depend for each rule.
SELECT r.ev_class, r.oid, r.rulename, r.ev_type, r.is_instead, r.ev_enabled,
       ARRAY(SELECT DISTINCT d.refobjid FROM pg_depend d
              WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                AND d.refobjid <> r.ev_class AND d.deptype = 'n')
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class AND c.relpersistence <> 't'
 WHERE r.oid >= 16384 {only r.ev_class}
