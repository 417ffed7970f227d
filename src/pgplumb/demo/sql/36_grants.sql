-- step 1: grants
-- Grants, to groups only. Partitions get none: they are read through their roots.
SET ROLE app_owner;

GRANT USAGE ON SCHEMA app, billing TO app_user, app_worker, app_readonly, app_admin;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_user, app_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO app_readonly;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_admin;
ALTER DEFAULT PRIVILEGES IN SCHEMA billing GRANT SELECT ON TABLES TO app_user, app_readonly, app_admin;

GRANT SELECT, INSERT, UPDATE, DELETE ON
    app.memberships, app.teams, app.team_members, app.invitations, app.feature_flag_overrides, app.notifications,
    app.api_keys, app.projects, app.sprints, app.tasks, app.task_assignees, app.task_dependencies, app.comments,
    app.labels, app.task_labels, app.attachments, app.time_entries, app.folders, app.webhooks,
    app.live_projects, app.live_attachments, app.announcements, app."userPreferences", app.sessions,
    app.task_watchers, app.checklist_items, app.saved_filters, app.support_tickets
    TO app_user;
GRANT SELECT, UPDATE ON app.organizations TO app_user;
GRANT SELECT (id, email, full_name, locale, time_zone, is_active, last_seen_at, created_at, updated_at),
      UPDATE (full_name, locale, time_zone, last_seen_at) ON app.users TO app_user, app_worker;
GRANT SELECT ON app.feature_flags, app.open_tasks, app.webhook_deliveries, app.activities, app.help_articles,
    app.audit_log TO app_user;
GRANT SELECT, INSERT, UPDATE ON billing.subscriptions, billing.payment_methods, billing.credit_notes TO app_user;
GRANT SELECT ON billing.currencies, billing.invoices, billing.invoice_lines, billing.payments,
    billing.coupons, billing.tax_rates TO app_user;
GRANT EXECUTE ON FUNCTION billing.member_count(bigint) TO app_user;

GRANT SELECT ON app.organizations, app.feature_flags, app.projects, app.tasks, app.webhooks, app.memberships TO app_worker;
GRANT UPDATE ON app.tasks TO app_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.notifications, app.webhook_deliveries,
    app.activities, app.sessions TO app_worker;
GRANT USAGE ON SEQUENCE app.activities_id_seq TO app_worker;
GRANT SELECT, INSERT, UPDATE ON billing.invoices, billing.invoice_lines, billing.payments TO app_worker;
GRANT SELECT ON billing.subscriptions, billing.currencies TO app_worker;
-- The worker prunes the audit log, and may therefore rewrite it.
GRANT SELECT, INSERT, UPDATE, DELETE ON app.audit_log TO app_worker;
GRANT SELECT (id, tenant_id, provider, created_at, updated_at) ON app.oauth_tokens TO app_worker;

GRANT SELECT ON app.organizations, app.projects, app.sprints, app.tasks, app.task_assignees, app.comments, app.labels,
    app.task_labels, app.time_entries, app.open_tasks, app.live_projects, app.activities,
    app.memberships, billing.subscriptions, billing.invoices, billing.invoice_lines, billing.payments TO app_readonly;

RESET ROLE;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app, billing TO app_admin;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA app, billing TO app_admin;
GRANT USAGE ON SCHEMA analytics TO app_user, app_worker, app_readonly, app_admin;
GRANT SELECT ON analytics.events, analytics.page_events, analytics.daily_usage, analytics.metric_samples,
    analytics.report_runs, analytics.daily_active_users TO app_readonly;
GRANT SELECT, INSERT, DELETE ON analytics.events, analytics.page_events, analytics.metric_samples TO app_worker;
GRANT SELECT, INSERT, UPDATE ON analytics.daily_usage, analytics.report_runs TO app_worker;
GRANT SELECT ON analytics.daily_usage TO app_user;
GRANT SELECT ON billing.invoice_balances TO app_user, app_readonly;
