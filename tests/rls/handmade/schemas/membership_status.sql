-- what: memberships with role, status, time limits; teams in organisations; two steps
-- tenant: org_id
-- map: team_members: team_id -> teams.org_id
-- identity: org_members(org_id) where user_id = current_setting('app.user_id')
-- roles: app
-- tokens: o111 o222
-- session: 111 o111: SET app.user_id = '1'
-- session: 222 o222: SET app.user_id = '2'
-- expect: app: org_members S isolated, org_members IUD denied, active S isolated, active I isolated, active U isolated, active D isolated, dated SIUD isolated, teams S isolated, teams IUD denied, team_docs S isolated, team_docs I isolated, team_docs UD denied, rights S isolated, rights IUD isolated, lateral_docs S isolated, anyteam S leak, nota S isolated, blocked S isolated, either S leak, either IUD denied, counted S isolated, joined_cte SI isolated, team_members S leak
CREATE TABLE org_members (user_id int NOT NULL, org_id int NOT NULL, role text NOT NULL DEFAULT 'member', status text NOT NULL DEFAULT 'active', valid_from timestamptz DEFAULT '2000-01-01', valid_until timestamptz, note text, PRIMARY KEY (user_id, org_id));
CREATE TABLE teams (id int PRIMARY KEY, org_id int NOT NULL, name text);
CREATE TABLE team_members (team_id int NOT NULL REFERENCES teams, user_id int NOT NULL, PRIMARY KEY (team_id, user_id));
CREATE TABLE blocks (user_id int, doc_id int);
CREATE TABLE active (id int PRIMARY KEY, org_id int NOT NULL, body text);
CREATE TABLE dated (LIKE active INCLUDING ALL); CREATE TABLE team_docs (id int PRIMARY KEY, org_id int NOT NULL, team_id int NOT NULL, body text); CREATE TABLE rights (LIKE active INCLUDING ALL);
CREATE TABLE lateral_docs (LIKE active INCLUDING ALL); CREATE TABLE anyteam (LIKE team_docs INCLUDING ALL); CREATE TABLE nota (LIKE active INCLUDING ALL); CREATE TABLE blocked (LIKE active INCLUDING ALL);
CREATE TABLE either (LIKE active INCLUDING ALL); CREATE TABLE counted (LIKE active INCLUDING ALL); CREATE TABLE joined_cte (LIKE active INCLUDING ALL);
DO $$ DECLARE n text; BEGIN FOR n IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); EXECUTE format('GRANT SELECT ON %I TO app', n); END LOOP; END $$;
ALTER TABLE blocks DISABLE ROW LEVEL SECURITY; ALTER TABLE team_members DISABLE ROW LEVEL SECURITY;
GRANT INSERT, UPDATE, DELETE ON active, dated, rights TO app; GRANT INSERT ON team_docs, joined_cte TO app;
CREATE FUNCTION uid() RETURNS int LANGUAGE sql STABLE AS $$ SELECT current_setting('app.user_id', true)::int $$;
CREATE POLICY own ON org_members FOR SELECT USING (user_id = uid());
CREATE POLICY p ON active USING (EXISTS (SELECT 1 FROM org_members m WHERE m.org_id = active.org_id AND m.user_id = uid() AND m.status = 'active' AND m.role IN ('owner', 'admin', 'member')));
CREATE POLICY p ON dated USING (org_id IN (SELECT org_id FROM org_members WHERE user_id = uid() AND valid_from <= now() AND (valid_until IS NULL OR valid_until > now())));
CREATE POLICY p ON teams FOR SELECT USING (org_id IN (SELECT m.org_id FROM org_members m));
CREATE POLICY p ON team_docs FOR SELECT USING (EXISTS (SELECT 1 FROM team_members tm JOIN teams t ON t.id = tm.team_id WHERE tm.team_id = team_docs.team_id AND t.org_id = team_docs.org_id AND tm.user_id = uid()));
CREATE POLICY w ON team_docs FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM team_members tm JOIN teams t ON t.id = tm.team_id WHERE tm.team_id = team_docs.team_id AND t.org_id = team_docs.org_id AND tm.user_id = uid()));
CREATE POLICY p ON rights FOR SELECT USING (CASE (SELECT m.role FROM org_members m WHERE m.org_id = rights.org_id AND m.user_id = uid()) WHEN 'owner' THEN true WHEN 'member' THEN body IS NOT NULL ELSE false END);
CREATE POLICY w ON rights USING ((SELECT m.role FROM org_members m WHERE m.org_id = rights.org_id AND m.user_id = uid()) = ANY ('{owner,admin}'));
CREATE POLICY p ON lateral_docs FOR SELECT USING (EXISTS (SELECT FROM (SELECT m.org_id AS o FROM org_members m WHERE m.user_id = uid()) x WHERE x.o = lateral_docs.org_id));
CREATE POLICY p ON anyteam FOR SELECT USING (team_id IN (SELECT tm.team_id FROM team_members tm WHERE tm.user_id = uid()));
CREATE POLICY p ON nota FOR SELECT USING (NOT (org_id NOT IN (SELECT org_id FROM org_members WHERE user_id = uid())));
CREATE POLICY p ON blocked FOR SELECT USING (org_id IN (SELECT org_id FROM org_members WHERE user_id = uid()) AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.doc_id = blocked.id AND b.user_id = uid()) AND id NOT IN (SELECT doc_id FROM blocks WHERE doc_id IS NOT NULL));
CREATE POLICY p ON either FOR SELECT USING (NOT EXISTS (SELECT 1 FROM blocks b WHERE b.doc_id = either.id));
CREATE POLICY p ON counted FOR SELECT USING ((SELECT count(*) FROM org_members m WHERE m.org_id = counted.org_id AND m.user_id = uid()) >= 1);
CREATE POLICY p ON joined_cte USING (EXISTS (WITH mine AS (SELECT org_id FROM org_members WHERE user_id = uid()), live AS (SELECT m.org_id AS o FROM mine m) SELECT 1 FROM live WHERE o = org_id));
INSERT INTO org_members (user_id, org_id, note, role) VALUES (1, 111, 'o111', 'owner'), (2, 222, 'o222', 'owner');
INSERT INTO teams VALUES (11, 111, 'o111'), (22, 222, 'o222'); INSERT INTO team_members VALUES (11, 1), (22, 2), (22, 1);
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['active', 'dated', 'rights', 'lateral_docs', 'nota', 'blocked', 'either', 'counted', 'joined_cte'] LOOP EXECUTE format('INSERT INTO %I VALUES (1, 111, ''o111''), (2, 222, ''o222'')', n); END LOOP; END $$;
INSERT INTO team_docs VALUES (1, 111, 11, 'o111'), (2, 222, 22, 'o222'); INSERT INTO anyteam VALUES (1, 111, 11, 'o111'), (2, 222, 22, 'o222');
