-- Runs in the twin, as the builder. Everything that is no relation, function or type: few rows each.
-- Returns: 0, kind of the identifier, its parts, owner (a role), acl, whether an extension made it, facts.
-- Versions: 13 to 18. Cost: a few milliseconds.
SELECT 0::int8, 'schema', ARRAY[n.nspname::text], pg_get_userbyid(n.nspowner)::text, n.nspacl::text[], e.objid IS NOT NULL,
       json_build_object('comment', d.description)
  FROM pg_namespace n
  LEFT JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid
  LEFT JOIN pg_depend e ON e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e'
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT 0, 'extension', ARRAY[x.extname::text], pg_get_userbyid(x.extowner)::text, NULL, false,
       json_build_object('version', x.extversion, 'schema', x.extnamespace::regnamespace::text, 'comment', d.description)
  FROM pg_extension x LEFT JOIN pg_description d ON d.classoid = 'pg_extension'::regclass AND d.objoid = x.oid
UNION ALL
SELECT 0, 'statistics', ARRAY[n.nspname::text, s.stxname::text], pg_get_userbyid(s.stxowner)::text, NULL, false,
       json_build_object('definition', pg_get_statisticsobjdef(s.oid), 'statistics target', nullif(s.stxstattarget, -1),
                         'comment', d.description)
  FROM pg_statistic_ext s
  JOIN pg_namespace n ON n.oid = s.stxnamespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = s.oid
UNION ALL
SELECT 0, 'publication', ARRAY[p.pubname::text], pg_get_userbyid(p.pubowner)::text, NULL, false,
       json_build_object(
         'all tables', p.puballtables, 'insert', p.pubinsert, 'update', p.pubupdate, 'delete', p.pubdelete,
         'truncate', p.pubtruncate, 'via root', p.pubviaroot, 'comment', d.description,
         'generated columns', {180000+ p.pubgencols::text | NULL},
         'tables', (SELECT json_agg(format('%s %s %s', r.prrelid::regclass, {150000+ r.prattrs::text | ''},
                                           {150000+ pg_get_expr(r.prqual, r.prrelid) | ''}) ORDER BY r.prrelid::regclass::text)
                      FROM pg_publication_rel r WHERE r.prpubid = p.oid),
         'schemas', {150000+ (SELECT json_agg(s.pnnspid::regnamespace::text ORDER BY 1) FROM pg_publication_namespace s
                               WHERE s.pnpubid = p.oid) | NULL})
  FROM pg_publication p LEFT JOIN pg_description d ON d.classoid = 'pg_publication'::regclass AND d.objoid = p.oid
UNION ALL
SELECT 0, 'event_trigger', ARRAY[t.evtname::text], pg_get_userbyid(t.evtowner)::text, NULL, false,
       json_build_object('event', t.evtevent, 'function', t.evtfoid::regprocedure::text, 'enabled', t.evtenabled::text,
                         'tags', (SELECT json_agg(x ORDER BY x) FROM unnest(t.evttags) x))
  FROM pg_event_trigger t
UNION ALL
SELECT 0, 'collation', ARRAY[n.nspname::text, c.collname::text], pg_get_userbyid(c.collowner)::text, NULL, false,
       json_build_object('provider', c.collprovider::text, 'deterministic', c.collisdeterministic, 'collate', c.collcollate,
                         'character type', c.collctype, 'version', c.collversion, 'comment', d.description)
  FROM pg_collation c
  JOIN pg_namespace n ON n.oid = c.collnamespace
  LEFT JOIN pg_description d ON d.classoid = 'pg_collation'::regclass AND d.objoid = c.oid
 WHERE c.oid >= 16384
UNION ALL
SELECT 0, 'cast', ARRAY[format('%s as %s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL))], NULL, NULL,
       e.objid IS NOT NULL,
       json_build_object('function', c.castfunc::regprocedure::text, 'context', c.castcontext::text, 'method', c.castmethod::text)
  FROM pg_cast c
  LEFT JOIN pg_depend e ON e.classid = 'pg_cast'::regclass AND e.objid = c.oid AND e.deptype = 'e'
 WHERE c.oid >= 16384
UNION ALL
SELECT 0, 'operator', ARRAY[o.oid::regoperator::text], pg_get_userbyid(o.oprowner)::text, NULL, e.objid IS NOT NULL,
       json_build_object('function', o.oprcode::text, 'result', format_type(o.oprresult, NULL), 'merges', o.oprcanmerge,
         'hashes', o.oprcanhash, 'commutator', o.oprcom::regoperator::text, 'negator', o.oprnegate::regoperator::text,
         'restrict', o.oprrest::text, 'join', o.oprjoin::text)
  FROM pg_operator o
  LEFT JOIN pg_depend e ON e.classid = 'pg_operator'::regclass AND e.objid = o.oid AND e.deptype = 'e'
 WHERE o.oid >= 16384
UNION ALL
SELECT 0, 'operator_class', ARRAY[n.nspname::text, o.opcname::text, a.amname::text], pg_get_userbyid(o.opcowner)::text, NULL,
       e.objid IS NOT NULL,
       json_build_object('type', format_type(o.opcintype, NULL), 'default', o.opcdefault,
         'family', f.opfname, 'key type', CASE WHEN o.opckeytype <> 0 THEN format_type(o.opckeytype, NULL) END,
         'operators', (SELECT json_agg(format('%s %s', m.amopstrategy, m.amopopr::regoperator) ORDER BY m.amopstrategy, m.amopopr::regoperator::text)
                         FROM pg_amop m WHERE m.amopfamily = o.opcfamily),
         'functions', (SELECT json_agg(format('%s %s', m.amprocnum, m.amproc::regprocedure) ORDER BY m.amprocnum, m.amproc::regprocedure::text)
                         FROM pg_amproc m WHERE m.amprocfamily = o.opcfamily))
  FROM pg_opclass o
  JOIN pg_namespace n ON n.oid = o.opcnamespace
  JOIN pg_am a ON a.oid = o.opcmethod
  JOIN pg_opfamily f ON f.oid = o.opcfamily
  LEFT JOIN pg_depend e ON e.classid = 'pg_opclass'::regclass AND e.objid = o.oid AND e.deptype = 'e'
 WHERE o.oid >= 16384
UNION ALL
SELECT 0, 'text_search_configuration', ARRAY[n.nspname::text, c.cfgname::text], pg_get_userbyid(c.cfgowner)::text, NULL, false,
       json_build_object('parser', p.prsname, 'mapping', (
         SELECT json_agg(format('%s %s %s', m.maptokentype, m.mapseqno, m.mapdict::regdictionary) ORDER BY m.maptokentype, m.mapseqno)
           FROM pg_ts_config_map m WHERE m.mapcfg = c.oid))
  FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace JOIN pg_ts_parser p ON p.oid = c.cfgparser
 WHERE c.oid >= 16384
UNION ALL
SELECT 0, 'text_search_dictionary', ARRAY[n.nspname::text, c.dictname::text], pg_get_userbyid(c.dictowner)::text, NULL, false,
       json_build_object('template', t.tmplname, 'options', c.dictinitoption)
  FROM pg_ts_dict c JOIN pg_namespace n ON n.oid = c.dictnamespace JOIN pg_ts_template t ON t.oid = c.dicttemplate
 WHERE c.oid >= 16384
UNION ALL
SELECT 0, 'default_privileges',
       ARRAY[pg_get_userbyid(d.defaclrole)::text, coalesce(n.nspname::text, ''), d.defaclobjtype::text],
       pg_get_userbyid(d.defaclrole)::text, d.defaclacl::text[], false, json_build_object('given', true)
  FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
UNION ALL
SELECT 0, 'role', ARRAY[r.rolname::text], NULL, NULL, false,
       json_build_object('superuser', r.rolsuper, 'inherit', r.rolinherit, 'create role', r.rolcreaterole,
         'create database', r.rolcreatedb, 'can log in', r.rolcanlogin, 'replication', r.rolreplication,
         'bypass row level security', r.rolbypassrls, 'connection limit', r.rolconnlimit, 'valid until', r.rolvaliduntil,
         'member of', (SELECT json_agg(format('%I %s', pg_get_userbyid(m.roleid), m.admin_option) ORDER BY 1)
                         FROM pg_auth_members m WHERE m.member = r.oid),
         'settings', (SELECT json_agg(x ORDER BY x) FROM pg_db_role_setting s, unnest(s.setconfig) x
                       WHERE s.setrole = r.oid AND s.setdatabase = 0),
         'settings in this database', (SELECT json_agg(x ORDER BY x) FROM pg_db_role_setting s, unnest(s.setconfig) x
                       WHERE s.setrole = r.oid
                         AND s.setdatabase = (SELECT b.oid FROM pg_database b WHERE b.datname = current_database())))
  FROM pg_roles r WHERE r.oid >= 16384
UNION ALL
SELECT 0, 'security_label', ARRAY[l.provider, l.objtype, l.objname], NULL, NULL, false, json_build_object('label', l.label)
  FROM pg_seclabels l
