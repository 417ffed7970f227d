-- What ANALYZE found about the expressions of extended statistics, as far as we may see it.
-- Returns: schema and name of the object, inherited (NULL in 14), place of the expression (from 1), null fraction,
--          average width, n_distinct, then as text as in statistics_column.sql up to the histogram of element counts.
-- Versions: 14 to 18. Cost: a row an expression. The expression's text takes ACCESS SHARE on the table.
SELECT n.nspname::text, s.stxname::text, {150000+ d.inherited | NULL::bool},
       array_position(pg_get_statisticsobjdef_expressions(s.oid), d.expr),
       d.null_frac, d.avg_width, d.n_distinct,
       {listed d.most_common_vals::text}, {listed d.most_common_freqs::text}, {listed d.histogram_bounds::text},
       d.correlation,
       {listed d.most_common_elems::text}, {listed d.most_common_elem_freqs::text},
       {listed d.elem_count_histogram::text}
  FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_stats_ext_exprs d ON d.statistics_schemaname = n.nspname AND d.statistics_name = s.stxname
 WHERE s.stxrelid >= 16384 {only s.stxrelid}
 ORDER BY 1, 2, 3, 4
