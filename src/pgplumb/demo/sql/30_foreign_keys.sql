-- step 32: foreign keys
-- Foreign keys, after the rows so that each is checked in one pass.
SET ROLE app_owner;

-- Every tenant table points at its organisation.
DO $tenant_keys$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY[
        'app.memberships', 'app.teams', 'app.invitations', 'app.feature_flag_overrides', 'app.api_keys',
        'app.oauth_tokens', 'app.announcements', 'app.projects', 'app.labels', 'app.folders', 'app.webhooks',
        'app.activities', 'app.saved_filters', 'analytics.report_runs',
        'billing.subscriptions', 'billing.payment_methods', 'analytics.events', 'analytics.page_events',
        'analytics.daily_usage', 'analytics.metric_samples'
    ] LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (tenant_id)'
                       ' REFERENCES app.organizations (id) ON DELETE RESTRICT',
                       relation, split_part(relation, '.', 2) || '_tenant_id_fkey');
    END LOOP;
END
$tenant_keys$;

ALTER TABLE app.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES app.users (id) ON DELETE CASCADE;
ALTER TABLE app.team_members
    ADD CONSTRAINT team_members_tenant_id_team_id_fkey
        FOREIGN KEY (tenant_id, team_id) REFERENCES app.teams (tenant_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT team_members_tenant_id_user_id_fkey
        FOREIGN KEY (tenant_id, user_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE app.invitations
    ADD CONSTRAINT invitations_tenant_id_invited_by_fkey
        FOREIGN KEY (tenant_id, invited_by) REFERENCES app.memberships (tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE app.feature_flag_overrides
    ADD CONSTRAINT feature_flag_overrides_feature_flag_id_fkey
        FOREIGN KEY (feature_flag_id) REFERENCES app.feature_flags (id) ON DELETE CASCADE;
ALTER TABLE app.notifications
    ADD CONSTRAINT notifications_tenant_id_user_id_fkey
        FOREIGN KEY (tenant_id, user_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE app.projects
    ADD CONSTRAINT projects_tenant_id_lead_id_fkey
        FOREIGN KEY (tenant_id, lead_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE RESTRICT;
ALTER TABLE app.sprints
    ADD CONSTRAINT sprints_tenant_id_project_id_fkey
        FOREIGN KEY (tenant_id, project_id) REFERENCES app.projects (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE app.tasks
    ADD CONSTRAINT tasks_tenant_id_project_id_fkey
        FOREIGN KEY (tenant_id, project_id) REFERENCES app.projects (tenant_id, id) ON DELETE RESTRICT,
    ADD CONSTRAINT tasks_tenant_id_reporter_id_fkey
        FOREIGN KEY (tenant_id, reporter_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE RESTRICT;
ALTER TABLE app.task_assignees
    ADD CONSTRAINT task_assignees_tenant_id_task_id_fkey
        FOREIGN KEY (tenant_id, task_id) REFERENCES app.tasks (tenant_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT task_assignees_tenant_id_user_id_fkey
        FOREIGN KEY (tenant_id, user_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE CASCADE;
ALTER TABLE app.task_dependencies
    ADD CONSTRAINT task_dependencies_tenant_id_task_id_fkey
        FOREIGN KEY (tenant_id, task_id) REFERENCES app.tasks (tenant_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT task_dependencies_tenant_id_depends_on_id_fkey
        FOREIGN KEY (tenant_id, depends_on_id) REFERENCES app.tasks (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE app.comments
    ADD CONSTRAINT comments_tenant_id_task_id_fkey
        FOREIGN KEY (tenant_id, task_id) REFERENCES app.tasks (tenant_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT comments_tenant_id_author_id_fkey
        FOREIGN KEY (tenant_id, author_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE RESTRICT;
ALTER TABLE app.task_labels
    ADD CONSTRAINT task_labels_tenant_id_task_id_fkey
        FOREIGN KEY (tenant_id, task_id) REFERENCES app.tasks (tenant_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT task_labels_tenant_id_label_id_fkey
        FOREIGN KEY (tenant_id, label_id) REFERENCES app.labels (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE app.attachments
    ADD CONSTRAINT attachments_tenant_id_task_id_fkey
        FOREIGN KEY (tenant_id, task_id) REFERENCES app.tasks (tenant_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT attachments_tenant_id_uploaded_by_fkey
        FOREIGN KEY (tenant_id, uploaded_by) REFERENCES app.memberships (tenant_id, user_id) ON DELETE RESTRICT;
ALTER TABLE app.time_entries
    ADD CONSTRAINT time_entries_tenant_id_task_id_fkey
        FOREIGN KEY (tenant_id, task_id) REFERENCES app.tasks (tenant_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT time_entries_tenant_id_user_id_fkey
        FOREIGN KEY (tenant_id, user_id) REFERENCES app.memberships (tenant_id, user_id) ON DELETE RESTRICT;
ALTER TABLE app.folders
    ADD CONSTRAINT folders_tenant_id_parent_id_fkey
        FOREIGN KEY (tenant_id, parent_id) REFERENCES app.folders (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE app.help_articles
    ADD CONSTRAINT help_articles_parent_id_fkey
        FOREIGN KEY (parent_id) REFERENCES app.help_articles (id) ON DELETE CASCADE;
ALTER TABLE app.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_tenant_id_webhook_id_fkey
        FOREIGN KEY (tenant_id, webhook_id) REFERENCES app.webhooks (tenant_id, id) ON DELETE CASCADE;

ALTER TABLE billing.plans
    ADD CONSTRAINT plans_currency_id_fkey
        FOREIGN KEY (currency_id) REFERENCES billing.currencies (id) ON DELETE RESTRICT;
ALTER TABLE billing.subscriptions
    ADD CONSTRAINT subscriptions_plan_id_fkey
        FOREIGN KEY (plan_id) REFERENCES billing.plans (id) ON DELETE RESTRICT;
ALTER TABLE billing.invoices
    ADD CONSTRAINT invoices_tenant_id_subscription_id_fkey
        FOREIGN KEY (tenant_id, subscription_id) REFERENCES billing.subscriptions (tenant_id, id) ON DELETE RESTRICT,
    ADD CONSTRAINT invoices_currency_id_fkey
        FOREIGN KEY (currency_id) REFERENCES billing.currencies (id) ON DELETE RESTRICT;
ALTER TABLE billing.invoice_lines
    ADD CONSTRAINT invoice_lines_tenant_id_invoice_id_fkey
        FOREIGN KEY (tenant_id, invoice_id) REFERENCES billing.invoices (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE billing.payments
    ADD CONSTRAINT payments_tenant_id_invoice_id_fkey
        FOREIGN KEY (tenant_id, invoice_id) REFERENCES billing.invoices (tenant_id, id) ON DELETE RESTRICT;

-- The ones that grew.
ALTER TABLE app.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES app.users (id) ON DELETE CASCADE;
ALTER TABLE app."userPreferences"
    ADD CONSTRAINT "userPreferences_userId_fkey" FOREIGN KEY ("userId") REFERENCES app.users (id) ON DELETE CASCADE;
ALTER TABLE app.task_watchers
    ADD CONSTRAINT task_watchers_task_id_fkey FOREIGN KEY (task_id) REFERENCES app.tasks (id) ON DELETE CASCADE,
    ADD CONSTRAINT task_watchers_user_id_fkey FOREIGN KEY (user_id) REFERENCES app.users (id) ON DELETE CASCADE;
ALTER TABLE app.checklist_items
    ADD CONSTRAINT checklist_items_task_id_fkey FOREIGN KEY (task_id) REFERENCES app.tasks (id) ON DELETE CASCADE;
ALTER TABLE app.support_tickets
    ADD CONSTRAINT support_tickets_tenant_id_project_id_fkey
        FOREIGN KEY (tenant_id, project_id) REFERENCES app.projects (tenant_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT support_tickets_assignee_id_fkey
        FOREIGN KEY (assignee_id) REFERENCES app.users (id) ON DELETE SET NULL;
ALTER TABLE billing.credit_notes
    ADD CONSTRAINT credit_notes_tenant_id_invoice_id_fkey
        FOREIGN KEY (tenant_id, invoice_id) REFERENCES billing.invoices (tenant_id, id);

RESET ROLE;
