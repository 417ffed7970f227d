-- step 20: older rows
-- Rows: the tables that grew over the years.
INSERT INTO app.legacy_contacts (contact_no, tenant_id, full_name, email, phone1, phone2, tags, is_opted_in, created_at)
SELECT i, pg_temp.skewed(i, 111, 120), 'Contact ' || i, 'contact' || i || '@example.net',
       '+49 30 ' || pg_temp.pick(i, 112, 9999999), CASE WHEN i % 3 = 0 THEN '+49 40 ' || i END,
       (ARRAY['customer,vip', 'customer,newsletter', 'lead,fair,2019', 'partner,vip,newsletter'])[pg_temp.pick(i, 113, 4)],
       i % 2 = 0, now() - i * interval '1 hour'
FROM generate_series(1, 4000) AS i;

INSERT INTO app."userPreferences" ("userId", theme, "order")
SELECT i, CASE WHEN i % 3 = 0 THEN 'dark' ELSE 'light' END, i % 7 FROM generate_series(1, 2500) AS i;

SELECT setval('app.activities_id_seq', 1997159793);
INSERT INTO app.activities (tenant_id, actor, verb, created_at)
SELECT pg_temp.skewed(i, 116, 120), 'user-' || pg_temp.pick(i, 117, 3000),
       (ARRAY['created', 'closed', 'moved', 'commented'])[pg_temp.pick(i, 118, 4)], now() - (30000 - i) * interval '3 minutes'
FROM generate_series(1, 30000) AS i;

INSERT INTO app.sessions (user_id, ip_address, created_at)
SELECT pg_temp.pick(i, 119, 3000), ('10.' || i % 200 || '.' || i % 250 || '.' || i % 90)::inet, now() - i * interval '5 minutes'
FROM generate_series(1, 6000) AS i;

INSERT INTO app.task_watchers (task_id, tenant_id, user_id)
SELECT id, tenant_id, reporter_id FROM app.tasks WHERE id % 6 = 0;

INSERT INTO app.checklist_items (task_id, caption, is_done)
SELECT pg_temp.pick(i, 120, 40000), 'Step ' || i % 6, i % 2 = 0 FROM generate_series(1, 9000) AS i;

INSERT INTO app.saved_filters (tenant_id, project_id, name)
SELECT tenant_id, id, 'Open in ' || code FROM app.projects WHERE id % 4 = 0;

INSERT INTO app.support_tickets (tenant_id, number, project_id, assignee_id, channel, status, subject, created_at, updated_at)
SELECT project.tenant_id, i, project.id, project.lead_id, (enum_range(NULL::app.ticket_channel))[pg_temp.pick(i, 123, 3)],
       (ARRAY['new', 'open', 'closed'])[pg_temp.pick(i, 124, 3)], 'Question ' || i, now() - i * interval '2 hours', now() - i * interval '1 hour'
FROM generate_series(1, 3000) AS i JOIN app.projects AS project ON project.id = pg_temp.skewed(i, 125, 1200);

INSERT INTO billing.credit_notes (tenant_id, invoice_id, amount, reason)
SELECT tenant_id, id, round(total / 10, 2), 'Service credit' FROM billing.invoices WHERE id % 20 = 0 AND total > 0;

INSERT INTO billing.tax_rates (country_code, rate, valid_from, valid_to)
SELECT country, 0.19, make_date(year, 1, 1), make_date(year, 12, 31)
FROM unnest(ARRAY['DE', 'FR', 'GB', 'NL', 'PL', 'SE']) AS country, generate_series(2020, 2026) AS year;

INSERT INTO analytics.report_runs (tenant_id, report, parameters, duration_ms)
SELECT pg_temp.skewed(i, 101, 120), 'usage', json_build_object('days', i % 90), pg_temp.pick(i, 102, 9000)
FROM generate_series(1, 1500) AS i;
