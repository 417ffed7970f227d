-- What depends on a relation, or on some of its columns: kind, name, how it is known.
-- Views and BEGIN ATOMIC functions by pg_depend, other functions by the words of their bodies.
-- Versions: 13 to 18. Cost: pg_depend by index; one reading of the bodies of functions that no extension owns.
WITH wanted AS (
       SELECT c.oid, c.relname, c.reltype, k.names
         FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN (SELECT ARRAY[:columns]::text[] AS names) k
        WHERE (n.nspname, c.relname) IN (:relations)),
     places AS (
       SELECT w.oid, a.attnum
         FROM wanted w
         JOIN pg_attribute a ON a.attrelid = w.oid AND NOT a.attisdropped AND a.attname = ANY (w.names)
        UNION ALL
       SELECT w.oid, d.refobjsubid
         FROM wanted w JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = w.oid
        WHERE w.names = '{}')
SELECT DISTINCT 'view', vn.nspname || '.' || v.relname, 'it reads it'
  FROM places p
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = p.oid AND d.refobjsubid = p.attnum
                  AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_rewrite r ON r.oid = d.objid
  JOIN pg_class v ON v.oid = r.ev_class AND v.oid <> p.oid
  JOIN pg_namespace vn ON vn.oid = v.relnamespace
 UNION
SELECT 'function', fn.nspname || '.' || f.proname, 'its body reads it'
  FROM places p
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = p.oid AND d.refobjsubid = p.attnum
                  AND d.classid = 'pg_proc'::regclass
  JOIN pg_proc f ON f.oid = d.objid
  JOIN pg_namespace fn ON fn.oid = f.pronamespace
 UNION
SELECT 'function', fn.nspname || '.' || f.proname, 'its body names it'
  FROM wanted w
  JOIN pg_proc f ON f.oid >= 16384 AND f.prokind IN ('f', 'p')
   AND strpos(lower(f.prosrc), lower(w.relname)) > 0
   AND f.prosrc ~* ('(^|[^[:alnum:]_$])' || regexp_replace(w.relname, '([^[:alnum:]_])', '\\\1', 'g') || '([^[:alnum:]_$]|$)')
   AND (w.names = '{}' OR EXISTS (
        SELECT FROM unnest(w.names) AS u (word)
         WHERE f.prosrc ~* ('(^|[^[:alnum:]_$])' || regexp_replace(u.word, '([^[:alnum:]_])', '\\\1', 'g') || '([^[:alnum:]_$]|$)')))
  JOIN pg_namespace fn ON fn.oid = f.pronamespace
 WHERE NOT EXISTS (SELECT FROM pg_depend e
                    WHERE e.classid = 'pg_proc'::regclass AND e.objid = f.oid AND e.deptype = 'e')
 ORDER BY 1, 2
