-- what: restrictive floors, FOR ALL with USING only, partitions, inheritance, roles
-- tenant: tenant_id
-- identity: current_setting('app.t')
-- roles: app support reader
-- tokens: t111 t222
-- session: 111 t111: SET app.t = '111'
-- session: 222 t222: SET app.t = '222'
-- expect: app: docs SIUD isolated, floored SIUD isolated, narrow S isolated, narrow I leak, narrow U isolated, narrow D isolated, parts SIUD isolated, parts_1 S leak, parent S leak, parent IUD isolated, child S leak, wipe T leak, wipe SIUD denied, forced SIUD isolated
-- expect: support: docs S leak, docs IUD denied, floored S isolated, floored IUD denied
-- expect: reader: docs S denied, parts SIUD denied
CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
CREATE TABLE floored (LIKE docs INCLUDING ALL); CREATE TABLE narrow (LIKE docs INCLUDING ALL); CREATE TABLE wipe (LIKE docs INCLUDING ALL); CREATE TABLE forced (LIKE docs INCLUDING ALL);
CREATE TABLE parts (id int, tenant_id int NOT NULL, body text) PARTITION BY LIST (tenant_id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (111); CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (222);
CREATE TABLE parent (id int, tenant_id int NOT NULL, body text); CREATE TABLE child (extra text) INHERITS (parent);
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['docs', 'floored', 'narrow', 'wipe', 'parts', 'parent', 'forced'] LOOP
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); EXECUTE format('INSERT INTO %I VALUES (1, 111, ''t111''), (2, 222, ''t222'')', n); END LOOP; END $$;
INSERT INTO child VALUES (3, 222, 't222', 'x');
ALTER TABLE forced OWNER TO app; ALTER TABLE forced FORCE ROW LEVEL SECURITY;
CREATE POLICY t ON docs TO app USING (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY s ON docs FOR SELECT TO support USING (true);
CREATE POLICY all_ ON floored USING (true);
CREATE POLICY floor ON floored AS RESTRICTIVE USING (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY r ON narrow FOR SELECT USING (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY w ON narrow FOR INSERT WITH CHECK (body IS NOT NULL);
CREATE POLICY u ON narrow FOR UPDATE USING (tenant_id = current_setting('app.t', true)::int) WITH CHECK (true);
CREATE POLICY u2 ON narrow AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY d ON narrow FOR DELETE USING (tenant_id = current_setting('app.t', true)::int AND body <> '');
CREATE POLICY t ON parts USING (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY t ON parent USING (tenant_id = current_setting('app.t', true)::int); CREATE POLICY t2 ON parent FOR SELECT USING (id = 2);
CREATE POLICY t ON forced USING (tenant_id = current_setting('app.t', true)::int);
GRANT SELECT, INSERT, UPDATE, DELETE ON docs, floored, narrow, parts, parent TO app; GRANT SELECT ON parts_1, child TO app; GRANT TRUNCATE ON wipe TO app;
GRANT SELECT ON docs, floored TO support;
