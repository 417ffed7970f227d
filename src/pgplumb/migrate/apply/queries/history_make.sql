-- The schema `pgplumb` with the history of applied plans and the places of backfills.
-- Run once a database, after a person has confirmed. The history is append only: not even its owner may change it
-- without granting it to himself first.
-- Versions: 13 to 18. Cost: a few catalog rows.
CREATE SCHEMA IF NOT EXISTS pgplumb;
CREATE TABLE pgplumb.schema_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  plan_id text NOT NULL,
  step int NOT NULL,
  piece int,
  step_kind text NOT NULL,
  direction text NOT NULL,
  sql_text text NOT NULL,
  sql_sha256 bytea NOT NULL,
  state text NOT NULL,
  attempts int,
  waited_ms bigint,
  ran_ms bigint,
  wal_bytes bigint,
  locks jsonb,
  blockers jsonb,
  catalog_before text,
  catalog_after text,
  backend_pid int,
  backend_start timestamptz,
  note text,
  who text NOT NULL DEFAULT session_user,
  client text NOT NULL,
  app_version text NOT NULL,
  started timestamptz NOT NULL,
  ended timestamptz
);
CREATE INDEX schema_change_plan_id ON pgplumb.schema_change (plan_id, id);
COMMENT ON TABLE pgplumb.schema_change IS 'Plans applied by pgplumb: what was begun, what was done. Append only.';
CREATE TABLE pgplumb.backfill (
  began bigint PRIMARY KEY REFERENCES pgplumb.schema_change ON DELETE RESTRICT,
  plan_id text NOT NULL,
  step int NOT NULL,
  pass int NOT NULL DEFAULT 1,
  lo text[],
  rows bigint NOT NULL DEFAULT 0,
  walked bigint NOT NULL DEFAULT 0,
  batches bigint NOT NULL DEFAULT 0,
  unchanged bigint NOT NULL DEFAULT 0 CONSTRAINT condition_becomes_false CHECK (unchanged = 0),
  last_error text,
  started timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE pgplumb.backfill IS 'How far each backfill is; changed in the same transaction as the rows.';
REVOKE UPDATE, DELETE, TRUNCATE ON pgplumb.schema_change FROM CURRENT_USER;
