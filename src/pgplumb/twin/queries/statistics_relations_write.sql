-- Runs in the twin. Gives relations their pages and rows, and takes away the column statistics that they had.
-- Returns: nothing. %(scale)s multiplies; %(nobody)s is reltuples of a relation that nobody counted: before 14 it was 0
-- with no pages, from 14 on -1.
-- Versions: 13 to 18. Cost: 0.2 s for 40,000 relations.
WITH written AS (
    UPDATE pg_class c
       SET relpages = least(round(r.pages * CASE WHEN r.pages > 0 THEN %(scale)s::float8 ELSE 1 END), 2147483647)::int4,
           reltuples = CASE WHEN r.tuples < 0 OR %(old)s AND r.tuples = 0 AND r.pages = 0 THEN %(nobody)s::float4
                            ELSE (r.tuples * %(scale)s::float8)::float4 END,
           relallvisible = least(round(r.visible * %(scale)s::float8), 2147483647)::int4
           {180000+ , relallfrozen = least(round(coalesce(r.frozen, 0) * %(scale)s::float8), 2147483647)::int4 | }
      FROM pgplumb_relation r
      JOIN pgplumb_present p ON p.schema = r.schema AND p.name = r.name
     WHERE c.oid = p.relid
    RETURNING c.oid
), gone AS (
    DELETE FROM pg_statistic s USING pgplumb_relation r, pgplumb_present p
     WHERE s.starelid = p.relid AND p.schema = r.schema AND p.name = r.name
)
SELECT count(*) FROM written
