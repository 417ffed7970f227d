-- what: groups of roles, policies for some of them, domains, owners, definer views over bound owners
-- tenant: tenant_id
-- identity: current_setting('app.t')
-- roles: app reader support
-- tokens: t111 t222
-- session: 111 t111: SET app.t = '111'
-- session: 222 t222: SET app.t = '222'
-- expect: app: docs SIUD isolated, notes SIUD isolated, v_keeper S isolated, owned S leak
-- expect: reader: docs S isolated, docs IUD denied, notes S denied, v_keeper S isolated
-- expect: support: docs S leak, docs IUD denied, notes S leak
CREATE DOMAIN tenant_key AS int NOT NULL CHECK (VALUE > 0);
CREATE TABLE docs (id int PRIMARY KEY, tenant_id tenant_key, body text); CREATE TABLE notes (id int PRIMARY KEY, tenant_id tenant_key NOT NULL, body text); CREATE TABLE owned (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
GRANT web TO app; GRANT web TO reader;
CREATE FUNCTION current_tenant() RETURNS tenant_key LANGUAGE sql STABLE AS $$ SELECT current_setting('app.t')::tenant_key $$;
ALTER TABLE docs ENABLE ROW LEVEL SECURITY; ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ALTER TABLE owned ENABLE ROW LEVEL SECURITY; ALTER TABLE owned OWNER TO app;
CREATE POLICY t ON docs TO web USING (tenant_id = current_tenant()); CREATE POLICY s ON docs FOR SELECT TO support USING (true);
CREATE POLICY t ON notes TO app USING (tenant_id = current_setting('app.t', true)::int); CREATE POLICY s ON notes FOR SELECT TO support, postgres USING (tenant_id > 0);
CREATE POLICY t ON owned USING (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY k ON docs FOR SELECT TO keeper USING (tenant_id = current_setting('app.t', true)::int AND current_user IN ('app', 'reader'));
GRANT SELECT ON docs, notes TO web, support; GRANT INSERT, UPDATE, DELETE ON docs, notes TO app; GRANT SELECT ON docs TO keeper;
CREATE VIEW v_keeper WITH (security_barrier) AS SELECT d.id, d.body FROM docs d; GRANT CREATE ON SCHEMA public TO keeper; ALTER VIEW v_keeper OWNER TO keeper; GRANT SELECT ON v_keeper TO app, reader;
INSERT INTO docs VALUES (1, 111, 't111'), (2, 222, 't222'); INSERT INTO notes SELECT * FROM docs; INSERT INTO owned SELECT * FROM docs;
