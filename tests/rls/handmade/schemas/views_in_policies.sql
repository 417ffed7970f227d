-- what: views, unions and outer joins inside of sub-selects of policies
-- tenant: org_id
-- identity: members(org_id) where user_id = current_setting('app.uid')
-- roles: app
-- tokens: o111 o222
-- session: 111 o111: SET app.uid = '1'
-- session: 222 o222: SET app.uid = '2'
-- expect: app: a S isolated, b S isolated, c S isolated, d S leak, e S isolated, f S isolated, members S leak, guests S leak, all_orgs S leak, live_members S leak, my_orgs S isolated
CREATE TABLE members (org_id int NOT NULL, user_id int NOT NULL, active bool NOT NULL DEFAULT true, PRIMARY KEY (org_id, user_id));
CREATE TABLE guests (org_id int NOT NULL, user_id int NOT NULL);
CREATE FUNCTION uid() RETURNS int LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.uid', true), '')::int $$;
CREATE VIEW my_orgs AS SELECT m.org_id, m.user_id FROM members m WHERE m.user_id = uid();
CREATE VIEW live_members AS SELECT org_id, user_id FROM members WHERE active;
CREATE VIEW all_orgs WITH (security_invoker) AS SELECT DISTINCT org_id FROM members;
GRANT SELECT ON members, guests, my_orgs, live_members, all_orgs TO app;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES
  ('a', 'org_id IN (SELECT org_id FROM my_orgs)'), ('b', 'EXISTS (SELECT 1 FROM live_members l WHERE l.org_id = b.org_id AND l.user_id = uid())'),
  ('c', 'org_id IN (SELECT org_id FROM members WHERE user_id = uid() UNION SELECT org_id FROM my_orgs)'), ('d', 'org_id IN (SELECT org_id FROM all_orgs)'),
  ('e', 'EXISTS (SELECT 1 FROM members m LEFT JOIN guests g ON g.org_id = m.org_id WHERE m.user_id = uid() AND m.org_id = e.org_id)'),
  ('f', 'org_id IN (WITH o AS MATERIALIZED (SELECT * FROM my_orgs) SELECT o.org_id FROM o JOIN members m USING (org_id, user_id))')
) AS x (name, policy) LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, org_id int NOT NULL, body text)', r.name); EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.name); EXECUTE format('GRANT SELECT ON %I TO app', r.name);
  EXECUTE format('CREATE POLICY p ON %I USING (%s)', r.name, r.policy); EXECUTE format('INSERT INTO %I VALUES (1, 111, ''o111''), (2, 222, ''o222'')', r.name);
END LOOP; END $$;
INSERT INTO members VALUES (111, 1), (222, 2);
