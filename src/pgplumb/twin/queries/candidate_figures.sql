-- Runs in the twin. What an index's size is estimated from.
-- Returns: oid, access method, table as SQL, predicate, the table's pages by its file, storage options (json), and for
--          each column (json): key or included, type, operator class, width, n_distinct as pg_statistic has it, null
--          fraction, length and alignment of the stored type, enum, deterministic collation, keys a row (GIN).
-- Versions: 13 to 18. Cost: 1 ms an index.
SELECT c.oid::bigint, am.amname::text, i.indrelid::regclass::text, pg_get_expr(i.indpred, i.indrelid),
       (pg_relation_size(i.indrelid) / 8192)::bigint,
       (SELECT json_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(c.reloptions) o),
       (SELECT json_agg(json_build_object(
               'key', a.attnum <= i.indnkeyatts,
               'type', coalesce(b.typname, y.typname),
               'opclass', coalesce(p.opcname, ''),
               'width', coalesce(s.stawidth, CASE WHEN a.attlen > 0 THEN a.attlen ELSE 8 END),
               'distinct', CASE WHEN am.amname <> 'gin'
                                THEN coalesce(nullif(s.stadistinct, 0), CASE WHEN i.indkey[a.attnum - 1] = 0 THEN -0.5 ELSE 200 END)
                                -- Documents that differ do so in at least one key.
                                WHEN p.opcname LIKE 'jsonb%%' THEN coalesce(nullif(s.stadistinct, 0), 1000)
                                ELSE coalesce(m.elements, 3000) END,
               'nulls', coalesce(s.stanullfrac, 0),
               'common', CASE 1 WHEN s.stakind1 THEN s.stanumbers1[1] WHEN s.stakind2 THEN s.stanumbers2[1]
                                WHEN s.stakind3 THEN s.stanumbers3[1] ELSE 0 END,
               'length', a.attlen, 'align', a.attalign,
               'enum', coalesce(b.typtype, y.typtype) = 'e',
               'deterministic', coalesce(l.collisdeterministic, true),
               'per_row', CASE WHEN am.amname = 'gin' THEN coalesce(m.per_row,
                               CASE WHEN p.opcname LIKE '%%trgm%%' THEN coalesce(s.stawidth, 16) + 2
                                    ELSE greatest(coalesce(s.stawidth, 32) / 25.0, 1) END) END
             ) ORDER BY a.attnum)
          FROM pg_attribute a
          JOIN pg_type y ON y.oid = a.atttypid
          LEFT JOIN pg_type b ON b.oid = y.typbasetype AND y.typtype = 'd'
          LEFT JOIN pg_opclass p ON a.attnum <= i.indnkeyatts AND p.oid = i.indclass[a.attnum - 1]
          LEFT JOIN pg_collation l ON l.oid = a.attcollation
          LEFT JOIN LATERAL (
               SELECT t.* FROM pg_statistic t
                WHERE (t.starelid, t.staattnum) = (CASE WHEN i.indkey[a.attnum - 1] = 0 THEN c.oid ELSE i.indrelid END,
                                                   CASE WHEN i.indkey[a.attnum - 1] = 0 THEN a.attnum
                                                        ELSE i.indkey[a.attnum - 1] END)
                ORDER BY t.stainherit LIMIT 1) s ON true
          LEFT JOIN LATERAL (
               SELECT max(cardinality(k.numbers)) FILTER (WHERE k.kind = 4) AS elements,
                      max(k.numbers[cardinality(k.numbers)]) FILTER (WHERE k.kind = 5) AS per_row
                 FROM (VALUES (s.stakind1, s.stanumbers1), (s.stakind2, s.stanumbers2), (s.stakind3, s.stanumbers3),
                              (s.stakind4, s.stanumbers4), (s.stakind5, s.stanumbers5)) AS k (kind, numbers)) m ON true
         WHERE a.attrelid = c.oid AND a.attnum > 0)
  FROM pg_class c
  JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_am am ON am.oid = c.relam
 WHERE c.oid = ANY(%(oids)s::oid[])
   AND c.relkind = 'i'
 ORDER BY c.oid
