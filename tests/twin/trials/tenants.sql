-- A service for many tenants: row-level security, security definer functions, views with security_barrier and on other
-- views, SQL functions that inline, materialized views, citext, pg_trgm and unaccent, quoted and non-ASCII names, a
-- search_path of its own, planner settings of the database and of a role. About 300,000 rows.
CREATE SCHEMA app;
CREATE SCHEMA "Sales Ops";
CREATE SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION unaccent SCHEMA ext;
CREATE EXTENSION intarray SCHEMA ext;
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = app, "Sales Ops", ext', current_database());
    EXECUTE format('ALTER DATABASE %I SET work_mem = ''2MB''', current_database());
    EXECUTE format('ALTER DATABASE %I SET effective_cache_size = ''300MB''', current_database());
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'trial_clerk') THEN
        CREATE ROLE trial_owner NOLOGIN;
        CREATE ROLE trial_readers NOLOGIN;
        CREATE ROLE trial_clerk LOGIN IN ROLE trial_readers;
    END IF;
    EXECUTE format('ALTER ROLE trial_clerk IN DATABASE %I SET random_page_cost = 1.7', current_database());
    EXECUTE format('ALTER ROLE trial_clerk IN DATABASE %I SET enable_mergejoin = off', current_database());
    EXECUTE format('ALTER ROLE trial_clerk IN DATABASE %I SET app.tenant = ''7''', current_database());
END $$;
SET search_path = app, "Sales Ops", ext;
CREATE FUNCTION ext.plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT ext.unaccent('ext.unaccent', $1) $$;
CREATE FUNCTION app.tenant() RETURNS int LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.tenant', true), '')::int $$;
CREATE TABLE tenants (id int PRIMARY KEY, name citext NOT NULL, plan text NOT NULL, made timestamptz);
CREATE TABLE users (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, email citext NOT NULL, "Full Name" text NOT NULL,
    role text NOT NULL, last_seen timestamptz, prefs jsonb, UNIQUE (tenant_id, email));
CREATE TABLE projects (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, "größe" int, title text NOT NULL, archived boolean NOT NULL DEFAULT false);
CREATE TABLE tasks (id bigint PRIMARY KEY, tenant_id int NOT NULL, project_id int NOT NULL REFERENCES projects, assignee int REFERENCES users,
    status text NOT NULL, priority smallint NOT NULL, title text NOT NULL, body text, due date, tags int[], deleted_at timestamptz);
CREATE TABLE comments (id bigint PRIMARY KEY, tenant_id int NOT NULL, task_id bigint NOT NULL REFERENCES tasks ON DELETE CASCADE, author int NOT NULL, body text, at timestamptz NOT NULL);
CREATE TABLE "Sales Ops"."Aufträge" ("Nr." bigint PRIMARY KEY, tenant_id int NOT NULL, "Betrag €" numeric(10, 2), "Stand" text, "am" date);
CREATE TABLE secrets (tenant_id int PRIMARY KEY, token text);
CREATE TABLE members (tenant_id int, user_id int, level text, PRIMARY KEY (user_id, tenant_id));
INSERT INTO tenants SELECT i, 'Tenant ' || i, (ARRAY['free', 'free', 'free', 'pro', 'max'])[1 + i % 5], timestamptz '2020-01-01' + i * interval '1 day' FROM generate_series(1, 400) i;
INSERT INTO users SELECT i, 1 + (i * 7) % 400, 'User' || i || '@Example.com', (ARRAY['José', 'Ana', 'Łukasz', 'Zoë'])[1 + i % 4] || ' ' || md5(i::text), (ARRAY['member', 'member', 'admin'])[1 + i % 3],
    CASE WHEN i % 5 <> 0 THEN timestamptz '2024-06-01' - i * interval '7 min' END, jsonb_build_object('lang', (ARRAY['de', 'en'])[1 + i % 2]) FROM generate_series(1, 20000) i;
INSERT INTO projects SELECT i, 1 + i % 400, i % 100, 'Project ' || md5(i::text), i % 9 = 0 FROM generate_series(1, 6000) i;
INSERT INTO tasks SELECT i, 1 + p % 400, p, CASE WHEN i % 4 <> 0 THEN 1 + (i * 13) % 20000 END, (ARRAY['done', 'done', 'done', 'done', 'open', 'doing', 'blocked'])[1 + i % 7],
    i % 5, 'Task ' || md5((i % 30000)::text), repeat('text ', i % 60), date '2024-01-01' + i % 400, ARRAY[i % 50, i % 7], CASE WHEN i % 25 = 0 THEN timestamptz '2024-05-05' END
    FROM (SELECT i, 1 + ((i::bigint * i) % 6000)::int AS p FROM generate_series(1, 120000) i) s;
INSERT INTO comments SELECT i, 1 + ((t::bigint * t) % 6000 + 1) % 400, t, 1 + i % 20000, 'comment ' || i, timestamptz '2024-01-01' + i * interval '2 min' FROM (SELECT i, 1 + (i * 17) % 120000 AS t FROM generate_series(1, 130000) i) s;
INSERT INTO "Sales Ops"."Aufträge" SELECT i, 1 + i % 400, i % 997, (ARRAY['bezahlt', 'offen', 'gemahnt'])[1 + (i % 20) / 9], date '2023-01-01' + i / 50 FROM generate_series(1, 25000) i;
INSERT INTO secrets SELECT i, md5(i::text) FROM generate_series(1, 400) i;
INSERT INTO members SELECT 1 + (i * j) % 400, i, 'member' FROM generate_series(1, 5000) i, generate_series(1, 2) j ON CONFLICT DO NOTHING;
CREATE INDEX users_name_trgm ON users USING gin ("Full Name" gin_trgm_ops);
CREATE INDEX users_plain ON users (ext.plain("Full Name") text_pattern_ops);
CREATE INDEX users_email ON users (email);
CREATE INDEX users_seen ON users (tenant_id, last_seen DESC NULLS LAST);
CREATE INDEX tasks_open ON tasks (tenant_id, priority DESC, due) WHERE status <> 'done' AND deleted_at IS NULL;
CREATE INDEX tasks_project ON tasks (project_id, status);
CREATE INDEX tasks_assignee ON tasks (assignee) WHERE assignee IS NOT NULL;
CREATE INDEX tasks_title ON tasks USING gist (title gist_trgm_ops);
CREATE INDEX tasks_tags ON tasks USING gin (tags gin__int_ops);
CREATE INDEX tasks_search ON tasks USING gin (to_tsvector('simple', title));
CREATE INDEX comments_task ON comments (task_id, at);
CREATE INDEX comments_tenant ON comments (tenant_id);
CREATE INDEX projects_tenant ON projects (tenant_id) WHERE NOT archived;
CREATE INDEX "Aufträge nach Stand" ON "Sales Ops"."Aufträge" ("Stand", "am");
CREATE STATISTICS tasks_status ON tenant_id, project_id FROM tasks;
CREATE STATISTICS tasks_mcv (mcv) ON status, priority FROM tasks;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE comments FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks USING (tenant_id = app.tenant());
CREATE POLICY alive ON tasks AS RESTRICTIVE FOR SELECT USING (deleted_at IS NULL);
CREATE POLICY own ON users USING (tenant_id = (SELECT app.tenant()) OR id IN (SELECT user_id FROM members m WHERE m.tenant_id = app.tenant()));
CREATE POLICY own ON comments USING (EXISTS (SELECT FROM tasks t WHERE t.id = comments.task_id AND t.tenant_id = app.tenant()));
CREATE FUNCTION app.open_tasks(int) RETURNS SETOF tasks LANGUAGE sql STABLE AS $$ SELECT * FROM app.tasks WHERE tenant_id = $1 AND status <> 'done' AND deleted_at IS NULL $$;
CREATE FUNCTION app.secret_of(int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT token FROM app.secrets WHERE tenant_id = $1 $$;
CREATE FUNCTION app.score(int, smallint) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT $1 * 10 + $2 $$;
CREATE FUNCTION app.weight(t text) RETURNS int LANGUAGE plpgsql STABLE COST 500 AS $$ BEGIN RETURN length(t); END $$;
CREATE VIEW active WITH (security_barrier) AS SELECT * FROM tasks WHERE deleted_at IS NULL;
CREATE VIEW board AS SELECT a.*, p.title AS project, u."Full Name" AS who FROM active a JOIN projects p ON p.id = a.project_id LEFT JOIN users u ON u.id = a.assignee;
CREATE VIEW "Sales Ops"."Offene" AS SELECT "Nr.", "Betrag €", t.name FROM "Sales Ops"."Aufträge" f JOIN tenants t ON t.id = f.tenant_id WHERE "Stand" = 'offen';
CREATE VIEW per_project AS SELECT project_id, status, count(*) AS n, max(due) AS last FROM tasks GROUP BY 1, 2;
DO $$ BEGIN
    IF current_setting('server_version_num')::int >= 150000 THEN
        EXECUTE 'CREATE VIEW app.invoked WITH (security_invoker) AS SELECT id, tenant_id, title, status FROM app.tasks WHERE priority > 2';
    ELSE
        EXECUTE 'CREATE VIEW app.invoked AS SELECT id, tenant_id, title, status FROM app.tasks WHERE priority > 2';
    END IF;
END $$;
CREATE MATERIALIZED VIEW totals AS SELECT tenant_id, status, count(*) AS n, avg(priority) AS p FROM tasks GROUP BY 1, 2;
CREATE INDEX totals_tenant ON totals (tenant_id);
CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM tasks WITH NO DATA;
ALTER TABLE tasks OWNER TO trial_owner;
ALTER TABLE users OWNER TO trial_owner;
ALTER TABLE comments OWNER TO trial_owner;
ALTER TABLE members OWNER TO trial_owner;
GRANT USAGE ON SCHEMA app, "Sales Ops", ext TO trial_readers, trial_owner;
GRANT SELECT ON tenants, projects, "Sales Ops"."Aufträge", board, "Sales Ops"."Offene", per_project, app.invoked, totals, members, active TO trial_readers;
GRANT SELECT ON projects, users TO trial_owner;
GRANT SELECT, UPDATE, DELETE ON tasks TO trial_readers;
GRANT SELECT ON comments TO trial_readers;
GRANT SELECT (id, tenant_id, email, "Full Name") ON users TO trial_readers;
VACUUM ANALYZE;
