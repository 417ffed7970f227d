-- What the sample's applications send, one statement a name. Parameters are psycopg's.

-- name: set_tenant
SELECT set_config('app.tenant_id', %s, true)

-- name: list_tasks
SELECT id, number, title, status, priority, due_on
FROM app.tasks
WHERE tenant_id = %s AND closed_at IS NULL
ORDER BY priority, due_on NULLS LAST
LIMIT 20

-- name: count_comments_of_task
SELECT count(*), max(created_at) FROM app.comments WHERE tenant_id = %s AND task_id = %s

-- name: search_tasks
SELECT id, title, ts_rank(search, websearch_to_tsquery('english', %s)) AS rank
FROM app.tasks
WHERE tenant_id = %s AND search @@ websearch_to_tsquery('english', %s)
ORDER BY rank DESC
LIMIT 20

-- name: find_projects
SELECT id, code, name FROM app.projects WHERE name ILIKE %s AND deleted_at IS NULL ORDER BY name LIMIT 20

-- name: read_feed
SELECT actor, verb, created_at FROM app.activities WHERE actor = %s ORDER BY created_at DESC LIMIT 30

-- name: unread_notifications
SELECT id, kind, payload, created_at
FROM app.notifications
WHERE tenant_id = %s AND user_id = %s AND read_at IS NULL
ORDER BY created_at DESC
LIMIT 50

-- name: dashboard
SELECT task.status, count(DISTINCT task.id) AS tasks, count(DISTINCT comment.id) AS comments,
       count(DISTINCT assignee.user_id) AS people, count(DISTINCT task_label.label_id) AS labels, max(comment.created_at) AS latest
FROM app.tasks AS task
     LEFT JOIN app.task_assignees AS assignee ON (assignee.tenant_id, assignee.task_id) = (task.tenant_id, task.id)
     LEFT JOIN app.task_labels AS task_label ON (task_label.tenant_id, task_label.task_id) = (task.tenant_id, task.id)
     LEFT JOIN app.comments AS comment ON (comment.tenant_id, comment.task_id) = (task.tenant_id, task.id)
WHERE task.tenant_id = %s
GROUP BY task.status

-- name: any_task
SELECT id FROM app.tasks WHERE tenant_id = %s AND number = %s LIMIT 1

-- name: move_task
UPDATE app.tasks SET status = (CASE WHEN status = 'todo' THEN 'in_progress' ELSE 'todo' END)::app.task_status, closed_at = NULL
WHERE tenant_id = %s AND id = %s

-- name: add_comment
INSERT INTO app.comments (tenant_id, task_id, author_id, body)
SELECT tenant_id, id, reporter_id, 'Moved on the board.' FROM app.tasks WHERE tenant_id = %s AND id = %s

-- name: drop_oldest_comment
DELETE FROM app.comments
WHERE id = (SELECT id FROM app.comments WHERE tenant_id = %s ORDER BY created_at LIMIT 1)

-- name: mark_read
UPDATE app.notifications SET read_at = CASE WHEN read_at IS NULL THEN now() END
WHERE id IN (SELECT id FROM app.notifications WHERE tenant_id = %s ORDER BY created_at DESC LIMIT 5)

-- name: add_delivery
INSERT INTO app.webhook_deliveries (tenant_id, webhook_id, payload)
SELECT tenant_id, id, '{"event": "task.moved"}' FROM app.webhooks WHERE tenant_id = %s ORDER BY id LIMIT 1
RETURNING id

-- name: finish_delivery
UPDATE app.webhook_deliveries SET status = 'delivered', attempts = attempts + 1, response_code = 200 WHERE id = %s

-- name: drop_oldest_delivery
DELETE FROM app.webhook_deliveries
WHERE id = (SELECT id FROM app.webhook_deliveries WHERE tenant_id = %s ORDER BY id LIMIT 1)

-- name: add_event
INSERT INTO analytics.events (tenant_id, occurred_at, id, actor_id, name, properties)
SELECT tenant_id, clock_timestamp(), %s, user_id, 'task.viewed', '{"client": "web"}'
FROM app.memberships WHERE tenant_id = %s LIMIT 1

-- name: drop_oldest_event
DELETE FROM analytics.events
WHERE (tenant_id, occurred_at, id) = (SELECT tenant_id, occurred_at, id FROM analytics.events
                                      WHERE tenant_id = %s ORDER BY occurred_at LIMIT 1)

-- name: touch_invoice
UPDATE billing.invoices SET due_on = due_on
WHERE id = (SELECT id FROM billing.invoices WHERE tenant_id = %s ORDER BY issued_on DESC LIMIT 1)

-- name: drop_oldest_audit_entry
DELETE FROM app.audit_log
WHERE id = (SELECT id FROM app.audit_log WHERE tenant_id = %s ORDER BY created_at LIMIT 1)

-- name: report_active_people
SELECT day::date, (SELECT count(DISTINCT actor_id)
                   FROM analytics.events
                   WHERE tenant_id = %s AND occurred_at >= day - interval '28 days' AND occurred_at < day) AS people
FROM generate_series(date_trunc('day', now()) - interval '60 days', date_trunc('day', now()), interval '1 day') AS day
ORDER BY day

-- name: report_words
SELECT lower(word) AS word, count(*)
FROM app.comments, regexp_split_to_table(body, '\W+') AS word
WHERE tenant_id = %s
GROUP BY 1
ORDER BY 2 DESC
LIMIT 20

-- name: report_revenue
SELECT date_trunc('quarter', invoice.issued_on) AS quarter, line.description, sum(line.amount) AS amount
FROM billing.invoices AS invoice
     JOIN billing.invoice_lines AS line ON (line.tenant_id, line.invoice_id) = (invoice.tenant_id, invoice.id)
WHERE invoice.tenant_id = %s
GROUP BY 1, 2
ORDER BY 1, 2

-- name: hold_task
SELECT id, title FROM app.tasks WHERE id = %s FOR UPDATE

-- name: look_around
SELECT tenant_id, count(*) FROM app.memberships GROUP BY tenant_id ORDER BY 2 DESC LIMIT 5

-- name: count_important_contacts
SELECT count(*) FROM app.legacy_contacts WHERE tags LIKE '%%vip%%'

-- name: begin
BEGIN

-- name: commit
COMMIT

-- name: become_admin
SET LOCAL ROLE app_admin
