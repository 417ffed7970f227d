-- step 3: row level security
-- Row level security: on and forced on every tenant table, one policy that compares the tenant with the session.
SET ROLE app_owner;

DO $isolation$
DECLARE
    relation text;
    mine CONSTANT text := '(tenant_id = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::bigint))';
BEGIN
    FOREACH relation IN ARRAY ARRAY[
        'app.memberships', 'app.teams', 'app.team_members', 'app.feature_flag_overrides', 'app.notifications',
        'app.projects', 'app.sprints', 'app.tasks', 'app.task_assignees', 'app.task_dependencies', 'app.comments',
        'app.labels', 'app.task_labels', 'app.attachments', 'app.folders', 'app.invitations', 'app.webhooks',
        'app.webhook_deliveries', 'app.audit_log', 'app.oauth_tokens', 'app.announcements',
        'app.activities', 'app.task_watchers', 'app.legacy_contacts', 'billing.invoices', 'billing.invoice_lines',
        'billing.payments', 'billing.credit_notes', 'analytics.events', 'analytics.page_events',
        'analytics.metric_samples', 'analytics.daily_usage', 'analytics.report_runs'
    ] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
        EXECUTE format('CREATE POLICY tenant_isolation ON %s USING %s WITH CHECK %s', relation, mine, mine);
    END LOOP;
    -- The same through the helper function.
    FOREACH relation IN ARRAY ARRAY['app.api_keys', 'billing.subscriptions'] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
        EXECUTE format('CREATE POLICY tenant_isolation ON %s USING (tenant_id = (SELECT app.current_tenant_id()))'
                       ' WITH CHECK (tenant_id = (SELECT app.current_tenant_id()))', relation);
    END LOOP;
END
$isolation$;

-- The root: an organisation sees itself.
ALTER TABLE app.organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON app.organizations
    USING (id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint))
    WITH CHECK (id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));

-- People are seen by those who share an organisation with them. Signing up is the business of app_admin.
ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.users FORCE ROW LEVEL SECURITY;
CREATE POLICY members_see_each_other ON app.users FOR SELECT
    USING (EXISTS (SELECT FROM app.memberships AS member
                   WHERE member.user_id = users.id
                     AND member.tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint)));
CREATE POLICY members_change_each_other ON app.users FOR UPDATE
    USING (EXISTS (SELECT FROM app.memberships AS member
                   WHERE member.user_id = users.id
                     AND member.tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint)));

-- Forced was forgotten.
ALTER TABLE billing.payment_methods ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON billing.payment_methods
    USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));

-- current_setting() is called for every row.
ALTER TABLE app.time_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.time_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON app.time_entries
    USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);

-- The help desk: reads leak by channel, inserts are not checked, updates are open.
ALTER TABLE app.support_tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.support_tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY support_tickets_read ON app.support_tickets FOR SELECT
    USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint) OR channel = 'chat');
CREATE POLICY support_tickets_insert ON app.support_tickets FOR INSERT WITH CHECK (status = 'new');
CREATE POLICY support_tickets_update ON app.support_tickets FOR UPDATE USING (true);

RESET ROLE;
