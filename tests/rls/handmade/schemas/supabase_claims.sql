-- what: Supabase: tenant in app_metadata of the JWT, roles array, user_metadata by mistake
-- tenant: tenant_id
-- identity: (auth.jwt() -> 'app_metadata' ->> 'tenant_id')
-- roles: authenticated anon
-- tokens: t111 t222
-- session: t111: SELECT set_config('request.jwt.claims', '{"sub": "aaaaaaaa-1111-1111-1111-111111111111", "app_metadata": {"tenant_id": "t111", "roles": ["admin"]}, "user_metadata": {"tenant_id": "t222"}}', false)
-- session: t222: SELECT set_config('request.jwt.claims', '{"sub": "bbbbbbbb-1111-1111-1111-111111111111", "app_metadata": {"tenant_id": "t222", "roles": ["staff"]}}', false)
-- expect: authenticated: docs SIUD isolated, notes S isolated, notes IUD leak, secrets S isolated, secrets IUD denied, posts S leak, posts I isolated, posts UD denied, staffed S leak, staffed IUD isolated, flat SIUD isolated
-- expect: anon: docs SIUD denied, notes SIUD denied, secrets SIUD denied, posts S leak, posts IUD denied, staffed SIUD denied, flat SIUD denied
CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO authenticated, anon;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ select (auth.jwt() ->> 'sub')::uuid $$;
CREATE FUNCTION public.tenant_id() RETURNS text LANGUAGE sql STABLE AS $$ select nullif(((current_setting('request.jwt.claims', true)::jsonb ->> 'app_metadata')::jsonb ->> 'tenant_id'), '')::text $$;
CREATE TABLE docs (id int PRIMARY KEY, tenant_id text NOT NULL, body text);
CREATE TABLE notes (id int PRIMARY KEY, tenant_id text NOT NULL, body text);
CREATE TABLE secrets (id int PRIMARY KEY, tenant_id text NOT NULL, body text);
CREATE TABLE posts (id int PRIMARY KEY, tenant_id text NOT NULL, body text, published_at timestamptz);
CREATE TABLE staffed (id int PRIMARY KEY, tenant_id text NOT NULL, body text);
CREATE TABLE flat (id int PRIMARY KEY, tenant_id text NOT NULL, body text);
ALTER TABLE docs ENABLE ROW LEVEL SECURITY; ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE posts ENABLE ROW LEVEL SECURITY; ALTER TABLE staffed ENABLE ROW LEVEL SECURITY; ALTER TABLE flat ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON docs TO authenticated USING (tenant_id = (SELECT auth.jwt() -> 'app_metadata' ->> 'tenant_id'));
CREATE POLICY a ON notes FOR SELECT TO authenticated USING (tenant_id = ((auth.jwt() -> 'app_metadata') ->> 'tenant_id'));
CREATE POLICY b ON notes FOR INSERT TO authenticated WITH CHECK (tenant_id = (auth.jwt() -> 'user_metadata' ->> 'tenant_id'));
CREATE POLICY c ON notes FOR UPDATE TO authenticated USING (tenant_id = (auth.jwt() -> 'user_metadata' ->> 'tenant_id'));
CREATE POLICY d ON notes FOR DELETE TO authenticated USING (tenant_id = (auth.jwt() -> 'user_metadata' ->> 'tenant_id'));
CREATE POLICY a ON secrets FOR SELECT TO authenticated USING (tenant_id = (auth.jwt() #>> '{app_metadata,tenant_id}') AND (auth.jwt() -> 'app_metadata' -> 'roles') ? 'admin');
CREATE POLICY a ON posts FOR SELECT USING (published_at <= now());
CREATE POLICY b ON posts FOR INSERT TO authenticated WITH CHECK (tenant_id = tenant_id() AND auth.uid() IS NOT NULL);
CREATE POLICY a ON staffed TO authenticated USING (tenant_id = tenant_id());
CREATE POLICY b ON staffed FOR SELECT TO authenticated USING ((auth.jwt() -> 'app_metadata' -> 'roles') ? 'staff');
CREATE POLICY a ON flat TO authenticated USING (tenant_id = (current_setting('request.jwt.claims', true)::json -> 'app_metadata' ->> 'tenant_id'));
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO anon, authenticated;
INSERT INTO docs SELECT n, CASE n % 2 WHEN 0 THEN 't111' ELSE 't222' END, 'x' FROM generate_series(1, 4) n;
INSERT INTO notes SELECT * FROM docs; INSERT INTO secrets SELECT * FROM docs; INSERT INTO posts SELECT *, now() FROM docs; INSERT INTO staffed SELECT * FROM docs; INSERT INTO flat SELECT * FROM docs;
