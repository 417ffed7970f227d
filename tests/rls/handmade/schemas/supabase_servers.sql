-- what: Supabase: arms for the role of servers, flags in claims, helpers without a fixed path
-- tenant: user_id
-- identity: auth.uid()
-- roles: authenticated anon
-- tokens: u111 u222
-- session: 11111111-1111-1111-1111-111111111111 u111: SELECT set_config('request.jwt.claims', '{"sub": "11111111-1111-1111-1111-111111111111", "role": "authenticated"}', false)
-- session: 22222222-2222-2222-2222-222222222222 u222: SELECT set_config('request.jwt.claims', '{"sub": "22222222-2222-2222-2222-222222222222", "role": "authenticated", "app_metadata": {"admin": true}, "user_metadata": {"admin": true}}', false)
-- expect: authenticated: a1 SIUD isolated, a2 SIUD isolated, a3 SIUD isolated, a4 SIUD denied, b1 SIUD leak, b2 SIUD leak, b3 SIUD leak, b4 SIUD leak, b5 SIUD isolated, c1 S leak, c1 D isolated
-- expect: anon: a1 SIUD denied, b5 SIUD denied, c1 S denied
CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO authenticated, anon;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
CREATE TABLE admins (user_id uuid PRIMARY KEY, since date); INSERT INTO admins VALUES ('22222222-2222-2222-2222-222222222222', '2024-01-01');
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM admins WHERE user_id = auth.uid()) $$;
CREATE FUNCTION is_server() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT auth.role() = 'service_role' $$;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES
  ('a1', $q$auth.role() = 'service_role' OR auth.uid() = user_id$q$), ('a2', $q$(auth.jwt() ->> 'role') = 'service_role' OR auth.uid() = user_id$q$),
  ('a3', $q$CASE WHEN is_server() THEN true ELSE auth.uid() = user_id END$q$), ('a4', $q$auth.role() = 'service_role'$q$),
  ('b1', $q$(auth.jwt() -> 'app_metadata' ->> 'admin')::boolean OR auth.uid() = user_id$q$), ('b2', $q$coalesce((auth.jwt() -> 'user_metadata' ->> 'admin')::boolean, false) OR auth.uid() = user_id$q$),
  ('b3', $q$is_admin() OR auth.uid() = user_id$q$), ('b4', $q$auth.uid() = user_id OR auth.role() = 'authenticated'$q$), ('b5', $q$auth.uid() = user_id AND NOT is_server()$q$), ('c1', $q$auth.uid() = user_id$q$)
) AS x (name, policy) LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, user_id uuid NOT NULL, note text)', r.name);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.name); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO authenticated, anon', r.name);
  EXECUTE format('CREATE POLICY p ON %I TO authenticated USING (%s)', r.name, r.policy);
  EXECUTE format('INSERT INTO %I VALUES (1, ''11111111-1111-1111-1111-111111111111'', ''u111''), (2, ''22222222-2222-2222-2222-222222222222'', ''u222'')', r.name);
END LOOP; END $$;
CREATE POLICY staff ON c1 FOR SELECT TO authenticated USING (is_admin());
