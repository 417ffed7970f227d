-- Extended statistics: what they are of, and what ANALYZE found, as far as we may see it.
-- Returns: schema, name, table, table's relkind, columns' numbers and names (in the order of stxkeys), kinds, whether we
--          may see the data, inherited (NULL before 15), then NULL where there is none: n_distinct and dependencies as
--          stored (bytes), combinations of most common values (items x columns), frequencies and base frequencies as text.
-- Versions: 13 to 18. Cost: a row an object; no locks.
SELECT n.nspname::text, s.stxname::text, c.oid, c.relkind::text, s.stxkeys::int2[],
       ARRAY(SELECT a.attname::text FROM unnest(s.stxkeys::int2[]) WITH ORDINALITY AS k (attnum, place)
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.place),
       s.stxkind::text[], pg_has_role(c.relowner, 'USAGE') AND NOT (c.relrowsecurity AND row_security_active(c.oid)),
       {150000+ d.inherited | NULL::bool}, d.n_distinct::bytea, d.dependencies::bytea,
       {listed d.most_common_vals}, {listed d.most_common_freqs::text}, {listed d.most_common_base_freqs::text}
  FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_class c ON c.oid = s.stxrelid
  LEFT JOIN pg_stats_ext d ON d.statistics_schemaname = n.nspname AND d.statistics_name = s.stxname
 WHERE c.oid >= 16384 {only c.oid}
 ORDER BY 1, 2, 9
