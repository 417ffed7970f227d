-- A store of measurements over several schemas: range, hash and list partitions, partitions of partitions, inheritance,
-- BRIN of several classes, arrays, jsonb, ranges, extended statistics of every kind. About 420,000 rows.
CREATE SCHEMA fleet;
CREATE SCHEMA readings;
CREATE SCHEMA "Cold Store";
CREATE EXTENSION hstore;
CREATE EXTENSION ltree;
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET enable_partitionwise_join = on', current_database());
    EXECUTE format('ALTER DATABASE %I SET enable_partitionwise_aggregate = on', current_database());
    EXECUTE format('ALTER DATABASE %I SET random_page_cost = 1.3', current_database());
    EXECUTE format('ALTER DATABASE %I SET default_statistics_target = 60', current_database());
END $$;
SET default_statistics_target = 60;
CREATE TYPE fleet.state AS ENUM ('idle', 'busy', 'lost');
CREATE TABLE fleet.devices (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, serial text NOT NULL UNIQUE, model text NOT NULL, vendor text NOT NULL, site int NOT NULL,
    path ltree, labels hstore, spec jsonb NOT NULL, span tstzrange, sensors int[] NOT NULL, at point, state fleet.state NOT NULL DEFAULT 'idle',
    addr inet, mac macaddr);
CREATE TABLE fleet.sites (id int PRIMARY KEY, name text, region text, country text, area box);
CREATE TABLE readings.raw (
    device int NOT NULL, at timestamptz NOT NULL, metric text NOT NULL, value double precision, ok boolean, extra jsonb)
    PARTITION BY RANGE (at);
DO $$ DECLARE m date; p text; i int; BEGIN
    FOR m IN SELECT generate_series(date '2024-01-01', date '2024-08-01', '1 month') LOOP
        p := 'raw_' || to_char(m, 'YYYY_MM');
        IF m >= '2024-07-01' THEN
            EXECUTE format('CREATE TABLE readings.%I PARTITION OF readings.raw FOR VALUES FROM (%L) TO (%L) PARTITION BY HASH (device)', p, m, m + interval '1 month');
            FOR i IN 0..2 LOOP
                EXECUTE format('CREATE TABLE readings.%I PARTITION OF readings.%I FOR VALUES WITH (MODULUS 3, REMAINDER %s)', p || '_h' || i, p, i);
            END LOOP;
        ELSE
            EXECUTE format('CREATE TABLE readings.%I PARTITION OF readings.raw FOR VALUES FROM (%L) TO (%L)', p, m, m + interval '1 month');
        END IF;
    END LOOP;
END $$;
CREATE TABLE "Cold Store"."Früher 2023" PARTITION OF readings.raw FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE readings.raw_rest PARTITION OF readings.raw DEFAULT;
CREATE TABLE fleet.commands (id bigint, device int, kind text, sent timestamptz, PRIMARY KEY (id, device)) PARTITION BY HASH (device);
CREATE TABLE fleet.commands_0 PARTITION OF fleet.commands FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE fleet.commands_1 PARTITION OF fleet.commands FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE fleet.commands_2 PARTITION OF fleet.commands FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE fleet.commands_3 PARTITION OF fleet.commands FOR VALUES WITH (MODULUS 4, REMAINDER 3);
CREATE TABLE fleet.acks (id bigint, device int, took interval, PRIMARY KEY (id, device)) PARTITION BY HASH (device);
CREATE TABLE fleet.acks_0 PARTITION OF fleet.acks FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE fleet.acks_1 PARTITION OF fleet.acks FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE fleet.acks_2 PARTITION OF fleet.acks FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE fleet.acks_3 PARTITION OF fleet.acks FOR VALUES WITH (MODULUS 4, REMAINDER 3);
CREATE TABLE fleet.alerts (id int, level text, body text, device int) PARTITION BY LIST (level);
CREATE TABLE fleet.alerts_red PARTITION OF fleet.alerts FOR VALUES IN ('red', 'black');
CREATE TABLE fleet.alerts_rest PARTITION OF fleet.alerts DEFAULT;
CREATE TABLE fleet.asset (id int, name text, bought date);
CREATE TABLE fleet.vehicle (plate text, wheels int) INHERITS (fleet.asset);
CREATE TABLE fleet.truck (load numeric) INHERITS (fleet.vehicle);
CREATE TABLE fleet.tool (weight real) INHERITS (fleet.asset);
CREATE TABLE readings.daily (device int, day date, lo real, hi real, mean real, n int);
CREATE TABLE readings.wide (id int PRIMARY KEY, doc text, c1 int, c2 int, c3 int, c4 int, c5 text, c6 text);

INSERT INTO fleet.sites SELECT i, 'Site ' || i, 'r' || i % 12, (ARRAY['DE', 'FR', 'PL', 'ES'])[1 + (i % 12) % 4], box(point(i, i), point(i + 1, i + 1)) FROM generate_series(1, 300) i;
INSERT INTO fleet.devices (serial, model, vendor, site, path, labels, spec, span, sensors, at, state, addr, mac)
    SELECT 'SN-' || lpad(i::text, 7, '0'), 'model ' || i % 60, 'vendor ' || (i % 60) / 10, 1 + (i * i) % 300, ('top.r' || i % 12 || '.s' || i % 300)::ltree,
        hstore(ARRAY['fw', (i % 9)::text, 'ring', CASE WHEN i % 10 = 0 THEN 'beta' ELSE 'stable' END]),
        jsonb_build_object('fw', i % 9, 'radio', (ARRAY['lte', 'wifi', 'lora'])[1 + i % 3], 'opts', jsonb_build_array('a' || i % 4, 'b' || i % 40)),
        tstzrange(timestamptz '2020-01-01' + i * interval '1 hour', CASE WHEN i % 4 = 0 THEN NULL ELSE timestamptz '2022-01-01' + i * interval '2 hours' END),
        ARRAY[i % 10, i % 33, i % 100], point(i % 180, i % 90), (ARRAY['idle', 'idle', 'busy', 'lost'])[1 + i % 4]::fleet.state,
        ('10.0.' || i % 250 || '.' || (i / 250) % 250)::inet, NULL
    FROM generate_series(1, 15000) i;
INSERT INTO readings.raw SELECT 1 + (i * 31) % (CASE WHEN i % 4 = 0 THEN 50 ELSE 15000 END), timestamptz '2023-11-20' + i * interval '1 min 30 s', (ARRAY['temp', 'temp', 'volt', 'rssi', 'humidity'])[1 + i % 5],
    CASE WHEN i % 40 <> 0 THEN 20 + 10 * sin(i / 1000.0) END, i % 17 <> 0, CASE WHEN i % 100 = 0 THEN jsonb_build_object('err', i % 7) END FROM generate_series(1, 250000) i;
INSERT INTO fleet.commands SELECT i, 1 + i % 15000, 'k' || i % 6, timestamptz '2024-05-01' + i * interval '20 s' FROM generate_series(1, 40000) i;
INSERT INTO fleet.acks SELECT i, 1 + i % 15000, i % 50 * interval '10 ms' FROM generate_series(1, 40000, 2) i;
INSERT INTO fleet.alerts SELECT i, (ARRAY['green', 'yellow', 'green', 'red', 'blue'])[1 + i % 5], 'body ' || i % 100, 1 + i % 999 FROM generate_series(1, 20000) i;
INSERT INTO fleet.asset SELECT i, 'asset ' || i, date '2020-01-01' + i % 900 FROM generate_series(1, 3000) i;
INSERT INTO fleet.vehicle SELECT i, 'vehicle ' || i, date '2021-01-01' + i % 300, 'P' || i, 4 FROM generate_series(3001, 9000) i;
INSERT INTO fleet.truck SELECT i, 'truck ' || i, date '2022-01-01' + i % 100, 'T' || i, 6 + i % 3 * 2, i FROM generate_series(9001, 14000) i;
INSERT INTO fleet.tool SELECT i, 'tool ' || i, NULL, i / 3.0 FROM generate_series(14001, 16000) i;
INSERT INTO readings.daily SELECT d, day, random(), 20 + random(), 10, 5 FROM generate_series(1, 400) d, generate_series(date '2024-01-01', '2024-05-31', '1 day') day;
INSERT INTO readings.wide SELECT i, repeat(md5(i::text), 100 + i % 50), i % 10, i % 10 * 2, i % 100, i % 1000, 'x' || i % 10, 'y' || i % 100 FROM generate_series(1, 12000) i;

CREATE INDEX raw_device_at ON readings.raw (device, at DESC);
CREATE INDEX raw_at ON readings.raw USING brin (at) WITH (pages_per_range = 16);
CREATE INDEX raw_bad ON readings.raw (metric) WHERE NOT ok;
CREATE INDEX raw_err ON readings.raw ((extra ->> 'err')) WHERE extra IS NOT NULL;
CREATE INDEX daily_brin ON readings.daily USING brin (day date_minmax_multi_ops, device int4_bloom_ops);
CREATE INDEX daily_device ON readings.daily (device, day);
CREATE INDEX devices_spec ON fleet.devices USING gin (spec);
CREATE INDEX devices_sensors ON fleet.devices USING gin (sensors) WITH (fastupdate = off);
CREATE INDEX devices_labels ON fleet.devices USING gist (labels);
CREATE INDEX devices_span ON fleet.devices USING gist (span);
CREATE INDEX devices_at ON fleet.devices USING spgist (at);
CREATE INDEX devices_path ON fleet.devices USING gist (path);
CREATE INDEX devices_site ON fleet.devices (site) INCLUDE (serial);
CREATE INDEX devices_radio ON fleet.devices ((spec ->> 'radio'), state);
CREATE INDEX devices_upper ON fleet.devices (upper(span));
CREATE INDEX devices_addr ON fleet.devices USING gist (addr inet_ops);
CREATE INDEX devices_lost ON fleet.devices (model, id) WHERE state = 'lost';
CREATE INDEX asset_id ON fleet.asset (id);
CREATE INDEX vehicle_id ON fleet.vehicle (id);
CREATE INDEX truck_id ON fleet.truck (id);
CREATE INDEX truck_bought ON fleet.truck (bought);
CREATE INDEX alerts_device ON fleet.alerts (device);
CREATE INDEX commands_sent ON fleet.commands (sent);
CREATE INDEX wide_hash ON readings.wide USING hash (c4);
CREATE INDEX wide_doc ON readings.wide (md5(doc));
CREATE STATISTICS fleet.devices_vendor (dependencies) ON model, vendor FROM fleet.devices;
CREATE STATISTICS fleet.devices_place (ndistinct) ON site, model FROM fleet.devices;
CREATE STATISTICS fleet.sites_region (mcv) ON region, country FROM fleet.sites;
CREATE STATISTICS fleet.devices_radio_fw ON (spec ->> 'radio'), (spec ->> 'fw'), vendor FROM fleet.devices;
CREATE STATISTICS readings.raw_both ON device, metric FROM readings.raw;
CREATE STATISTICS readings.wide_many ON c1, c2, c3, c5, (c4 % 10), (length(c6)) FROM readings.wide;
CREATE STATISTICS fleet.asset_both ON id, bought FROM fleet.asset;
ALTER TABLE readings.raw ALTER device SET (n_distinct_inherited = -0.06);
CREATE VIEW readings.good AS SELECT r.*, d.serial, d.model FROM readings.raw r JOIN fleet.devices d ON d.id = r.device WHERE r.ok;
CREATE FUNCTION readings.of_device(int) RETURNS SETOF readings.raw LANGUAGE sql STABLE AS 'SELECT * FROM readings.raw WHERE device = $1';
CREATE FUNCTION readings.avg_of(d int, m text) RETURNS double precision LANGUAGE sql STABLE AS 'SELECT avg(value) FROM readings.raw WHERE device = d AND metric = m';
VACUUM ANALYZE;
DELETE FROM fleet.alerts WHERE level = 'blue';
INSERT INTO readings.raw SELECT 7, timestamptz '2024-08-10' + i * interval '1 s', 'temp', 1, true FROM generate_series(1, 20000) i;
