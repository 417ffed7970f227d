-- step 4: projects
-- Rows: projects, tasks, comments and the rest of the daily work.
INSERT INTO app.projects (tenant_id, code, name, description, status, lead_id, settings, created_at, updated_at, deleted_at)
SELECT tenant_id, 'P' || i,
       (ARRAY['Website', 'Mobile app', 'Warehouse', 'Onboarding', 'Billing', 'Search', 'Reporting', 'Hiring'])[pg_temp.pick(i, 21, 8)]
           || ' ' || (2020 + i % 6),
       'Everything about project ' || i,
       (ARRAY['planned', 'active', 'active', 'active', 'paused', 'finished'])[pg_temp.pick(i, 22, 6)],
       users[pg_temp.pick(i, 23, n)],
       jsonb_build_object('board', jsonb_build_object('columns', i % 5 + 3), 'color', '#' || left(md5(i::text), 6)),
       now() - interval '800 days', now() - pg_temp.draw(i, 24) * interval '90 days',
       CASE WHEN i % 9 = 0 THEN now() - pg_temp.draw(i, 25) * interval '60 days' END
FROM generate_series(1, 1200) AS i
     JOIN people ON people.tenant_id = CASE WHEN i <= 120 THEN i ELSE pg_temp.skewed(i, 26, 120) END
ORDER BY i;

INSERT INTO app.sprints (tenant_id, project_id, name, starts_on, ends_on)
SELECT tenant_id, id, 'Sprint ' || k, current_date - 14 * k, current_date - 14 * k + 13
FROM app.projects, generate_series(1, 2) AS k;

-- step 65: tasks
INSERT INTO app.tasks (tenant_id, project_id, reporter_id, number, title, body, status, priority, is_blocked,
                       due_on, estimate_hours, snoozed_until, closed_at, created_at, updated_at)
SELECT project.tenant_id, project.id, people.users[pg_temp.pick(i, 31, people.n)],
       row_number() OVER (PARTITION BY project.id ORDER BY i),
       (ARRAY['Fix', 'Add', 'Remove', 'Rename', 'Speed up', 'Document', 'Test', 'Review', 'Design', 'Translate'])[pg_temp.pick(i, 32, 10)]
           || ' the '
           || (ARRAY['login page', 'export', 'invoice mail', 'search index', 'time sheet', 'calendar', 'board', 'settings form', 'import', 'report'])[pg_temp.pick(i, 33, 10)],
       (ARRAY['A customer asked for this on the phone.', 'Seen in production last week.', 'Blocks the next release.', 'See the discussion in the team chat.'])[pg_temp.pick(i, 34, 4)],
       (enum_range(NULL::app.task_status))[state], pg_temp.pick(i, 36, 5), pg_temp.draw(i, 37) < 0.03,
       CASE WHEN pg_temp.draw(i, 38) < 0.6 THEN (made + interval '30 days')::date + pg_temp.pick(i, 39, 300) END,
       pg_temp.pick(i, 40, 32) / 2.0,
       CASE WHEN pg_temp.draw(i, 41) < 0.02 THEN now() + i % 90 * interval '1 hour' END,
       CASE WHEN state >= 5 THEN made + interval '5 days' END,
       made, made + interval '2 days'
FROM generate_series(1, 40000) AS i
     JOIN app.projects AS project ON project.id = pg_temp.skewed(i, 30, 1200)
     JOIN people ON people.tenant_id = project.tenant_id,
     LATERAL (SELECT now() - (40000 - i) * interval '25 minutes' AS made, pg_temp.pick(i, 35, 6) AS state) AS moment
ORDER BY i;

-- step 23: assignees
INSERT INTO app.task_assignees (tenant_id, task_id, user_id, created_at)
SELECT DISTINCT ON (task.id, person) task.tenant_id, task.id, people.users[pg_temp.pick(task.id * 2 + person, 42, people.n)], task.created_at
FROM app.tasks AS task JOIN people USING (tenant_id), generate_series(0, 1) AS person
WHERE person = 0 OR task.id % 5 = 0
ON CONFLICT DO NOTHING;

INSERT INTO app.task_dependencies (tenant_id, task_id, depends_on_id)
SELECT later.tenant_id, later.id, earlier.id
FROM app.tasks AS later JOIN app.tasks AS earlier
    ON (earlier.tenant_id, earlier.project_id, earlier.number) = (later.tenant_id, later.project_id, later.number - 1)
WHERE later.id % 12 = 0;

-- step 22: comments
INSERT INTO app.comments (tenant_id, task_id, author_id, body, created_at, updated_at)
SELECT task.tenant_id, task.id, people.users[pg_temp.pick(i, 52, people.n)],
       (ARRAY['Looks good to me.', 'Can we do this next week?', 'I cannot reproduce this.', 'Done, please have a look.', 'Needs a decision first.'])[pg_temp.pick(i, 53, 5)]
           || ' (' || i || ')',
       made, made
FROM generate_series(1, 60000) AS i
     JOIN app.tasks AS task ON task.id = pg_temp.pick(i, 51, 40000)
     JOIN people USING (tenant_id),
     LATERAL (SELECT now() - (60000 - i) * interval '15 minutes' AS made) AS moment
ORDER BY i;

-- step 35: labels, attachments and hours
INSERT INTO app.labels (tenant_id, name, color)
SELECT tenant, name, color
FROM generate_series(1, 120) AS tenant,
     (VALUES ('bug', '#cc3333'), ('feature', '#3366cc'), ('chore', '#888888'), ('urgent', '#ff8800'),
             ('design', '#9933cc'), ('research', '#339966')) AS label (name, color);

INSERT INTO app.task_labels (tenant_id, task_id, label_id)
SELECT task.tenant_id, task.id, label.id
FROM app.tasks AS task JOIN app.labels AS label USING (tenant_id)
WHERE pg_temp.draw(task.id * 1000 + label.id, 54) < 0.15;

INSERT INTO app.attachments (tenant_id, task_id, uploaded_by, file_name, content_type, size_bytes, checksum,
                             created_at, updated_at, deleted_at)
SELECT task.tenant_id, task.id, people.users[pg_temp.pick(i, 56, people.n)], 'screenshot-' || i || '.png', 'image/png',
       pg_temp.pick(i, 57, 4000000), decode(md5((i % 2000)::text), 'hex'), task.created_at, task.created_at,
       CASE WHEN i % 6 = 0 THEN now() END
FROM generate_series(1, 8000) AS i
     JOIN app.tasks AS task ON task.id = pg_temp.pick(i, 55, 40000)
     JOIN people USING (tenant_id);

INSERT INTO app.time_entries (tenant_id, task_id, user_id, started_at, ended_at)
SELECT assignee.tenant_id, assignee.task_id, assignee.user_id,
       start, start + pg_temp.pick(assignee.task_id, 58, 180) * interval '1 minute'
FROM (SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY task_id) AS nth FROM app.task_assignees) AS assignee,
     LATERAL (SELECT date_trunc('day', now()) - assignee.nth * interval '1 day' + interval '9 hours' AS start) AS moment
WHERE assignee.nth <= 4;

INSERT INTO app.folders (tenant_id, parent_id, name)
SELECT tenant, NULL, name FROM generate_series(1, 120) AS tenant, unnest(ARRAY['Contracts', 'Designs', 'Notes']) AS name;
INSERT INTO app.folders (tenant_id, parent_id, name)
SELECT tenant_id, id, name || ' ' || year FROM app.folders, generate_series(2023, 2025) AS year;

-- step 28: notifications and the audit log
INSERT INTO app.notifications (tenant_id, user_id, kind, payload, read_at, created_at, updated_at)
SELECT tenant_id, users[pg_temp.pick(i, 61, n)],
       (ARRAY['assigned', 'mentioned', 'commented', 'due'])[pg_temp.pick(i, 62, 4)],
       jsonb_build_object('task', pg_temp.pick(i, 63, 40000), 'channel', CASE WHEN i % 4 = 0 THEN 'mail' ELSE 'app' END),
       CASE WHEN pg_temp.draw(i, 64) < 0.7 THEN made + interval '1 hour' END, made, made
FROM generate_series(1, 30000) AS i
     JOIN people ON people.tenant_id = pg_temp.skewed(i, 60, 120),
     LATERAL (SELECT now() - (30000 - i) * interval '4 minutes' AS made) AS moment
ORDER BY i;

INSERT INTO app.webhooks (tenant_id, url, event_names)
SELECT pg_temp.skewed(i, 65, 120), 'https://hooks.example.com/' || md5(i::text),
       (ARRAY['task.created', 'task.closed', 'invoice.paid'])[1 : pg_temp.pick(i, 66, 3)]
FROM generate_series(1, 200) AS i;

INSERT INTO app.webhook_deliveries (tenant_id, webhook_id, status, attempts, response_code, payload, created_at, updated_at)
SELECT hook.tenant_id, hook.id, CASE WHEN i % 20 = 0 THEN 'failed' ELSE 'delivered' END, 1 + i % 20 / 19,
       CASE WHEN i % 20 = 0 THEN 500 ELSE 200 END,
       jsonb_build_object('event', 'task.created', 'task', pg_temp.pick(i, 68, 40000)), made, made
FROM generate_series(1, 12000) AS i
     JOIN app.webhooks AS hook ON hook.id = pg_temp.pick(i, 67, 200),
     LATERAL (SELECT now() - (12000 - i) * interval '3 minutes' AS made) AS moment
ORDER BY i;

INSERT INTO app.audit_log (tenant_id, actor, object_name, action, changes, created_at)
SELECT pg_temp.skewed(i, 70, 120), (ARRAY['web', 'worker', 'support'])[pg_temp.pick(i, 71, 3)],
       (ARRAY['app.projects', 'app.memberships', 'billing.invoices', 'billing.payments'])[pg_temp.pick(i, 72, 4)],
       (ARRAY['INSERT', 'UPDATE', 'UPDATE', 'DELETE'])[pg_temp.pick(i, 73, 4)],
       jsonb_build_object('id', pg_temp.pick(i, 74, 1200), 'field', 'status'),
       now() - (25000 - i) * interval '20 minutes'
FROM generate_series(1, 25000) AS i;
