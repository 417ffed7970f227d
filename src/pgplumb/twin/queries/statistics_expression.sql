-- What ANALYZE found about the expressions of extended statistics, as far as we may see it.
-- Returns: schema and name of the object, inherited (NULL in 14), the expression, null fraction, average width,
--          n_distinct, then as text as in statistics_column.sql up to the histogram of element counts.
-- Versions: 14 to 18. Cost: a row an expression; its text takes ACCESS SHARE on the table. {only tablename} narrows it.
SELECT statistics_schemaname::text, statistics_name::text, {150000+ inherited | NULL::bool}, expr,
       null_frac, avg_width, n_distinct,
       {listed most_common_vals::text}, {listed most_common_freqs::text}, {listed histogram_bounds::text},
       correlation,
       {listed most_common_elems::text}, {listed most_common_elem_freqs::text},
       {listed elem_count_histogram::text}
  FROM pg_stats_ext_exprs
 WHERE true {only tablename}
