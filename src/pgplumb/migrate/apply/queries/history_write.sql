-- One row of the history. `inside` rows are written by the transaction that they tell of: how long it has run, which
-- locks it holds and how much log was written since are then known to the server alone.
-- Returns: the row's id.
-- Versions: 13 to 18. Cost: one row; pg_locks is read for `inside` rows.
INSERT INTO pgplumb.schema_change
       (plan_id, step, piece, step_kind, direction, sql_text, sql_sha256, state, attempts, waited_ms, ran_ms, wal_bytes,
        locks, blockers, catalog_before, catalog_after, backend_pid, backend_start, note, client, app_version,
        started, ended)
SELECT %(plan_id)s, %(step)s::int, %(piece)s::int, %(step_kind)s, %(direction)s, %(sql_text)s,
       pg_catalog.decode(%(digest)s, 'hex'), %(state)s, %(attempts)s::int, %(waited_ms)s::bigint,
       CASE WHEN %(inside)s::bool
            THEN 1000 * extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp())
            ELSE %(ran_ms)s::bigint END,
       %(wal_bytes)s::bigint,
       CASE WHEN %(inside)s::bool THEN (
         SELECT pg_catalog.jsonb_agg(DISTINCT pg_catalog.jsonb_build_object(
                  'object', n.nspname OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) c.relname, 'mode', l.mode))
           FROM pg_catalog.pg_locks l
           JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) l.relation
           JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
          WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
            AND l.locktype OPERATOR(pg_catalog.=) 'relation'
            AND n.nspname NOT IN ('pg_catalog', 'pgplumb', 'pg_toast')
            AND c.relkind IN ('r', 'p', 'm', 'f', 'v')) END,
       %(blockers)s::pg_catalog.jsonb, %(catalog_before)s, %(catalog_after)s, %(backend_pid)s::int,
       %(backend_start)s::timestamptz, %(note)s, %(client)s, %(app_version)s,
       CASE WHEN %(inside)s::bool THEN pg_catalog.transaction_timestamp()
            ELSE pg_catalog.clock_timestamp()
                 OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => coalesce(%(ran_ms)s::float8, 0) / 1000) END,
       CASE WHEN %(state)s = 'began' THEN NULL ELSE pg_catalog.clock_timestamp() END
RETURNING id
