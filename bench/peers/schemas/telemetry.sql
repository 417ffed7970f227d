-- Partitions, inheritance, an extension's tables, and indexes that are nearly the same.
CREATE EXTENSION pg_stat_statements;
CREATE TABLE site (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE device (id bigint PRIMARY KEY, site_id bigint NOT NULL REFERENCES site, serial_no text NOT NULL);
CREATE INDEX device_site ON device (site_id);
-- A needless one: the same columns lead the next.
CREATE INDEX device_serial ON device (serial_no);
CREATE INDEX device_serial_site ON device (serial_no, site_id);
-- Once, at the root: it has a key, and its index on device_id is on every partition.
CREATE TABLE reading (id bigint NOT NULL, at timestamptz NOT NULL, device_id bigint NOT NULL REFERENCES device, PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE TABLE reading_1 PARTITION OF reading FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE reading_2 PARTITION OF reading FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE reading_rest PARTITION OF reading DEFAULT;
CREATE INDEX reading_device ON reading (device_id);
-- Without a key and without an index, root and partitions: one finding each, not three.
CREATE TABLE event (at timestamptz NOT NULL, device_id bigint NOT NULL REFERENCES device, kind text) PARTITION BY RANGE (at);
CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
-- Indexes of the partitions alone, none at the root: every partition is searched by an index.
CREATE TABLE alarm (id bigint NOT NULL, at timestamptz NOT NULL, device_id bigint NOT NULL REFERENCES device, PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE TABLE alarm_1 PARTITION OF alarm FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE alarm_rest PARTITION OF alarm DEFAULT;
CREATE INDEX alarm_1_device ON alarm_1 (device_id);
CREATE INDEX alarm_rest_device ON alarm_rest (device_id);
-- Duplicates at the root: one of the two, and not once for each partition.
CREATE INDEX alarm_at ON alarm (at);
CREATE INDEX alarm_at_again ON alarm (at);
-- Indexes over columns whose names and numbers begin alike.
CREATE TABLE person (name text, name_full text, c3 bigint, c4 bigint, c5 bigint, c6 bigint, c7 bigint, c8 bigint, c9 bigint, c10 bigint,
    id bigint PRIMARY KEY);
CREATE INDEX person_name ON person (name);
CREATE INDEX person_name_full ON person (name_full, name);
CREATE INDEX person_c10 ON person (c10);
CREATE INDEX person_id_c3 ON person (id, c3);
-- Alike, and each of use: class, collation, method, expression, predicate, uniqueness.
CREATE TABLE term (id bigint PRIMARY KEY, word text NOT NULL, lang text NOT NULL, rank bigint NOT NULL, CONSTRAINT term_rank UNIQUE (rank));
CREATE INDEX term_word ON term (word);
CREATE INDEX term_word_pattern ON term (word text_pattern_ops);
CREATE INDEX term_word_c ON term (word COLLATE "C", lang);
CREATE INDEX term_word_lower ON term (lower(word));
CREATE INDEX term_lang_live ON term (lang) WHERE rank > 10;
CREATE INDEX term_lang_word ON term (lang, word);
CREATE INDEX term_rank_word ON term (rank, word);
CREATE INDEX term_lang_rank ON term (lang, rank DESC);
CREATE INDEX term_lang_rank_up ON term (lang, rank);
-- Exact doubles: a unique index beside a constraint, and a plain one beside a unique one.
CREATE TABLE tag (id bigint PRIMARY KEY, label text NOT NULL CONSTRAINT tag_label_key UNIQUE, color text, device_id bigint REFERENCES device);
CREATE INDEX tag_label ON tag (label);
CREATE UNIQUE INDEX tag_label_again ON tag (label);
CREATE INDEX tag_device ON tag (device_id);
CREATE INDEX tag_device_again ON tag (device_id);
-- Inheritance: the child has no key of its own.
CREATE TABLE doc (id bigint PRIMARY KEY, body text);
CREATE TABLE doc_signed (signature text) INHERITS (doc);
-- Of an extension: nobody's business.
CREATE TABLE ext_config (name text, value text);
CREATE INDEX ext_config_1 ON ext_config (name);
CREATE INDEX ext_config_2 ON ext_config (name);
ALTER EXTENSION pg_stat_statements ADD TABLE ext_config;
-- Kept for one load and thrown away, yet without a key.
CREATE UNLOGGED TABLE staging (payload text);
CREATE TABLE firmware (id bigint PRIMARY KEY, version text);
CREATE TABLE install (device_id bigint NOT NULL REFERENCES device, firmware_id bigint NOT NULL REFERENCES firmware,
    PRIMARY KEY (firmware_id, device_id));
CREATE TABLE gateway (id bigint PRIMARY KEY, site_id bigint REFERENCES site);
CREATE TABLE outage (id bigint PRIMARY KEY, gateway_id bigint REFERENCES gateway, began timestamptz);
CREATE INDEX outage_gateway ON outage (gateway_id, began);
CREATE INDEX outage_began ON outage USING brin (began);
