-- Runs in the twin. Rows of pg_statistic, slots in ANALYZE's order: common values, histogram, correlation, elements,
-- element counts, range bounds, range lengths.
-- Returns: the columns of pg_statistic of the waiting columns from one number to another, both included.
-- Versions: 13 to 18. Cost: every value is parsed by its type.
SELECT s.relid, s.attnum, s.inherited, s.null_frac, s.width, s.n_distinct,
       {each coalesce(s.kinds[#], 0)::int2},
       {each coalesce(s.operators[s.kinds[#]], 0)::oid},
       {each coalesce(s.collations[s.kinds[#]], 0)::oid},
       {each s.numbers[s.kinds[#]]::float4[]},
       {each array_in(s.vals[s.kinds[#]]::cstring, s.types[s.kinds[#]], -1)}
  FROM (SELECT p.relid, p.attnum, c.inherited, c.null_frac, c.width, c.n_distinct,
               array_remove(ARRAY[CASE WHEN c.mcv IS NOT NULL AND c.mcf IS NOT NULL THEN 1 END,
                                  CASE WHEN c.histogram IS NOT NULL THEN 2 END,
                                  CASE WHEN c.correlation IS NOT NULL THEN 3 END,
                                  CASE WHEN c.elements IS NOT NULL AND c.element_freqs IS NOT NULL THEN 4 END,
                                  CASE WHEN c.element_counts IS NOT NULL THEN 5 END,
                                  CASE WHEN c.bounds IS NOT NULL THEN 7 END,
                                  CASE WHEN c.empty IS NOT NULL THEN 6 END], NULL) AS kinds,
               ARRAY[t.eq, t.lt, t.lt, t.element_eq, t.element_eq, '<(float8,float8)'::regoperator::oid, 0] AS operators,
               ARRAY[p.coll, p.coll, p.coll, e.coll, e.coll, 0, 0] AS collations,
               ARRAY[c.mcf, NULL, '{' || c.correlation || '}', c.element_freqs, c.element_counts,
                     '{' || c.empty || '}', NULL] AS numbers,
               ARRAY[c.mcv, c.histogram, NULL, c.elements, NULL, c.lengths, c.bounds] AS vals,
               ARRAY[p.typ, p.typ, NULL, t.element, NULL, 'float8'::regtype::oid, t.range] AS types
          FROM pgplumb_column c
          JOIN pgplumb_place p ON p.id = c.id
          JOIN pgplumb_type t ON t.typ = p.typ
          CROSS JOIN LATERAL (SELECT CASE WHEN p.coll = 0 AND t.element = 'text'::regtype
                                          THEN 100 ELSE p.coll END AS coll) e
         WHERE c.id BETWEEN %(first)s AND %(last)s
        OFFSET 0) s
