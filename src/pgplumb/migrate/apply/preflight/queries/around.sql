-- What stands around some tables: replicas, slots, publications, running builds, indexes left INVALID.
-- Returns: standbys, longest replay lag in seconds (null: none known), inactive slots with the bytes of log that each
--          holds back, publications of the tables, builds that run on them, INVALID indexes of them: each as an array
--          of texts, null where there is none. Names of indexes are quoted.
-- Versions: 13 to 18. Cost: shared memory and index scans; publications of all tables name every table.
SELECT r.standbys, r.lag, s.slots, p.publications, b.builds, x.invalid
  FROM (SELECT count(*) AS standbys, extract(epoch FROM max(replay_lag))::float8 AS lag FROM pg_stat_replication) r
 CROSS JOIN (SELECT array_agg(slot_name || ' (' || coalesce(wal_status, 'unknown') || ')' ORDER BY slot_name) AS slots
               FROM pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL) s
 CROSS JOIN (SELECT array_agg(DISTINCT pr.pubname || ': ' || pt.schemaname || '.' || pt.tablename) AS publications
               FROM pg_publication_tables pt JOIN pg_publication pr ON pr.pubname = pt.pubname
              WHERE to_regclass(quote_ident(pt.schemaname) || '.' || quote_ident(pt.tablename))
                    = ANY (%(oids)s::oid[])) p
 CROSS JOIN (SELECT array_agg('pid ' || pid || ': ' || command || ', ' || phase) AS builds
               FROM pg_stat_progress_create_index WHERE relid = ANY (%(oids)s::oid[])) b
 CROSS JOIN (SELECT array_agg(quote_ident(n.nspname) || '.' || quote_ident(c.relname)) AS invalid
               FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE i.indrelid = ANY (%(oids)s::oid[]) AND NOT (i.indisvalid AND i.indisready)
                AND c.relkind = 'i') x
