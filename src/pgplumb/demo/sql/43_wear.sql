-- step 19: wear
-- Wear, after the statistics: a table that was never analysed, updates that autovacuum may not clean up, and
-- lookups that no index serves.

-- Where the nightly import puts lines before it reads them.
CREATE UNLOGGED TABLE app.import_staging (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_enabled = false);
ALTER TABLE app.import_staging OWNER TO app_owner;
GRANT SELECT, INSERT, DELETE ON app.import_staging TO app_worker;
COMMENT ON TABLE app.import_staging IS 'Lines of the nightly import, before they are read. @global';
COMMENT ON COLUMN app.import_staging.line IS 'As it came.';
INSERT INTO app.import_staging (line) SELECT i || ';contact;' || md5(i::text) FROM generate_series(1, 5000) AS i;

UPDATE app.sessions SET request_count = request_count + 1, last_seen_at = now();
UPDATE app.sessions SET request_count = request_count + 1, last_seen_at = now();
DELETE FROM app.sessions WHERE id % 10 = 0;

DO $lookups$
DECLARE
    found bigint;
BEGIN
    FOR n IN 1 .. 120 LOOP
        SELECT count(*) INTO found FROM app.activities WHERE actor = 'user-' || n;
    END LOOP;
END
$lookups$;

-- A standby that was switched off for good; what it holds back is bounded by max_slot_wal_keep_size.
SELECT pg_create_physical_replication_slot('standby_dublin', true)
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'standby_dublin');

-- The build's own statements would hide those of the applications.
SELECT pg_stat_statements_reset();
