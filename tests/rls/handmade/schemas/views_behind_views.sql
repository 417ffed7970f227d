-- what: a view with security_invoker behind a view of an owner is still read as the caller
-- tenant: tenant_id
-- identity: members(tenant_id) where user_id = current_setting('app.uid')
-- roles: app keeper
-- tokens: t111 t222
-- session: 111 t111: SET app.uid = '1'
-- session: 222 t222: SET app.uid = '2'
-- expect: app: docs S leak, members S leak, inv S leak, outer_v S leak, agg S leak, notes S leak
-- expect: keeper: members S isolated, inv S isolated, docs S isolated, notes S denied
CREATE TABLE members (tenant_id int NOT NULL, user_id int NOT NULL, note text); ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON members FOR SELECT TO keeper USING (user_id = current_setting('app.uid', true)::int);
CREATE POLICY wide ON members FOR SELECT TO app USING (true);
GRANT SELECT ON members TO app, keeper; GRANT CREATE ON SCHEMA public TO keeper;
CREATE VIEW inv WITH (security_invoker) AS SELECT tenant_id, user_id, note FROM members; GRANT SELECT ON inv TO app, keeper;
CREATE VIEW outer_v AS SELECT tenant_id, note FROM inv; ALTER VIEW outer_v OWNER TO keeper; GRANT SELECT ON outer_v TO app;
CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL, body text); ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE TABLE notes (id int PRIMARY KEY, tenant_id int NOT NULL, body text); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (tenant_id IN (SELECT tenant_id FROM outer_v)); CREATE POLICY p ON notes TO app USING (EXISTS (SELECT 1 FROM inv WHERE inv.tenant_id = notes.tenant_id));
GRANT SELECT ON docs TO app, keeper; GRANT SELECT ON notes TO app;
CREATE VIEW agg AS SELECT (SELECT max(i.note) FROM inv i WHERE i.tenant_id = d.tenant_id) AS note FROM docs d; ALTER VIEW agg OWNER TO keeper; GRANT SELECT ON agg TO app;
INSERT INTO members VALUES (111, 1, 't111'), (222, 2, 't222'); INSERT INTO docs VALUES (1, 111, 't111'), (2, 222, 't222'); INSERT INTO notes SELECT * FROM docs;
