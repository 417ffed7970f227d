-- Runs in the twin, as the builder. Which relations have catalog rows younger than a transaction, and how many they have:
-- a row that is gone leaves no trace but its number.
-- Returns: oid of a relation or sequence, whether one of its rows is as young as the parameter (an xid), number of rows.
-- Versions: 13 to 18. Cost: 25 ms at 1,000 tables.
SELECT r.relation::int8, bool_or(age(r.born) <= age(%(since)s::xid)), count(*)
  FROM (
    SELECT oid AS relation, xmin AS born FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL SELECT t.oid, c.xmin FROM pg_class t JOIN pg_class c ON c.oid = t.reltoastrelid
    UNION ALL SELECT attrelid, xmin FROM pg_attribute WHERE attnum > 0
    UNION ALL SELECT adrelid, xmin FROM pg_attrdef
    UNION ALL SELECT conrelid, xmin FROM pg_constraint
    UNION ALL SELECT i.indrelid, i.xmin FROM pg_index i
    UNION ALL SELECT i.indrelid, c.xmin FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    UNION ALL SELECT i.indrelid, a.xmin FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
    UNION ALL SELECT polrelid, xmin FROM pg_policy
    UNION ALL SELECT tgrelid, xmin FROM pg_trigger
    UNION ALL SELECT ev_class, xmin FROM pg_rewrite
    UNION ALL SELECT inhrelid, xmin FROM pg_inherits
    UNION ALL SELECT i.indrelid, h.xmin FROM pg_inherits h JOIN pg_index i ON i.indexrelid = h.inhrelid
    UNION ALL SELECT seqrelid, xmin FROM pg_sequence
    UNION ALL SELECT partrelid, xmin FROM pg_partitioned_table
    UNION ALL SELECT objid, xmin FROM pg_depend WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
                 AND deptype IN ('a', 'i')
    UNION ALL SELECT objid, xmin FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'e'
    UNION ALL SELECT objoid, xmin FROM pg_description WHERE classoid = 'pg_class'::regclass
    UNION ALL SELECT i.indrelid, d.xmin FROM pg_description d JOIN pg_index i ON i.indexrelid = d.objoid
               WHERE d.classoid = 'pg_class'::regclass
    UNION ALL SELECT k.conrelid, d.xmin FROM pg_description d JOIN pg_constraint k ON k.oid = d.objoid
               WHERE d.classoid = 'pg_constraint'::regclass
    UNION ALL SELECT p.polrelid, d.xmin FROM pg_description d JOIN pg_policy p ON p.oid = d.objoid
               WHERE d.classoid = 'pg_policy'::regclass
    UNION ALL SELECT t.tgrelid, d.xmin FROM pg_description d JOIN pg_trigger t ON t.oid = d.objoid
               WHERE d.classoid = 'pg_trigger'::regclass
    UNION ALL SELECT r.ev_class, d.xmin FROM pg_description d JOIN pg_rewrite r ON r.oid = d.objoid
               WHERE d.classoid = 'pg_rewrite'::regclass
    UNION ALL SELECT ftrelid, xmin FROM pg_foreign_table
  ) r
  JOIN pg_class c ON c.oid = r.relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
 WHERE r.relation >= 16384
 GROUP BY r.relation
