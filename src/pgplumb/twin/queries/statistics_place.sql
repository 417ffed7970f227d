-- Runs in the twin. Finds the relations and columns of what waits, by name.
-- Returns: nothing; fills pgplumb_place and pgplumb_present. Columns of indexes go by number: their names are made up.
-- An index keeps another type than its expression has where the operator class says so (opckeytype); the statistics are
-- of the expression's. Where that cannot be told from the class, its type stays 0.
-- Versions: 13 to 18. Cost: 0.3 s for 120,000 columns.
CREATE TEMP TABLE pgplumb_present ON COMMIT DROP AS
SELECT n.nspname::text AS schema, c.relname::text AS name, c.oid AS relid, c.relkind IN ('i', 'I') AS is_index
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'm', 'f', 'i', 'I');
UPDATE pgplumb_column s SET lengths = r.lengths, empty = r.empty, bounds = r.bounds
  FROM pgplumb_range r
 WHERE (r.schema, r.name, r.attname, r.inherited) = (s.schema, s.name, s.attname, s.inherited);
UPDATE pgplumb_column s SET attnum = i.attnum
  FROM pgplumb_index_column i
 WHERE (i.schema, i.name, i.attname) = (s.schema, s.name, s.attname);
ANALYZE pgplumb_present;
ANALYZE pgplumb_relation;
ANALYZE pgplumb_column (schema, name, attname, id);
INSERT INTO pgplumb_place
SELECT s.id, r.relid, a.attnum,
       CASE WHEN coalesce(o.opckeytype, 0) = 0 THEN a.atttypid
            WHEN o.opcintype = 'anyarray'::regtype THEN t.typarray
            WHEN o.opcintype::regtype::text LIKE 'any%' THEN 0
            ELSE o.opcintype END,
       a.attcollation
  FROM pgplumb_column s
  JOIN pgplumb_present r ON r.schema = s.schema AND r.name = s.name
  JOIN pg_attribute a ON a.attrelid = r.relid AND NOT a.attisdropped AND a.attnum > 0
       AND a.attname = CASE WHEN r.is_index THEN a.attname ELSE s.attname END
       AND a.attnum = CASE WHEN r.is_index THEN s.attnum ELSE a.attnum END
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_index i ON i.indexrelid = r.relid
  LEFT JOIN pg_opclass o ON o.oid = i.indclass[a.attnum - 1];
CREATE UNIQUE INDEX pgplumb_place_id ON pgplumb_place (id);
CREATE UNIQUE INDEX pgplumb_column_id ON pgplumb_column (id);
ANALYZE pgplumb_place
