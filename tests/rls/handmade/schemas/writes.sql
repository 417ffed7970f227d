-- what: gates of writing: gifts, thefts, checks that are wider than what is read, ON CONFLICT, views with CHECK OPTION
-- tenant: tenant_id
-- identity: current_setting('app.t')
-- roles: app
-- tokens: t111 t222
-- session: 111 t111: SET app.t = '111'
-- session: 222 t222: SET app.t = '222'
-- expect: app: gift S isolated, gift U leak, theft U leak, theft S isolated, anyone I leak, anyone S isolated, anyone UD denied, sweep D leak, sweep SIU isolated, own_check SIUD isolated, nullable S isolated, nullable I leak, locked S isolated, locked U denied, v_checked SIUD isolated, v_loose SD isolated, v_loose IU leak, v_cols S isolated, v_cols U isolated
CREATE TABLE gift (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
CREATE TABLE theft (LIKE gift INCLUDING ALL); CREATE TABLE anyone (LIKE gift INCLUDING ALL); CREATE TABLE sweep (LIKE gift INCLUDING ALL); CREATE TABLE own_check (LIKE gift INCLUDING ALL); CREATE TABLE locked (LIKE gift INCLUDING ALL); CREATE TABLE base (LIKE gift INCLUDING ALL);
CREATE TABLE nullable (id int PRIMARY KEY, tenant_id int, body text);
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['gift', 'theft', 'anyone', 'sweep', 'own_check', 'nullable', 'locked'] LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); EXECUTE format('INSERT INTO %I VALUES (1, 111, ''t111''), (2, 222, ''t222'')', n); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app', n); END LOOP; END $$;
INSERT INTO nullable VALUES (3, NULL, 'nobody'); INSERT INTO base SELECT * FROM gift;
CREATE POLICY p ON gift USING (tenant_id = current_setting('app.t', true)::int) WITH CHECK (true);
CREATE POLICY r ON theft FOR SELECT USING (tenant_id = current_setting('app.t', true)::int); CREATE POLICY u ON theft FOR UPDATE USING (true) WITH CHECK (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY r ON anyone FOR SELECT USING (tenant_id = current_setting('app.t', true)::int); CREATE POLICY i ON anyone FOR INSERT WITH CHECK (tenant_id IS NOT NULL);
CREATE POLICY p ON sweep USING (tenant_id = current_setting('app.t', true)::int); CREATE POLICY d ON sweep FOR DELETE USING (body LIKE 't%');
CREATE POLICY p ON own_check USING (tenant_id = current_setting('app.t', true)::int) WITH CHECK (tenant_id = current_setting('app.t', true)::int AND body IS NOT NULL);
CREATE POLICY r ON nullable FOR SELECT USING (tenant_id = current_setting('app.t', true)::int); CREATE POLICY i ON nullable FOR INSERT WITH CHECK (tenant_id = current_setting('app.t', true)::int OR tenant_id IS NULL);
CREATE POLICY r ON locked FOR SELECT USING (tenant_id = current_setting('app.t', true)::int);
CREATE VIEW v_checked AS SELECT * FROM base WHERE tenant_id = current_setting('app.t', true)::int WITH CASCADED CHECK OPTION;
CREATE VIEW v_loose AS SELECT * FROM base WHERE tenant_id = current_setting('app.t', true)::int;
CREATE VIEW v_cols AS SELECT id, body FROM base WHERE tenant_id = current_setting('app.t', true)::int;
GRANT SELECT, INSERT, UPDATE, DELETE ON v_checked, v_loose TO app; GRANT SELECT, UPDATE ON v_cols TO app;
