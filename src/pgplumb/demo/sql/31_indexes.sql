-- step 62: indexes
-- Indexes beside those of keys: led by the tenant, partial where rows are deleted softly, GIN for documents.
SET ROLE app_owner;

CREATE UNIQUE INDEX uq_users_lower_email ON app.users (lower(email));
CREATE INDEX idx_organizations_settings ON app.organizations USING gin (settings jsonb_path_ops);
CREATE INDEX idx_memberships_user_id ON app.memberships (user_id);
CREATE INDEX idx_team_members_tenant_id_user_id ON app.team_members (tenant_id, user_id);
CREATE INDEX idx_invitations_tenant_id_invited_by ON app.invitations (tenant_id, invited_by);
CREATE INDEX idx_feature_flag_overrides_feature_flag_id ON app.feature_flag_overrides (feature_flag_id);
CREATE INDEX idx_notifications_tenant_id_user_id_created_at ON app.notifications (tenant_id, user_id, created_at);

CREATE UNIQUE INDEX uq_projects_tenant_id_code ON app.projects (tenant_id, code) WHERE deleted_at IS NULL;
CREATE INDEX idx_projects_tenant_id_name ON app.projects (tenant_id, name) WHERE deleted_at IS NULL;
CREATE INDEX idx_projects_name ON app.projects USING gin (name extensions.gin_trgm_ops);
CREATE INDEX idx_projects_settings ON app.projects USING gin (settings jsonb_path_ops);
CREATE INDEX idx_projects_tenant_id_lead_id ON app.projects (tenant_id, lead_id);
CREATE INDEX idx_sprints_tenant_id_project_id ON app.sprints (tenant_id, project_id);
CREATE INDEX idx_tasks_tenant_id_reporter_id ON app.tasks (tenant_id, reporter_id);
CREATE INDEX idx_tasks_tenant_id_due_on ON app.tasks (tenant_id, due_on) WHERE closed_at IS NULL;
CREATE INDEX idx_tasks_search ON app.tasks USING gin (search);
CREATE INDEX idx_task_assignees_tenant_id_user_id ON app.task_assignees (tenant_id, user_id);
CREATE INDEX idx_task_dependencies_tenant_id_depends_on_id ON app.task_dependencies (tenant_id, depends_on_id);
CREATE INDEX idx_comments_tenant_id_task_id ON app.comments (tenant_id, task_id);
CREATE INDEX idx_comments_tenant_id_author_id ON app.comments (tenant_id, author_id);
CREATE INDEX idx_task_labels_tenant_id_label_id ON app.task_labels (tenant_id, label_id);
CREATE INDEX idx_attachments_tenant_id_uploaded_by ON app.attachments (tenant_id, uploaded_by);
CREATE INDEX idx_time_entries_tenant_id_task_id ON app.time_entries (tenant_id, task_id);
CREATE INDEX idx_time_entries_tenant_id_user_id ON app.time_entries (tenant_id, user_id);
CREATE INDEX idx_folders_tenant_id_parent_id ON app.folders (tenant_id, parent_id);
CREATE INDEX idx_webhooks_event_names ON app.webhooks USING gin (event_names);
CREATE INDEX idx_webhook_deliveries_tenant_id_webhook_id ON app.webhook_deliveries (tenant_id, webhook_id);
CREATE INDEX idx_audit_log_tenant_id_created_at ON app.audit_log (tenant_id, created_at);
CREATE INDEX idx_audit_log_created_at ON app.audit_log USING brin (created_at);

CREATE INDEX idx_plans_currency_id ON billing.plans (currency_id);
CREATE INDEX idx_subscriptions_plan_id ON billing.subscriptions (plan_id);
CREATE INDEX idx_invoices_tenant_id_subscription_id ON billing.invoices (tenant_id, subscription_id);
CREATE INDEX idx_invoices_currency_id ON billing.invoices (currency_id);
CREATE INDEX idx_payments_tenant_id_invoice_id ON billing.payments (tenant_id, invoice_id);
CREATE INDEX idx_payment_methods_tenant_id ON billing.payment_methods (tenant_id);

CREATE INDEX idx_events_name_occurred_at ON analytics.events (name, occurred_at);
CREATE INDEX idx_sessions_user_id ON app.sessions (user_id);
CREATE INDEX idx_support_tickets_assignee_id ON app.support_tickets (assignee_id);
CREATE INDEX idx_support_tickets_tenant_id_project_id ON app.support_tickets (tenant_id, project_id);
CREATE INDEX idx_legacy_contacts_tenant_id ON app.legacy_contacts (tenant_id);
CREATE INDEX idx_announcements_tenant_id ON app.announcements (tenant_id);
CREATE INDEX idx_help_articles_parent_id ON app.help_articles (parent_id);
CREATE INDEX idx_help_articles_search ON app.help_articles USING gin (search);
CREATE INDEX idx_activities_tenant_id_created_at ON app.activities (tenant_id, created_at);
CREATE INDEX idx_task_watchers_tenant_id ON app.task_watchers (tenant_id);
CREATE INDEX idx_report_runs_tenant_id ON analytics.report_runs (tenant_id);

RESET ROLE;
