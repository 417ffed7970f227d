-- what: profiles with a super-admin flag and impersonation
-- tenant: account_id
-- map: profiles: account_id
-- identity: profiles(account_id) where id = current_setting('app.uid')
-- roles: app
-- tokens: t111 t222
-- session: 111 t111: SET app.uid = '1'
-- session: 222 t222: SET app.uid = '2'
-- session: 333: SET app.uid = '9'
-- expect: app: profiles SU isolated, profiles ID denied, projects S leak, projects IUD isolated, invoices SIUD isolated, audit I isolated, audit SUD denied, tickets S leak, tickets IUD denied
CREATE TABLE profiles (id int PRIMARY KEY, account_id int NOT NULL, is_admin bool NOT NULL DEFAULT false, impersonates int, name text);
CREATE TABLE projects (id int PRIMARY KEY, account_id int NOT NULL, name text);
CREATE TABLE invoices (id int PRIMARY KEY, account_id int NOT NULL, name text);
CREATE TABLE audit (id int PRIMARY KEY, account_id int NOT NULL, name text);
CREATE TABLE tickets (id int PRIMARY KEY, account_id int NOT NULL, name text);
CREATE FUNCTION uid() RETURNS int LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.uid', true), '')::int $$;
CREATE FUNCTION is_admin() RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ SELECT coalesce((SELECT is_admin FROM profiles WHERE id = uid()), false) $$;
CREATE FUNCTION my_account() RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE v_account profiles.account_id%TYPE; BEGIN SELECT account_id INTO v_account FROM profiles WHERE id = uid(); RETURN v_account; END $$;
CREATE FUNCTION acting_account() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(o.account_id, p.account_id) FROM public.profiles p LEFT JOIN public.profiles o ON o.id = p.impersonates WHERE p.id = public.uid() $$;
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY; ALTER TABLE projects ENABLE ROW LEVEL SECURITY; ALTER TABLE invoices ENABLE ROW LEVEL SECURITY; ALTER TABLE audit ENABLE ROW LEVEL SECURITY; ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY me ON profiles FOR SELECT USING (id = uid());
CREATE POLICY rename ON profiles FOR UPDATE USING (id = uid()) WITH CHECK (id = uid() AND account_id = my_account());
CREATE POLICY own ON projects USING (account_id = my_account());
CREATE POLICY admins ON projects FOR SELECT USING (is_admin());
CREATE POLICY own ON invoices USING (account_id = (SELECT my_account()) AND NOT is_admin());
CREATE POLICY own ON audit FOR INSERT WITH CHECK (account_id = (SELECT p.account_id FROM profiles p WHERE p.id = uid()));
CREATE POLICY own ON tickets FOR SELECT USING (account_id = acting_account());
GRANT SELECT ON profiles TO app; GRANT UPDATE (name) ON profiles TO app; GRANT SELECT, INSERT, UPDATE, DELETE ON projects, invoices, audit, tickets TO app;
INSERT INTO profiles VALUES (1, 111, false, NULL, 't111'), (2, 222, false, 1, 't222'), (9, 333, true, NULL, 'x');
INSERT INTO projects VALUES (1, 111, 't111'), (2, 222, 't222'); INSERT INTO invoices SELECT * FROM projects; INSERT INTO audit SELECT * FROM projects; INSERT INTO tickets SELECT * FROM projects;
