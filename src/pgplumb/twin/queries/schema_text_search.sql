-- Text search dictionaries and configurations. Parsers and templates need functions in C and are not among them.
-- Returns: phase, kind, name parts, NULL, statement, NULL.
-- Versions: 13 to 18. Cost: 5 ms; no relation is opened.
SELECT 8, 'text_search_dictionary', ARRAY[n.nspname::text, d.dictname::text], NULL::oid,
       format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %s.%I%s); ALTER TEXT SEARCH DICTIONARY %I.%I OWNER TO %s',
              n.nspname, d.dictname, t.tmplnamespace::regnamespace, t.tmplname, ', ' || d.dictinitoption,
              n.nspname, d.dictname, d.dictowner::regrole), NULL::text
  FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace JOIN pg_ts_template t ON t.oid = d.dicttemplate
 WHERE {own pg_ts_dict d} AND n.nspname !~ '^pg_'
UNION ALL
SELECT 9, 'text_search_configuration', ARRAY[n.nspname::text, c.cfgname::text], NULL,
       format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %s.%I)', n.nspname, c.cfgname, p.prsnamespace::regnamespace, p.prsname)
       || coalesce((SELECT string_agg(format('; ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s',
                                             n.nspname, c.cfgname, m.alias, m.dictionaries), '' ORDER BY m.maptokentype)
             FROM (SELECT m.maptokentype, k.alias,
                          string_agg(format('%s.%I', d.dictnamespace::regnamespace, d.dictname), ', ' ORDER BY m.mapseqno) AS dictionaries
                     FROM pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict
                     JOIN LATERAL ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype
                    WHERE m.mapcfg = c.oid GROUP BY m.maptokentype, k.alias) m), '')
       || format('; ALTER TEXT SEARCH CONFIGURATION %I.%I OWNER TO %s', n.nspname, c.cfgname, c.cfgowner::regrole), NULL
  FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace JOIN pg_ts_parser p ON p.oid = c.cfgparser
 WHERE {own pg_ts_config c} AND n.nspname !~ '^pg_'
 ORDER BY 1, 3
