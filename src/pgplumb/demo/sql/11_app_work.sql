-- step 2: tables
-- Projects, tasks and everything that hangs on them. Keys between tenant tables carry the tenant.
SET ROLE app_owner;

CREATE TYPE app.task_status AS ENUM ('backlog', 'todo', 'in_progress', 'in_review', 'done', 'cancelled');

CREATE TABLE app.projects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'active',
    lead_id bigint NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT projects_tenant_id_id_key UNIQUE (tenant_id, id),
    CONSTRAINT projects_status_check CHECK (status IN ('planned', 'active', 'paused', 'finished')),
    CONSTRAINT projects_deleted_at_check CHECK (deleted_at >= created_at)
);

CREATE TABLE app.sprints (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    project_id bigint NOT NULL,
    name text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sprints_ends_on_check CHECK (starts_on <= ends_on),
    CONSTRAINT sprints_project_id_daterange_excl
        EXCLUDE USING gist (project_id WITH OPERATOR (pg_catalog.=), daterange(starts_on, ends_on, '[]') WITH &&)
);

CREATE TABLE app.tasks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    project_id bigint NOT NULL,
    reporter_id bigint NOT NULL,
    number integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL DEFAULT '',
    status app.task_status NOT NULL DEFAULT 'backlog',
    priority smallint NOT NULL DEFAULT 3,
    is_blocked boolean NOT NULL DEFAULT false,
    due_on date,
    estimate_hours numeric(6, 2),
    snoozed_until timestamptz,
    closed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    search tsvector NOT NULL
        GENERATED ALWAYS AS (to_tsvector('pg_catalog.english', title || ' ' || body)) STORED,
    CONSTRAINT tasks_tenant_id_id_key UNIQUE (tenant_id, id),
    CONSTRAINT tasks_tenant_id_project_id_number_key UNIQUE (tenant_id, project_id, number),
    CONSTRAINT tasks_number_check CHECK (number > 0),
    CONSTRAINT tasks_priority_check CHECK (priority BETWEEN 1 AND 5),
    CONSTRAINT tasks_estimate_hours_check CHECK (estimate_hours >= 0)
) WITH (fillfactor = 90);

CREATE TABLE app.task_assignees (
    tenant_id bigint NOT NULL,
    task_id bigint NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, task_id, user_id)
);

CREATE TABLE app.task_dependencies (
    tenant_id bigint NOT NULL,
    task_id bigint NOT NULL,
    depends_on_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, task_id, depends_on_id),
    CONSTRAINT task_dependencies_depends_on_id_check CHECK (task_id <> depends_on_id)
);

CREATE TABLE app.comments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    task_id bigint NOT NULL,
    author_id bigint NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE app.labels (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    name text NOT NULL,
    color text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT labels_tenant_id_id_key UNIQUE (tenant_id, id),
    CONSTRAINT labels_tenant_id_name_key UNIQUE (tenant_id, name),
    CONSTRAINT labels_color_check CHECK (color ~ '^#[0-9a-f]{6}$')
);

CREATE TABLE app.task_labels (
    tenant_id bigint NOT NULL,
    task_id bigint NOT NULL,
    label_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, task_id, label_id)
);

CREATE TABLE app.attachments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    task_id bigint NOT NULL,
    uploaded_by bigint NOT NULL,
    file_name text NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint NOT NULL,
    checksum bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT attachments_tenant_id_task_id_file_name_key UNIQUE (tenant_id, task_id, file_name),
    CONSTRAINT attachments_content_type_check CHECK (content_type LIKE '%_/_%'),
    CONSTRAINT attachments_size_bytes_check CHECK (size_bytes >= 0),
    CONSTRAINT attachments_deleted_at_check CHECK (deleted_at >= created_at)
);

CREATE TABLE app.time_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    task_id bigint NOT NULL,
    user_id bigint NOT NULL,
    note text NOT NULL DEFAULT '',
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT time_entries_ended_at_check CHECK (started_at <= ended_at),
    CONSTRAINT time_entries_user_id_tstzrange_excl
        EXCLUDE USING gist (user_id WITH OPERATOR (pg_catalog.=), tstzrange(started_at, ended_at) WITH &&)
);

CREATE TABLE app.folders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    parent_id bigint,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT folders_tenant_id_id_key UNIQUE (tenant_id, id)
);

CREATE TABLE app.webhooks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    url text NOT NULL,
    event_names text[] NOT NULL DEFAULT '{}',
    is_enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhooks_tenant_id_id_key UNIQUE (tenant_id, id),
    CONSTRAINT webhooks_url_check CHECK (url LIKE 'https://%')
);

CREATE TABLE app.webhook_deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    webhook_id bigint NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    attempts smallint NOT NULL DEFAULT 0,
    response_code smallint,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('pending', 'delivered', 'failed')),
    CONSTRAINT webhook_deliveries_attempts_check CHECK (attempts >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 90);

CREATE TABLE app.audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    actor text NOT NULL,
    object_name text NOT NULL,
    action text NOT NULL,
    changes jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT audit_log_action_check CHECK (action IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'))
);

RESET ROLE;
