-- Publications. Subscriptions are left out: they reach other servers.
-- Returns: phase, kind, name parts, NULL, statement, NULL.
-- Versions: 13 to 18. Cost: 5 ms.
WITH {wanted}
SELECT 70, 'publication', ARRAY[p.pubname::text], NULL::oid,
       format('CREATE PUBLICATION %I%s WITH (publish = %L, publish_via_partition_root = %s{180000+ , publish_generated_columns = %s | }); ALTER PUBLICATION %I OWNER TO %s',
              p.pubname,
              CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE ' FOR ' || nullif(concat_ws(', ',
                'TABLE ' || (SELECT string_agg('ONLY ' || c.full_name
                    {150000+ || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                                  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs)) || ')', '')
                             || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', '') | }, ', ' ORDER BY c.full_name)
                    FROM pg_publication_rel r JOIN wanted c ON c.oid = r.prrelid WHERE r.prpubid = p.oid)
                {150000+ , 'TABLES IN SCHEMA ' || (SELECT string_agg(s.pnnspid::regnamespace::text, ', ')
                    FROM pg_publication_namespace s WHERE s.pnpubid = p.oid) | }), '') END,
              concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                              CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
              p.pubviaroot::text, {180000+ CASE p.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END, | } p.pubname, p.pubowner::regrole), NULL::text
  FROM pg_publication p
 ORDER BY 3
