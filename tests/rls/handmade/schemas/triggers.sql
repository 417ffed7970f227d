-- what: tenant set by triggers, generated columns, defaults, column grants, composite keys
-- tenant: tenant_id
-- identity: current_setting('app.t')
-- roles: app
-- tokens: t111 t222
-- session: 111 t111: SET app.t = '111'
-- session: 222 t222: SET app.t = '222'
-- expect: app: stamped SI isolated, stamped UD denied, defaulted S isolated, defaulted I isolated, generated S isolated, generated IUD isolated, composite SIUD isolated, lines SIUD isolated, onlysome S isolated, onlysome U isolated
CREATE TABLE stamped (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.tenant_id := current_setting('app.t')::int; RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT ON stamped FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TABLE defaulted (id int PRIMARY KEY, tenant_id int NOT NULL DEFAULT current_setting('app.t')::int, body text);
CREATE TABLE generated (id int PRIMARY KEY, key text NOT NULL, tenant_id text GENERATED ALWAYS AS (split_part(key, '/', 1)) STORED, body text);
CREATE TABLE composite (region text NOT NULL, tenant_id int NOT NULL, id int NOT NULL, body text, PRIMARY KEY (region, tenant_id, id));
CREATE TABLE lines (region text NOT NULL, tenant_id int NOT NULL, id int NOT NULL, n int, body text, FOREIGN KEY (region, tenant_id, id) REFERENCES composite);
CREATE TABLE onlysome (id int PRIMARY KEY, tenant_id int NOT NULL, body text, secret text);
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['stamped', 'defaulted', 'generated', 'composite', 'lines', 'onlysome'] LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); END LOOP; END $$;
CREATE POLICY r ON stamped FOR SELECT USING (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY w ON stamped FOR INSERT WITH CHECK (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY r ON defaulted USING (tenant_id = current_setting('app.t', true)::int);
CREATE POLICY r ON generated USING (tenant_id = current_setting('app.t', true));
CREATE POLICY r ON composite USING (tenant_id = current_setting('app.t', true)::int AND region = 'eu');
CREATE POLICY r ON lines USING (EXISTS (SELECT 1 FROM composite c WHERE c.region = lines.region AND c.tenant_id = lines.tenant_id AND c.id = lines.id));
CREATE POLICY r ON onlysome USING (tenant_id = current_setting('app.t', true)::int);
GRANT SELECT, INSERT ON stamped, defaulted TO app; GRANT SELECT, INSERT, UPDATE, DELETE ON generated, composite, lines TO app; GRANT SELECT (id, tenant_id, body), UPDATE (body) ON onlysome TO app;
SET app.t = '111'; INSERT INTO stamped (id, body) VALUES (1, 't111'); SET app.t = '222'; INSERT INTO stamped (id, body) VALUES (2, 't222'); RESET app.t;
INSERT INTO defaulted VALUES (1, 111, 't111'), (2, 222, 't222'); INSERT INTO generated (id, key, body) VALUES (1, '111/a', 't111'), (2, '222/a', 't222');
INSERT INTO composite VALUES ('eu', 111, 1, 't111'), ('eu', 222, 1, 't222'); INSERT INTO lines VALUES ('eu', 111, 1, 1, 't111'), ('eu', 222, 1, 1, 't222'); INSERT INTO onlysome VALUES (1, 111, 't111'), (2, 222, 't222');
