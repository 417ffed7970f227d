-- what: a role for each tenant: current_user, session_user, schemas, pg_has_role
-- tenant: tenant
-- identity: current_user
-- roles: tenant_111 tenant_222
-- tokens: tenant_111 tenant_222
-- expect: tenant_111 tenant_222: data SIUD isolated, casted SIUD isolated, by_func SIUD isolated
-- expect: tenant_111: named SIUD isolated, shared S leak, shared IUD isolated
-- expect: tenant_222: named SIUD denied, shared S leak, shared IUD isolated
CREATE TABLE data (id int PRIMARY KEY, tenant name NOT NULL DEFAULT current_user, body text);
CREATE TABLE casted (id int PRIMARY KEY, tenant text NOT NULL, body text);
CREATE TABLE by_func (id int PRIMARY KEY, tenant text NOT NULL, body text);
CREATE TABLE named (id int PRIMARY KEY, tenant text NOT NULL, body text);
CREATE TABLE shared (id int PRIMARY KEY, tenant text NOT NULL, body text);
CREATE FUNCTION me() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_user::text $$;
ALTER TABLE data ENABLE ROW LEVEL SECURITY; ALTER TABLE casted ENABLE ROW LEVEL SECURITY; ALTER TABLE by_func ENABLE ROW LEVEL SECURITY; ALTER TABLE named ENABLE ROW LEVEL SECURITY; ALTER TABLE shared ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON data USING (tenant = current_user);
CREATE POLICY p ON casted USING (tenant = current_user::text);
CREATE POLICY p ON by_func USING (tenant = me());
CREATE POLICY p ON named TO tenant_111 USING (tenant = 'tenant_111');
CREATE POLICY p ON shared USING (tenant = CURRENT_USER); CREATE POLICY s ON shared FOR SELECT USING (id > 1);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tenant_111, tenant_222;
INSERT INTO data VALUES (1, 'tenant_111', 'x'), (2, 'tenant_222', 'y'), (3, 'tenant_111', 'z');
INSERT INTO casted SELECT * FROM data; INSERT INTO by_func SELECT * FROM data; INSERT INTO named SELECT * FROM data; INSERT INTO shared SELECT * FROM data;
