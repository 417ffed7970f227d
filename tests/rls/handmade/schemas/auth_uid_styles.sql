-- what: Supabase: rows of a user, and the usual mistakes
-- tenant: user_id
-- identity: auth.uid()
-- roles: authenticated anon
-- tokens: u111 u222
-- session: 11111111-1111-1111-1111-111111111111 u111: SELECT set_config('request.jwt.claims', '{"sub": "11111111-1111-1111-1111-111111111111", "role": "authenticated", "email": "a@x"}', false)
-- session: 22222222-2222-2222-2222-222222222222 u222: SELECT set_config('request.jwt.claims', '{"sub": "22222222-2222-2222-2222-222222222222", "role": "authenticated"}', false)
-- expect: authenticated: a1 SIUD isolated, a2 SIUD isolated, a3 SIUD isolated, a4 SIUD isolated, b1 SIUD leak, b2 SIUD leak, b3 SIUD leak, b4 SIUD leak, b5 SIUD isolated, b6 SIUD leak, c1 S leak, c1 IUD isolated
-- expect: anon: a1 SIUD denied, a4 SIUD denied, b1 SIUD denied, b3 SIUD leak, c1 S leak
CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO authenticated, anon;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES
  ('a1', 'authenticated', $q$auth.uid() = user_id$q$), ('a2', 'authenticated', $q$(SELECT auth.uid()) = user_id$q$),
  ('a3', 'public', $q$auth.uid() = user_id AND auth.role() = 'authenticated'$q$), ('a4', 'authenticated', $q$user_id = (auth.jwt() ->> 'sub')::uuid$q$),
  ('b1', 'authenticated', $q$auth.uid() IS NOT NULL$q$), ('b2', 'authenticated', $q$auth.role() = 'authenticated'$q$),
  ('b3', 'public', $q$auth.uid() = user_id OR auth.uid() IS NULL$q$), ('b4', 'authenticated', $q$auth.uid() = user_id OR (auth.jwt() ->> 'email') LIKE '%@x'$q$),
  ('b5', 'authenticated', $q$user_id = auth.uid() AND (auth.jwt() ->> 'aal') = 'aal2'$q$), ('b6', 'authenticated', $q$true$q$), ('c1', 'public', $q$user_id = auth.uid()$q$)
) AS x (name, who, policy) LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, user_id uuid NOT NULL, note text, hidden bool NOT NULL DEFAULT false)', r.name);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.name); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO authenticated, anon', r.name);
  EXECUTE format('CREATE POLICY p ON %I TO %s USING (%s)', r.name, r.who, r.policy);
  EXECUTE format('INSERT INTO %I VALUES (1, ''11111111-1111-1111-1111-111111111111'', ''u111''), (2, ''22222222-2222-2222-2222-222222222222'', ''u222'')', r.name);
END LOOP; END $$;
CREATE POLICY shown ON c1 FOR SELECT USING (NOT hidden);
