-- what: PostgREST: request.jwt.claims json, request.jwt.claim.x of old, role in claim
-- tenant: tenant_id
-- identity: (current_setting('request.jwt.claims', true)::json ->> 'tenant_id')
-- roles: web anon
-- tokens: 111 222
-- session: 111 t111 u111: SELECT set_config('request.jwt.claims', '{"tenant_id": 111, "role": "web"}', false)
-- session: 222 t222 u222: SELECT set_config('request.jwt.claims', '{"tenant_id": 222, "role": "web"}', false)
-- expect: web: api.todos SIUD isolated, api.files SIU isolated, api.files D leak, api.my_todos SUDI isolated, api.all_todos S leak, api.all_todos IUD denied, api.prefs SIUD isolated
-- expect: anon: api.todos SIUD denied, api.files SIUD denied, api.my_todos SIUD denied, api.all_todos SIUD denied, api.prefs SIUD denied
CREATE SCHEMA api; GRANT USAGE ON SCHEMA api TO web, anon;
CREATE TABLE api.todos (id int PRIMARY KEY, tenant_id int NOT NULL, task text, done bool DEFAULT false);
CREATE TABLE api.files (id int PRIMARY KEY, tenant_id int NOT NULL, locked bool NOT NULL DEFAULT false);
CREATE TABLE api.prefs (tenant_id int PRIMARY KEY, theme text);
ALTER TABLE api.todos ENABLE ROW LEVEL SECURITY; ALTER TABLE api.files ENABLE ROW LEVEL SECURITY; ALTER TABLE api.prefs ENABLE ROW LEVEL SECURITY;
CREATE POLICY t ON api.todos USING (tenant_id = (current_setting('request.jwt.claims', true)::json->>'tenant_id')::int);
CREATE POLICY t ON api.files USING (tenant_id::text = current_setting('request.jwt.claims', true)::json->>'tenant_id');
CREATE POLICY sweep ON api.files FOR DELETE TO web USING (NOT locked);
CREATE POLICY t ON api.prefs USING (tenant_id = (SELECT (NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'tenant_id')::int)) WITH CHECK (tenant_id = (SELECT (NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'tenant_id')::int));
CREATE VIEW api.my_todos AS SELECT id, tenant_id, task FROM api.todos WHERE tenant_id = (current_setting('request.jwt.claims', true)::json->>'tenant_id')::int WITH CHECK OPTION;
CREATE VIEW api.all_todos AS SELECT id, tenant_id, task FROM api.todos WHERE done IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON api.todos, api.files, api.prefs, api.my_todos TO web; GRANT SELECT ON api.all_todos TO web;
INSERT INTO api.todos VALUES (1, 111, 'a'), (2, 222, 'b'); INSERT INTO api.files VALUES (1, 111), (2, 222); INSERT INTO api.prefs VALUES (111, 'x'), (222, 'y');
