-- step 30: flaws
-- What has gone wrong around tables that are right otherwise. flaws.toml names every flaw and its rule.
SET ROLE app_owner;

-- Indexes: a duplicate under another name, a prefix of a longer one, three values, a column that is mostly NULL.
CREATE INDEX comments_task_lookup ON app.comments (tenant_id, task_id);
CREATE INDEX idx_notifications_tenant_id ON app.notifications (tenant_id);
CREATE INDEX idx_support_tickets_channel ON app.support_tickets (channel);
CREATE INDEX idx_tasks_snoozed_until ON app.tasks (snoozed_until);

-- Added without looking at old rows, and never validated.
ALTER TABLE billing.invoices ADD CONSTRAINT invoices_due_on_check CHECK (issued_on <= due_on) NOT VALID;

-- Switched off for a migration, and never on again.
ALTER TABLE app.webhooks DISABLE TRIGGER touch_updated_at;

GRANT SELECT ON billing.plans TO PUBLIC;
RESET ROLE;

-- The import job owns its table, so that row level security does not bind it unless it is forced.
ALTER TABLE app.legacy_contacts OWNER TO nightly_import;

CREATE PUBLICATION warehouse FOR TABLE app.tasks, app.projects, billing.invoices, billing.payments;
