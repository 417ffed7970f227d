-- what: one membership table in every way that people write it
-- tenant: org_id
-- identity: members(org_id) where user_id = auth.uid()
-- roles: authenticated
-- tokens: o111 o222
-- session: 111 o111: SELECT set_config('request.jwt.claims', '{"sub": "11111111-1111-1111-1111-111111111111"}', false)
-- session: 222 o222: SELECT set_config('request.jwt.claims', '{"sub": "22222222-2222-2222-2222-222222222222"}', false)
-- expect: authenticated: a1 S isolated, a2 S isolated, a3 S isolated, a4 S isolated, a5 S isolated, a6 S isolated, a7 S isolated, a8 S isolated, a9 S isolated, b1 S isolated, b2 S isolated, b3 S isolated, b4 S isolated, b5 S isolated, b6 S isolated, b7 S isolated, b8 S isolated, b9 S isolated, c1 S leak, c2 S leak, c3 S leak, c4 S leak, c5 S leak, profiles S leak, d1 S isolated, d2 S isolated, d3 S isolated, d4 S isolated, d5 S isolated, d6 S isolated, members S isolated
CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO authenticated;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE TYPE app_permission AS ENUM ('docs.read', 'docs.write'); CREATE TYPE app_role AS ENUM ('admin', 'moderator');
CREATE TABLE members (org_id int NOT NULL, user_id uuid NOT NULL, role app_role, perms text[] NOT NULL DEFAULT '{}', meta jsonb NOT NULL DEFAULT '{}', note text, PRIMARY KEY (org_id, user_id));
CREATE TABLE profiles (id uuid PRIMARY KEY, org_id int);
CREATE TABLE role_permissions (role app_role, permission app_permission);
ALTER TABLE members ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON members FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
GRANT SELECT ON members, profiles, role_permissions TO authenticated;
CREATE FUNCTION user_orgs() RETURNS TABLE (org int, r app_role) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ SELECT m.org_id, m.role FROM members m WHERE m.user_id = auth.uid() $$;
CREATE FUNCTION authorize(wanted app_permission, org int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
declare bind_permissions int; user_role public.app_role;
begin
  select role into user_role from public.members where user_id = (select auth.uid()) and org_id = org;
  select count(*) into bind_permissions from public.role_permissions where role_permissions.permission = wanted and role_permissions.role = user_role;
  return bind_permissions > 0;
end; $$;
CREATE FUNCTION org_of_user() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT org_id FROM public.members WHERE user_id = auth.uid() LIMIT 1 $$;
CREATE FUNCTION is_in(p_user uuid, p_org int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT 1 FROM members WHERE user_id = p_user AND org_id = p_org) $$;
CREATE FUNCTION orgs_array() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT ARRAY(SELECT org_id FROM public.members WHERE user_id = auth.uid()) $$;
CREATE FUNCTION is_in_strict(p_org int) RETURNS bool LANGUAGE sql STABLE STRICT SECURITY DEFINER BEGIN ATOMIC SELECT EXISTS (SELECT 1 FROM members m WHERE m.user_id = auth.uid() AND m.org_id = p_org); END;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES
  ('a1', 'auth.uid() IN (SELECT user_id FROM members WHERE members.org_id = a1.org_id)'),
  ('a2', 'EXISTS (SELECT 1 FROM members m WHERE (m.user_id, m.org_id) = (auth.uid(), a2.org_id))'),
  ('a3', '(SELECT m.org_id FROM members m WHERE m.user_id = auth.uid() LIMIT 1) = org_id'),
  ('a4', 'org_id IN (SELECT org FROM user_orgs())'), ('a5', 'org_id IN (SELECT u.org FROM user_orgs() u WHERE u.r = ''admin'')'),
  ('a6', 'authorize(''docs.read'', org_id)'), ('a7', 'org_id = org_of_user()'), ('a8', 'is_in(auth.uid(), org_id)'), ('a9', 'org_id = ANY (orgs_array())'),
  ('b1', 'is_in_strict(org_id)'), ('b2', 'EXISTS (SELECT FROM members m WHERE m.org_id = b2.org_id AND m.user_id = auth.uid() AND ''docs.read'' = ANY (m.perms))'),
  ('b3', 'EXISTS (SELECT * FROM members m WHERE m.org_id = b3.org_id AND m.user_id = auth.uid() AND m.perms @> ARRAY[''x''] OR false)'),
  ('b4', 'org_id IN (SELECT m.org_id FROM members m WHERE m.user_id = auth.uid() AND m.meta ? ''docs'' AND m.meta @> ''{"a": 1}'')'),
  ('b5', 'EXISTS (SELECT 1 FROM members m JOIN role_permissions p ON p.role = m.role WHERE m.org_id = b5.org_id AND m.user_id = auth.uid() AND p.permission = ''docs.read'')'),
  ('b6', 'EXISTS (SELECT 1 FROM members m, role_permissions p WHERE p.role = m.role AND m.org_id = b6.org_id AND m.user_id = auth.uid())'),
  ('b7', '(SELECT bool_or(m.role = ''admin'') FROM members m WHERE m.org_id = b7.org_id AND m.user_id = auth.uid())'),
  ('b8', 'COALESCE((SELECT m.role = ''admin'' FROM members m WHERE m.org_id = b8.org_id AND m.user_id = auth.uid()), false)'),
  ('b9', 'org_id IN (SELECT DISTINCT m.org_id FROM members m WHERE m.user_id = auth.uid() ORDER BY 1)'),
  ('c1', 'EXISTS (SELECT 1 FROM members m WHERE m.user_id = auth.uid())'), ('c2', 'EXISTS (SELECT 1 FROM members m WHERE m.user_id = auth.uid() AND (m.org_id = c2.org_id OR m.role = ''admin''))'),
  ('c3', 'org_id IN (SELECT org_id FROM profiles)'), ('c4', 'org_id = org_id AND auth.uid() IS NOT NULL'), ('c5', 'EXISTS (SELECT 1 FROM members WHERE org_id = org_id AND user_id = auth.uid())'),
  ('d1', 'EXISTS (SELECT 1 FROM members m WHERE m.org_id = d1.org_id AND m.user_id::text = auth.uid()::text)'),
  ('d2', 'org_id IN (SELECT m.org_id FROM members m GROUP BY m.org_id, m.user_id HAVING m.user_id = auth.uid())'),
  ('d3', 'EXISTS (SELECT 1 FROM members m WHERE m.org_id = d3.org_id AND m.user_id = auth.uid() GROUP BY m.org_id HAVING count(*) > 0)'),
  ('d4', 'org_id IN (SELECT m.org_id FROM members m)'),
  ('d5', 'CASE WHEN auth.uid() IS NULL THEN false ELSE org_id IN (SELECT m.org_id FROM members m WHERE m.user_id = auth.uid()) END'),
  ('d6', 'org_id IN (SELECT m.org_id FROM members m WHERE m.user_id = auth.uid() INTERSECT SELECT p.org_id FROM profiles p)')
) AS x (name, policy) LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, org_id int NOT NULL, body text)', r.name); EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.name); EXECUTE format('GRANT SELECT ON %I TO authenticated', r.name);
  EXECUTE format('CREATE POLICY p ON %I FOR SELECT TO authenticated USING (%s)', r.name, r.policy); EXECUTE format('INSERT INTO %I VALUES (1, 111, ''o111''), (2, 222, ''o222'')', r.name);
END LOOP; END $$;
INSERT INTO members VALUES (111, '11111111-1111-1111-1111-111111111111', 'admin', '{docs.read,x}', '{"docs": 1, "a": 1}', 'o111'), (222, '22222222-2222-2222-2222-222222222222', 'moderator', '{docs.read}', '{}', 'o222');
INSERT INTO profiles VALUES ('11111111-1111-1111-1111-111111111111', 111), ('22222222-2222-2222-2222-222222222222', 222); INSERT INTO role_permissions VALUES ('admin', 'docs.read');
