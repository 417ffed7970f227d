-- What ANALYZE built for extended statistics objects, as far as we may see it.
-- Returns: schema, name, inherited (NULL before 15), then NULL where there is none: n_distinct and dependencies as
--          stored (bytes), combinations of most common values (items x columns), frequencies and base frequencies as text.
-- Versions: 13 to 18. Cost: every list of combinations is printed; no locks. {only tablename} narrows it.
SELECT statistics_schemaname::text, statistics_name::text, {150000+ inherited | NULL::bool},
       n_distinct::bytea, dependencies::bytea,
       {listed most_common_vals}, {listed most_common_freqs::text}, {listed most_common_base_freqs::text}
  FROM pg_stats_ext
 WHERE true {only tablename}
 ORDER BY 1, 2, 3
