-- what: Hasura session variables, Citus and Nile like tenant columns, composite keys
-- tenant: tenant_id
-- map: public.reports: org -> orgs.tenant_id
-- identity: current_setting('nile.tenant_id')
-- identity: (current_setting('hasura.user')::json ->> 'x-hasura-tenant-id')
-- roles: app
-- tokens: 11111111 22222222
-- session: 11111111-1111-1111-1111-111111111111: SET nile.tenant_id = '11111111-1111-1111-1111-111111111111'; SELECT set_config('hasura.user', '{"x-hasura-tenant-id": "11111111-1111-1111-1111-111111111111", "x-hasura-role": "user"}', false)
-- session: 22222222-2222-2222-2222-222222222222: SET nile.tenant_id = '22222222-2222-2222-2222-222222222222'; SELECT set_config('hasura.user', '{"x-hasura-tenant-id": "22222222-2222-2222-2222-222222222222", "x-hasura-role": "user"}', false)
-- session: 11111111-1111-1111-1111-111111111111: SET nile.tenant_id = '11111111-1111-1111-1111-111111111111'; SELECT set_config('hasura.user', '{"x-hasura-tenant-id": "11111111-1111-1111-1111-111111111111", "x-hasura-role": "admin"}', false)
-- expect: app: todos SIUD isolated, items SIUD isolated, orgs SIUD isolated, reports SIUD isolated, hs SIUD isolated, hs_admin SIUD leak, events SIUD isolated, region SIUD isolated
CREATE TABLE todos (tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT gen_random_uuid(), title text, PRIMARY KEY (tenant_id, id));
CREATE TABLE items (tenant_id uuid NOT NULL, todo_id uuid NOT NULL, n int NOT NULL, body text, PRIMARY KEY (tenant_id, todo_id, n), FOREIGN KEY (tenant_id, todo_id) REFERENCES todos);
CREATE TABLE orgs (id int PRIMARY KEY, tenant_id uuid NOT NULL);
CREATE TABLE reports (id int PRIMARY KEY, org int NOT NULL REFERENCES orgs, body text);
CREATE TABLE hs (id int PRIMARY KEY, tenant_id uuid NOT NULL); CREATE TABLE hs_admin (id int PRIMARY KEY, tenant_id uuid NOT NULL);
CREATE TABLE events (id int NOT NULL, tenant_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT '2026-01-05') PARTITION BY RANGE (at); CREATE TABLE events_26 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE region (region text NOT NULL CHECK (region IN ('eu', 'us')), tenant_id uuid NOT NULL, id int, PRIMARY KEY (region, tenant_id, id));
CREATE FUNCTION hasura(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT current_setting('hasura.user', true)::json ->> name $$;
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE RETURN NULLIF(current_setting('nile.tenant_id', true), '')::uuid;
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['todos', 'items', 'orgs', 'reports', 'hs', 'hs_admin', 'events', 'region'] LOOP
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app', n); END LOOP; END $$;
CREATE POLICY p ON todos USING (tenant_id = tenant()) WITH CHECK (tenant_id = tenant());
CREATE POLICY p ON items USING (tenant_id = (SELECT tenant()));
CREATE POLICY p ON orgs USING (tenant_id = tenant());
CREATE POLICY p ON reports USING (org IN (SELECT id FROM orgs));
CREATE POLICY p ON hs USING (tenant_id = hasura('x-hasura-tenant-id')::uuid);
CREATE POLICY p ON hs_admin USING (CASE hasura('x-hasura-role') WHEN 'admin' THEN true WHEN 'user' THEN tenant_id = hasura('x-hasura-tenant-id')::uuid ELSE false END);
CREATE POLICY p ON events USING (tenant_id = tenant()); CREATE POLICY p ON region USING (region IN ('eu', 'us') AND tenant_id = tenant());
INSERT INTO todos VALUES ('11111111-1111-1111-1111-111111111111', '99999999-1111-1111-1111-00000000000a'), ('22222222-2222-2222-2222-222222222222', '99999999-1111-1111-1111-00000000000b');
INSERT INTO items SELECT tenant_id, id, 1 FROM todos; INSERT INTO orgs SELECT row_number() over (), tenant_id FROM todos; INSERT INTO reports SELECT id, id, tenant_id FROM orgs; INSERT INTO hs SELECT * FROM orgs; INSERT INTO hs_admin SELECT * FROM orgs; INSERT INTO events SELECT * FROM orgs; INSERT INTO region SELECT 'eu', tenant_id, id FROM orgs;
