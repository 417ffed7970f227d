-- Runs in the twin. The operators that ANALYZE names in its statistics of each type: those of the type's default B-tree
-- operator class, or of the hash one where there is none (lookup_type_cache, GetDefaultOpClass).
-- Returns: nothing; adds the types of pgplumb_place to pgplumb_type.
-- Versions: 13 to 18. Cost: 20 ms.
WITH RECURSIVE base AS (
    SELECT w.typ, w.typ AS base FROM (SELECT DISTINCT typ FROM pgplumb_place EXCEPT SELECT typ FROM pgplumb_type) w
     UNION ALL
    SELECT b.typ, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
), plain AS (
    SELECT b.typ, b.base, t.typtype, t.typelem, t.typcategory,
           t.typelem <> 0 AND {140000+ t.typsubscript = 'array_subscript_handler'::regproc | t.typlen = -1} AS is_array
      FROM base b JOIN pg_type t ON t.oid = b.base
     WHERE t.typtype <> 'd'
), element AS (
    SELECT p.typ, p.typelem AS element FROM plain p WHERE p.is_array
), element_base AS (
    SELECT DISTINCT e.element AS typ, e.element AS base FROM element e
     UNION ALL
    SELECT b.typ, t.typbasetype FROM element_base b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
), compared AS (
    SELECT p.typ, p.base, p.typtype, p.is_array, p.typcategory FROM plain p
     UNION
    SELECT b.typ, b.base, t.typtype,
           t.typelem <> 0 AND {140000+ t.typsubscript = 'array_subscript_handler'::regproc | t.typlen = -1}, t.typcategory
      FROM element_base b JOIN pg_type t ON t.oid = b.base
     WHERE t.typtype <> 'd'
), class AS (
    SELECT DISTINCT ON (c.typ, m.amname) c.typ, m.amname, o.opcfamily, o.opcintype
      FROM compared c
      CROSS JOIN pg_am m
      JOIN pg_opclass o ON o.opcmethod = m.oid AND o.opcdefault
      JOIN pg_type t ON t.oid = o.opcintype
     WHERE m.amname IN ('btree', 'hash')
       AND (o.opcintype = c.base
            OR t.typname = CASE WHEN c.typtype = 'e' THEN 'anyenum' WHEN c.typtype = 'r' THEN 'anyrange'
                                WHEN c.typtype = 'm' THEN 'anymultirange' WHEN c.typtype = 'c' THEN 'record'
                                WHEN c.is_array THEN 'anyarray' END
               AND t.oid < 16384
            OR EXISTS (SELECT FROM pg_cast k WHERE k.castsource = c.base AND k.casttarget = o.opcintype
                          AND k.castmethod = 'b' AND k.castcontext = 'i'))
     ORDER BY c.typ, m.amname, o.opcintype = c.base DESC, t.typispreferred AND t.typcategory = c.typcategory DESC
), operator AS (
    SELECT k.typ, k.amname,
           max(a.amopopr::int8) FILTER (WHERE a.amopstrategy = CASE k.amname WHEN 'btree' THEN 3 ELSE 1 END)::oid AS eq,
           max(a.amopopr::int8) FILTER (WHERE k.amname = 'btree' AND a.amopstrategy = 1)::oid AS lt
      FROM class k
      JOIN pg_amop a ON a.amopfamily = k.opcfamily AND a.amoplefttype = k.opcintype AND a.amoprighttype = k.opcintype
     GROUP BY 1, 2
), chosen AS (
    SELECT c.typ, coalesce(b.eq, h.eq) AS eq, b.lt
      FROM (SELECT DISTINCT typ FROM compared) c
      LEFT JOIN operator b ON b.typ = c.typ AND b.amname = 'btree'
      LEFT JOIN operator h ON h.typ = c.typ AND h.amname = 'hash'
)
INSERT INTO pgplumb_type
SELECT p.typ, c.eq, c.lt,
       CASE WHEN p.base = 'tsvector'::regtype THEN 'text'::regtype ELSE e.element END,
       CASE WHEN p.base = 'tsvector'::regtype THEN '=(text,text)'::regoperator ELSE ec.eq END,
       CASE p.typtype WHEN 'r' THEN p.base
            WHEN 'm' THEN {140000+ (SELECT g.rngtypid FROM pg_range g WHERE g.rngmultitypid = p.base) | NULL} END
  FROM plain p
  LEFT JOIN chosen c ON c.typ = p.typ
  LEFT JOIN element e ON e.typ = p.typ
  LEFT JOIN chosen ec ON ec.typ = e.element
