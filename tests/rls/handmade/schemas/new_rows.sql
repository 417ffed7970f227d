-- what: what new rows have in columns that a role may not write or a view lacks; views of what is stored; regions by enum
-- tenant: tenant_id
-- identity: current_setting('app.t')
-- roles: app web
-- tokens: t111 t222
-- session: eu t111: SET app.t = 'eu'
-- session: us t222: SET app.t = 'us'
-- expect: app: drafts I denied; notes I isolated; given I leak; nobodys I leak; v_lacks I denied; v_nobodys I leak; regions SIUD isolated; labels SIUD isolated; listed SIUD isolated; loose S leak; held S denied; v_held S leak
-- expect: web: floored SIUD isolated; tall SIUD leak; parts SIUD isolated; parts_eu S denied
-- expect: app: floored SIUD leak; parts_eu S isolated
CREATE TYPE region AS ENUM ('eu', 'us');
CREATE FUNCTION mine() RETURNS region LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.t', true), '')::region $$;
CREATE TABLE drafts (id int, tenant_id region, note text, public bool NOT NULL DEFAULT false); CREATE TABLE notes (id int, tenant_id region NOT NULL DEFAULT nullif(current_setting('app.t', true), '')::region, note text);
CREATE TABLE given (id int, tenant_id region DEFAULT 'us', note text); CREATE TABLE nobodys (id int, tenant_id region, note text);
CREATE TABLE strict (id int NOT NULL, tenant_id region NOT NULL, note text); CREATE TABLE regions (id int PRIMARY KEY, tenant_id region, note text);
INSERT INTO drafts VALUES (1, 'eu', 't111'), (2, 'us', 't222'); INSERT INTO notes SELECT id, tenant_id, note FROM drafts; INSERT INTO given SELECT id, tenant_id, note FROM drafts; INSERT INTO nobodys SELECT id, tenant_id, note FROM drafts; INSERT INTO regions SELECT id, tenant_id, note FROM drafts;
CREATE TABLE labels AS SELECT * FROM regions; CREATE TABLE listed AS SELECT * FROM regions; CREATE TABLE loose AS SELECT * FROM regions; CREATE TABLE floored AS SELECT * FROM regions; CREATE TABLE tall AS SELECT * FROM regions;
CREATE TABLE parts (id int, tenant_id region, note text) PARTITION BY LIST (tenant_id); CREATE TABLE parts_eu PARTITION OF parts FOR VALUES IN ('eu'); CREATE TABLE parts_us PARTITION OF parts DEFAULT; INSERT INTO parts SELECT id, tenant_id, note FROM drafts;
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY string_to_array('drafts,notes,given,nobodys,regions,labels,listed,loose,floored,tall,parts,parts_eu', ',') LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); END LOOP; END $$;
GRANT INSERT (id, note) ON drafts, notes, given, nobodys TO app; CREATE POLICY p ON drafts USING (public OR tenant_id = mine()); CREATE POLICY p ON notes USING (true); CREATE POLICY p ON given USING (true); CREATE POLICY p ON nobodys USING (true);
CREATE VIEW v_lacks AS SELECT id, note FROM strict; CREATE VIEW v_nobodys AS SELECT id, note FROM nobodys; GRANT INSERT ON v_lacks, v_nobodys TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON regions, labels, listed, loose TO app; CREATE POLICY p ON regions USING (tenant_id = mine()); CREATE POLICY p ON labels USING (tenant_id::text = current_setting('app.t', true)); CREATE POLICY p ON listed USING (tenant_id IN (SELECT current_setting('app.t', true)::region)); CREATE POLICY p ON loose USING (tenant_id >= mine());
CREATE MATERIALIZED VIEW held AS SELECT * FROM regions; CREATE VIEW v_held AS SELECT * FROM held; GRANT SELECT ON v_held TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON floored, tall, parts TO app, web; GRANT SELECT ON parts_eu TO app; CREATE POLICY p ON floored USING (true); CREATE POLICY f ON floored AS RESTRICTIVE TO web USING (tenant_id = mine()); CREATE POLICY p ON tall USING (tenant_id = mine()); CREATE POLICY w ON tall TO web USING (tenant_id IS NOT NULL);
CREATE POLICY p ON parts USING (tenant_id = mine()); CREATE POLICY p ON parts_eu USING (tenant_id = mine());
