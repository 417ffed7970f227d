-- Runs in the twin. Finds the relations and columns of what waits, by name.
-- Returns: nothing; fills pgplumb_relation.relid and pgplumb_place. Columns of indexes go by number: their names are
-- made up. An index keeps another type than its expression has where the operator class says so (opckeytype); the
-- statistics are of the expression's.
-- Versions: 13 to 18. Cost: 0.3 s for 120,000 columns.
ANALYZE pgplumb_relation;
UPDATE pgplumb_relation r SET relid = c.oid
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = r.schema AND c.relname = r.name;
UPDATE pgplumb_column s SET lengths = r.lengths, empty = r.empty, bounds = r.bounds
  FROM pgplumb_range r
 WHERE r.source = s.source AND r.attnum = s.attnum AND r.inherited = s.inherited;
INSERT INTO pgplumb_place
SELECT s.id, r.relid, a.attnum,
       CASE WHEN coalesce(o.opckeytype, 0) = 0 THEN a.atttypid
            WHEN o.opcintype = 'anyarray'::regtype THEN t.typarray
            WHEN o.opcintype::regtype::text = 'anymultirange'
                 THEN {140000+ (SELECT g.rngmultitypid FROM pg_range g WHERE g.rngtypid = a.atttypid) | a.atttypid}
            ELSE o.opcintype END,
       a.attcollation
  FROM pgplumb_column s
  JOIN pgplumb_relation r ON r.source = s.source
  JOIN pg_attribute a ON a.attrelid = r.relid AND NOT a.attisdropped AND a.attnum > 0
       AND CASE WHEN r.kind IN ('i', 'I') THEN a.attnum = s.attnum ELSE a.attname = s.attname END
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_index i ON i.indexrelid = r.relid
  LEFT JOIN pg_opclass o ON o.oid = i.indclass[a.attnum - 1];
ANALYZE pgplumb_place;
CREATE UNIQUE INDEX pgplumb_place_id ON pgplumb_place (id);
CREATE UNIQUE INDEX pgplumb_column_id ON pgplumb_column (id)
