-- How many rows a table holds, partitions and children included, and whether an index leads by a column.
-- Parameters: oid of the table, name of the column.
-- Returns: rows, an estimate; whether every table with many rows has a valid index that begins with the column.
-- Versions: 13 to 18. Cost: catalogs alone.
WITH RECURSIVE below AS (
  SELECT %(table)s::oid AS oid
  UNION
  SELECT i.inhrelid FROM pg_inherits i JOIN below b ON b.oid = i.inhparent
), sized AS (
  SELECT c.oid,
         -- Never analysed: eighty rows a page are many.
         CASE WHEN c.relkind NOT IN ('r', 'm') THEN 0
              WHEN c.reltuples >= 0 THEN c.reltuples
              ELSE 80 * pg_relation_size(c.oid) / 8192 END::float8 AS tuples
    FROM pg_class c JOIN below b ON b.oid = c.oid
)
SELECT coalesce(sum(s.tuples), 0),
       bool_and(s.tuples < 100000 OR EXISTS (
         SELECT FROM pg_index x JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
          WHERE x.indrelid = s.oid AND a.attname = %(column)s AND x.indisvalid AND x.indpred IS NULL))
  FROM sized s
