-- what: organisations below others: closure table, recursive query, a chain of memberships
-- tenant: org_id
-- map: orgs: id
-- identity: org_tree(descendant_id) where ancestor_id = current_setting('app.org')
-- roles: app
-- tokens: o111 o222 o333
-- session: 111 112 o111: SET app.org = '111'
-- session: 222 o222: SET app.org = '222'
-- expect: app: docs SIUD isolated, orgs S isolated, orgs IUD denied, org_tree SIUD denied, parents S unproved, helper S isolated
CREATE TABLE orgs (id int PRIMARY KEY, parent_id int REFERENCES orgs, name text);
CREATE TABLE org_tree (ancestor_id int NOT NULL, descendant_id int NOT NULL, PRIMARY KEY (ancestor_id, descendant_id));
CREATE TABLE docs (id int PRIMARY KEY, org_id int NOT NULL, body text); CREATE TABLE parents (LIKE docs INCLUDING ALL); CREATE TABLE helper (LIKE docs INCLUDING ALL);
CREATE FUNCTION below() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ SELECT descendant_id FROM org_tree WHERE ancestor_id = current_setting('app.org', true)::int $$;
CREATE FUNCTION under() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE t AS (SELECT id FROM orgs WHERE id = current_setting('app.org', true)::int UNION ALL SELECT o.id FROM orgs o JOIN t ON o.parent_id = t.id) SELECT id FROM t $$;
ALTER TABLE docs ENABLE ROW LEVEL SECURITY; ALTER TABLE orgs ENABLE ROW LEVEL SECURITY; ALTER TABLE parents ENABLE ROW LEVEL SECURITY; ALTER TABLE helper ENABLE ROW LEVEL SECURITY; ALTER TABLE org_tree ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (org_id IN (SELECT below())); CREATE POLICY p ON orgs FOR SELECT USING (id IN (SELECT b FROM below() b));
CREATE POLICY p ON parents FOR SELECT USING (org_id IN (SELECT under()));
CREATE POLICY p ON helper FOR SELECT USING (org_id = ANY (ARRAY(SELECT below())));
GRANT SELECT, INSERT, UPDATE, DELETE ON docs TO app; GRANT SELECT ON orgs, parents, helper TO app;
INSERT INTO orgs VALUES (111, NULL, 'o111'), (222, NULL, 'o222'), (112, 111, 'o111'); INSERT INTO org_tree VALUES (111, 111), (111, 112), (222, 222);
INSERT INTO docs VALUES (1, 111, 'o111'), (2, 222, 'o222'), (3, 112, 'o111'); INSERT INTO parents SELECT * FROM docs; INSERT INTO helper SELECT * FROM docs;
