-- Runs in the twin, where statistics_trusted.sql says no. Takes away the values of columns of types that are not built
-- in, unless they are enums or domains over built-in types.
-- Returns: schema, relation and column of those that had some.
-- Versions: 13 to 18. Cost: small.
WITH RECURSIVE base AS (
    SELECT t.oid AS typ, t.oid AS base, t.typtype, t.typbasetype FROM pg_type t WHERE t.oid >= 16384
     UNION ALL
    SELECT b.typ, t.oid, t.typtype, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.typbasetype
     WHERE b.typtype = 'd'
)
UPDATE pgplumb_column s
   SET mcv = NULL, histogram = NULL, elements = NULL, element_counts = NULL, lengths = NULL, empty = NULL, bounds = NULL
  FROM pgplumb_place p
  JOIN base b ON b.typ = p.typ AND b.base >= 16384 AND b.typtype NOT IN ('d', 'e')
 WHERE p.id = s.id AND coalesce(s.mcv, s.histogram, s.elements, s.bounds) IS NOT NULL
RETURNING s.schema, s.name, s.attname
