-- what: tenants in a list of the token, helpers get_my_claim() and has_org(), service role
-- tenant: org_id
-- identity: auth.jwt() -> 'app_metadata' -> 'orgs'
-- roles: authenticated hm_admin
-- tokens: o111 o222
-- session: 111 112 o111: SELECT set_config('request.jwt.claims', '{"sub": "11111111-1111-1111-1111-111111111111", "app_metadata": {"orgs": ["111", "112"], "level": 3}}', false)
-- session: 222 o222: SELECT set_config('request.jwt.claims', '{"sub": "22222222-2222-2222-2222-222222222222", "app_metadata": {"orgs": ["222"]}}', false)
-- expect: authenticated: a S isolated, b S isolated, c S isolated, d S isolated, e S isolated, f S leak, g S isolated
-- expect: hm_admin: a S leak, f S leak
CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO authenticated;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
CREATE FUNCTION get_my_claim(claim text) RETURNS jsonb LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' -> claim, null) $$;
CREATE FUNCTION has_org(o text) RETURNS bool LANGUAGE sql STABLE AS $$ SELECT auth.jwt() -> 'app_metadata' -> 'orgs' ? o $$;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES
  ('a', $q$auth.jwt() -> 'app_metadata' -> 'orgs' ? org_id::text$q$), ('b', $q$org_id::text IN (SELECT jsonb_array_elements_text(auth.jwt() -> 'app_metadata' -> 'orgs'))$q$),
  ('c', $q$get_my_claim('orgs') ? org_id::text$q$), ('d', $q$has_org(org_id::text)$q$),
  ('e', $q$org_id = ANY (SELECT jsonb_array_elements_text(auth.jwt() -> 'app_metadata' -> 'orgs')::int)$q$),
  ('f', $q$(get_my_claim('level'))::int >= 3$q$), ('g', $q$EXISTS (SELECT 1 FROM jsonb_array_elements_text(auth.jwt() -> 'app_metadata' -> 'orgs') AS o WHERE o = org_id::text)$q$)
) AS x (name, policy) LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, org_id int NOT NULL, body text)', r.name); EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.name); EXECUTE format('GRANT SELECT ON %I TO authenticated, hm_admin', r.name);
  EXECUTE format('CREATE POLICY p ON %I FOR SELECT TO authenticated USING (%s)', r.name, r.policy); EXECUTE format('INSERT INTO %I VALUES (1, 111, ''o111''), (2, 222, ''o222'')', r.name);
END LOOP; END $$;
