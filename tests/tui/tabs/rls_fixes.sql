-- Tables that leak, each in a way of its own, and what should be done about it.
CREATE ROLE app LOGIN;
CREATE ROLE app_owner;
CREATE ROLE owning LOGIN IN ROLE app_owner;

CREATE TABLE projects (id int PRIMARY KEY, tenant_id int NOT NULL);
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON projects USING (tenant_id = current_setting('app.tenant_id')::int);

CREATE TABLE flagged (id int, tenant_id int NOT NULL, is_public bool NOT NULL);
ALTER TABLE flagged ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON flagged USING (is_public OR (tenant_id = current_setting('app.tenant_id')::int AND id > 0));

CREATE TABLE mixed (id int, tenant_id int NOT NULL, hidden bool NOT NULL);
ALTER TABLE mixed ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON mixed USING (NOT hidden AND id > 0);

CREATE TABLE thefts (id int, tenant_id int NOT NULL);
ALTER TABLE thefts ENABLE ROW LEVEL SECURITY;
CREATE POLICY s ON thefts FOR SELECT USING (tenant_id = current_setting('app.tenant_id')::int);
CREATE POLICY w ON thefts FOR UPDATE USING (true)
    WITH CHECK (tenant_id = current_setting('app.tenant_id')::int);

CREATE TABLE gifts (id int, tenant_id int NOT NULL);
ALTER TABLE gifts ENABLE ROW LEVEL SECURITY;
CREATE POLICY w ON gifts FOR UPDATE USING (tenant_id = current_setting('app.tenant_id')::int) WITH CHECK (true);
CREATE POLICY a ON gifts FOR INSERT WITH CHECK (true);

CREATE TABLE unset (id int, tenant_id int);
ALTER TABLE unset ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON unset USING (current_setting('app.tenant_id', true) IS NULL
    OR tenant_id = current_setting('app.tenant_id', true)::int);

CREATE TABLE twice (id int, tenant_id int NOT NULL, is_public bool NOT NULL);
ALTER TABLE twice ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON twice USING (true);
CREATE POLICY other ON twice FOR SELECT USING (is_public);

CREATE TABLE bare (id int, tenant_id int NOT NULL);

CREATE TABLE "Odd ""bare""" (id int, "Tenant {id}" uuid NOT NULL);

CREATE TABLE tasks (id int PRIMARY KEY, project_id int NOT NULL REFERENCES projects);
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON tasks USING (true);

CREATE TABLE jobs (id int PRIMARY KEY, project_id int NOT NULL REFERENCES projects);
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON jobs USING (project_id IN (SELECT id FROM projects
    WHERE tenant_id = current_setting('app.tenant_id')::int));
CREATE TABLE steps (id int, job_id int NOT NULL REFERENCES jobs);

CREATE TABLE owned (id int, tenant_id int NOT NULL);
ALTER TABLE owned ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON owned USING (tenant_id = current_setting('app.tenant_id')::int);
ALTER TABLE owned OWNER TO app_owner;

CREATE TABLE ready (id int, tenant_id int NOT NULL);
CREATE POLICY p ON ready USING (tenant_id = current_setting('app.tenant_id')::int);

CREATE TABLE words (id int, word text);

CREATE TABLE members_of (id int PRIMARY KEY, tenant_id int NOT NULL);
CREATE TABLE notes (id int, member int NOT NULL REFERENCES members_of);

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
CREATE VIEW seen WITH (security_barrier) AS SELECT * FROM projects;
GRANT SELECT ON seen TO app;
GRANT TRUNCATE ON flagged TO app;
