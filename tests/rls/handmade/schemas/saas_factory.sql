-- what: AWS SaaS factory: one pool, tenant context as uuid setting
-- tenant: tenant_id
-- identity: current_setting('app.current_tenant')
-- roles: app support
-- tokens: 11111111 22222222
-- session: 11111111-0000-0000-0000-000000000000: SET app.current_tenant = '11111111-0000-0000-0000-000000000000'
-- session: 22222222-0000-0000-0000-000000000000: SET app.current_tenant = '22222222-0000-0000-0000-000000000000'
-- expect: app: tenant SIUD isolated, tenant_user SIUD isolated, invoices SU isolated, invoices ID denied, audit S isolated, audit I isolated, audit UD denied
-- expect: app: tenant T denied, tenant_user T denied, invoices T denied, audit T denied, plans IUDT denied
-- expect: support: tenant S leak, tenant IUDT denied, tenant_user SIUDT denied, invoices SIUDT denied, audit SIUDT denied, plans SIUDT denied
CREATE TABLE tenant (tenant_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(255) UNIQUE,
  status varchar(64) CHECK (status IN ('active', 'suspended', 'disabled')), tier varchar(64));
CREATE TABLE tenant_user (user_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant ON DELETE RESTRICT, email varchar(255) NOT NULL UNIQUE, given_name varchar(255));
CREATE TABLE invoices (id bigserial PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenant, amount numeric(12, 2), paid bool DEFAULT false);
CREATE TABLE audit (id bigserial PRIMARY KEY, tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant')::uuid, what text);
CREATE TABLE plans (id int PRIMARY KEY, name text);
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY; ALTER TABLE tenant_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY; ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation_policy ON tenant USING (tenant_id = current_setting('app.current_tenant')::UUID);
CREATE POLICY support_reads ON tenant FOR SELECT TO support USING (status <> 'disabled');
CREATE POLICY tenant_user_isolation_policy ON tenant_user USING (tenant_id = current_setting('app.current_tenant')::UUID);
CREATE POLICY r ON invoices FOR SELECT USING (tenant_id::text = current_setting('app.current_tenant', true));
CREATE POLICY u ON invoices FOR UPDATE USING (tenant_id = nullif(current_setting('app.current_tenant', true), '')::uuid AND NOT paid)
  WITH CHECK (tenant_id = nullif(current_setting('app.current_tenant', true), '')::uuid);
CREATE POLICY a ON audit FOR SELECT USING (tenant_id = (SELECT current_setting('app.current_tenant', true)::uuid));
CREATE POLICY b ON audit FOR INSERT WITH CHECK (tenant_id = (SELECT current_setting('app.current_tenant', true)::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant, tenant_user, invoices TO app;
GRANT SELECT, INSERT ON audit TO app; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app;
GRANT SELECT ON plans TO app; GRANT SELECT ON tenant TO support;
INSERT INTO tenant VALUES ('11111111-0000-0000-0000-000000000000', 'one', 'active'), ('22222222-0000-0000-0000-000000000000', 'two', 'active');
INSERT INTO tenant_user (tenant_id, email) SELECT tenant_id, name || '@x' FROM tenant;
INSERT INTO invoices (tenant_id, amount) SELECT tenant_id, 5 FROM tenant;
INSERT INTO audit (tenant_id, what) SELECT tenant_id, 'x' FROM tenant;
INSERT INTO plans VALUES (1, 'free');
