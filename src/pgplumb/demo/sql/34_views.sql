-- step 13: views
-- Views ask with the rights of the caller where the server can (15 and later). Materialized views belong to a
-- role that row level security does not bind, since a refresh must see every organisation.
SET ROLE app_owner;

CREATE VIEW app.live_projects AS
SELECT id, tenant_id, code, name, status, lead_id, created_at, updated_at
FROM app.projects WHERE deleted_at IS NULL;

CREATE VIEW app.live_attachments AS
SELECT id, tenant_id, task_id, uploaded_by, file_name, content_type, size_bytes, created_at
FROM app.attachments WHERE deleted_at IS NULL;

CREATE VIEW app.open_tasks AS
SELECT task.id, task.tenant_id, task.project_id, project.name AS project_name, task.number, task.title,
       task.status, task.priority, task.due_on, task.due_on < current_date AS is_late
FROM app.tasks AS task
     JOIN app.projects AS project ON (project.tenant_id, project.id) = (task.tenant_id, task.project_id)
WHERE task.closed_at IS NULL AND project.deleted_at IS NULL;

CREATE VIEW analytics.daily_active_users AS
SELECT tenant_id, (occurred_at AT TIME ZONE 'UTC')::date AS day, count(DISTINCT actor_id) AS users
FROM analytics.events
GROUP BY tenant_id, (occurred_at AT TIME ZONE 'UTC')::date;

CREATE VIEW billing.invoice_balances AS
SELECT invoice.tenant_id, invoice.id AS invoice_id, invoice.number, invoice.total,
       invoice.total - coalesce(sum(payment.amount), 0) AS open_amount
FROM billing.invoices AS invoice
     LEFT JOIN billing.payments AS payment
         ON (payment.tenant_id, payment.invoice_id) = (invoice.tenant_id, invoice.id)
GROUP BY invoice.tenant_id, invoice.id, invoice.number, invoice.total;

DO $invoker$
BEGIN
    IF current_setting('server_version_num')::integer >= 150000 THEN
        ALTER VIEW app.live_projects SET (security_invoker = on);
        ALTER VIEW app.live_attachments SET (security_invoker = on);
        ALTER VIEW app.open_tasks SET (security_invoker = on);
        ALTER VIEW analytics.daily_active_users SET (security_invoker = on);
    END IF;
END
$invoker$;

RESET ROLE;
ALTER VIEW billing.invoice_balances OWNER TO app_admin;

CREATE MATERIALIZED VIEW analytics.project_activity AS
SELECT project.tenant_id, project.id AS project_id, count(task.id) AS tasks,
       count(task.closed_at) AS closed_tasks, max(task.updated_at) AS last_change
FROM app.projects AS project
     LEFT JOIN app.tasks AS task ON (task.tenant_id, task.project_id) = (project.tenant_id, project.id)
GROUP BY project.tenant_id, project.id;
CREATE UNIQUE INDEX project_activity_tenant_id_project_id_key ON analytics.project_activity (tenant_id, project_id);
ALTER MATERIALIZED VIEW analytics.project_activity OWNER TO app_admin;

CREATE MATERIALIZED VIEW analytics.tenant_revenue AS
SELECT tenant_id, date_trunc('month', issued_on)::date AS month, sum(total) AS billed
FROM billing.invoices
GROUP BY tenant_id, date_trunc('month', issued_on)::date;
CREATE UNIQUE INDEX tenant_revenue_tenant_id_month_key ON analytics.tenant_revenue (tenant_id, month);
ALTER MATERIALIZED VIEW analytics.tenant_revenue OWNER TO app_admin;
