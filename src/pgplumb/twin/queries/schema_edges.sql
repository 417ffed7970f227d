-- What relations need of each other: to take some of them, take these too.
-- Returns: oid of a relation, oid of one that it needs. Parents and children need each other; a view, a rule, a policy
-- or a default needs what it reads; a column whose type is another relation's row needs that relation; a table needs
-- the sequences of its columns.
-- Versions: 13 to 18. Cost: scans of pg_depend, 100 ms at 10,000 tables.
SELECT inhrelid, inhparent FROM pg_inherits
UNION
SELECT inhparent, inhrelid FROM pg_inherits
UNION
SELECT r.ev_class, d.refobjid
  FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
 WHERE r.oid >= 16384 AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
UNION
SELECT p.polrelid, d.refobjid
  FROM pg_policy p JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
 WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> p.polrelid
UNION
SELECT f.adrelid, d.refobjid
  FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
 WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> f.adrelid
UNION
SELECT d.refobjid, d.objid
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
 WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
UNION
SELECT d.objid, t.typrelid
  FROM pg_depend d JOIN pg_type t ON t.oid = d.refobjid OR t.typarray = d.refobjid
 WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_type'::regclass AND t.typrelid > 0
   AND t.typrelid <> d.objid
