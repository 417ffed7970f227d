-- step 2: tables that grew
-- What grew over the years: each table here is wrong on purpose. flaws.toml names every flaw and its rule.
SET ROLE app_owner;

-- Copied from a spreadsheet in the first year. It belongs to the import job, not to the owner (40_flaws.sql).
CREATE TABLE app.legacy_contacts (
    contact_no integer,
    tenant_id bigint NOT NULL,
    full_name varchar(255) NOT NULL,
    email text,
    phone1 text,
    phone2 text,
    phone3 text,
    tags text,
    is_opted_in boolean NOT NULL DEFAULT false,
    created_at timestamp
);

-- Written by a front-end team through an ORM that quotes everything.
CREATE TABLE app."userPreferences" (
    "userId" bigint PRIMARY KEY,
    theme text NOT NULL DEFAULT 'light',
    "order" integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- The activity feed of the first year: serial, 32 bits, and 93 % of them used.
CREATE TABLE app.activities (
    id serial PRIMARY KEY,
    tenant_id bigint NOT NULL,
    actor text NOT NULL,
    verb text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT activities_verb_check CHECK (verb IN ('created', 'closed', 'moved', 'commented'))
);

-- Sessions: updated at every request, and autovacuum was switched off "because it was slow".
CREATE TABLE app.sessions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL,
    ip_address inet NOT NULL,
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    request_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_enabled = false);

-- Watchers came late and in a hurry.
CREATE TABLE app.task_watchers (
    task_id integer NOT NULL,
    tenant_id bigint NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, user_id)
);

-- Check lists within a task: no tenant column, so that nothing can isolate them.
CREATE TABLE app.checklist_items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id bigint NOT NULL,
    caption text NOT NULL,
    is_done boolean NOT NULL DEFAULT false
);

-- Filters that people keep: row level security was forgotten.
CREATE TABLE app.saved_filters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    project_id bigint,
    name text NOT NULL,
    definition jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT saved_filters_tenant_id_name_key UNIQUE (tenant_id, name)
);

-- Help desk, bought with another company.
CREATE TYPE app.ticket_channel AS ENUM ('mail', 'chat', 'phone');

CREATE TABLE app.support_tickets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    number bigint NOT NULL,
    project_id bigint NOT NULL,
    assignee_id bigint NOT NULL,
    channel app.ticket_channel NOT NULL,
    status text NOT NULL,
    subject text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT support_tickets_tenant_id_number_key UNIQUE (tenant_id, number)
);

CREATE TABLE billing.credit_notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    amount double precision NOT NULL,
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT credit_notes_amount_check CHECK (amount > 0)
);

CREATE TABLE billing.tax_rates (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country_code char(2) NOT NULL,
    rate numeric(6, 4) NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tax_rates_rate_check CHECK (rate BETWEEN 0 AND 1)
);

CREATE TABLE analytics.report_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    report text NOT NULL,
    parameters json NOT NULL DEFAULT '{}',
    duration_ms integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT report_runs_duration_ms_check CHECK (duration_ms >= 0)
);

RESET ROLE;
