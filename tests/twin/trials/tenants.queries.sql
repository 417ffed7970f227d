SELECT * FROM tasks WHERE id = 99
SELECT * FROM tasks WHERE tenant_id = 7 AND status <> 'done' AND deleted_at IS NULL ORDER BY priority DESC, due LIMIT 20
SELECT * FROM tasks WHERE tenant_id = $1 AND status = $2 ORDER BY due LIMIT $3
SELECT status, count(*) FROM tasks GROUP BY status
SELECT status, priority, count(*) FROM tasks WHERE status = 'open' AND priority = 3 GROUP BY 1, 2
SELECT tenant_id, project_id, count(*) FROM tasks GROUP BY 1, 2
SELECT * FROM tasks WHERE project_id = 55 AND status = 'open'
SELECT * FROM tasks WHERE assignee = 14
SELECT * FROM tasks WHERE assignee IS NULL AND status = 'blocked' LIMIT 10
SELECT * FROM tasks WHERE title % 'Task abc' LIMIT 5
SELECT * FROM tasks WHERE title ILIKE '%c4ca%'
SELECT * FROM tasks WHERE tags @> ARRAY[3]
SELECT * FROM tasks WHERE tags @@ '3&4'
SELECT * FROM tasks WHERE to_tsvector('simple', title) @@ to_tsquery('simple', 'c4ca4238a0b923820dcc509a6f75849b')
SELECT * FROM tasks WHERE title = 'Task ' || md5('17')
SELECT sum(app.score(priority, priority)) FROM tasks WHERE due = '2024-03-03'
SELECT id FROM tasks WHERE app.weight(title) > 30 AND status = 'doing'
SELECT * FROM app.open_tasks(33) WHERE priority > 3
SELECT p.id, o.title FROM projects p, app.open_tasks(p.tenant_id) o WHERE p.id = 12
SELECT app.secret_of(t.id) FROM tenants t WHERE plan = 'max'
SELECT * FROM active WHERE title LIKE 'Task a%' AND tenant_id = 5
SELECT * FROM active WHERE app.weight(title) > 3 AND project_id = 9
SELECT * FROM board WHERE tenant_id = 17 AND status = 'doing'
SELECT project, count(*) FROM board GROUP BY project ORDER BY 2 DESC LIMIT 5
SELECT * FROM board WHERE id BETWEEN 500 AND 600 ORDER BY who
SELECT * FROM per_project WHERE project_id = 5
SELECT p.title, x.n FROM projects p JOIN per_project x ON x.project_id = p.id WHERE p.tenant_id = 3 AND NOT p.archived
SELECT * FROM app.invoked WHERE tenant_id = 4
SELECT status, count(*) FROM app.invoked GROUP BY status
SELECT * FROM totals WHERE tenant_id = 9
SELECT t.name, x.n FROM tenants t LEFT JOIN totals x ON x.tenant_id = t.id AND x.status = 'open'
SELECT * FROM tenants WHERE name = 'tenant 5'
SELECT id, email FROM users WHERE email = 'user77@example.com'
SELECT id FROM users WHERE "Full Name" ILIKE '%98f137%'
SELECT id FROM users WHERE ext.plain("Full Name") LIKE 'Lukasz c4%'
SELECT id, "Full Name" FROM users WHERE "Full Name" % 'Jose 77'
SELECT id FROM users WHERE tenant_id = 5 ORDER BY email
SELECT u.email, count(*) FROM users u JOIN tasks t ON t.assignee = u.id WHERE t.status = 'open' GROUP BY u.email
SELECT u.id, t.id FROM tenants n JOIN users u ON u.tenant_id = n.id JOIN tasks t ON t.assignee = u.id AND t.tenant_id = n.id WHERE n.plan = 'max' AND t.due < '2024-02-01'
SELECT * FROM users ORDER BY last_seen DESC NULLS LAST LIMIT 10
SELECT * FROM users WHERE tenant_id = 22 ORDER BY last_seen DESC NULLS LAST LIMIT 10
SELECT count(*) FROM comments
SELECT * FROM comments WHERE task_id = 9 ORDER BY at
SELECT c.* FROM comments c WHERE c.tenant_id = 7 ORDER BY c.at DESC LIMIT 30
SELECT t.id, c.n FROM tasks t CROSS JOIN LATERAL (SELECT count(*) AS n FROM comments c WHERE c.task_id = t.id) c WHERE t.project_id = 44
SELECT t.title, (SELECT max(at) FROM comments c WHERE c.task_id = t.id) FROM tasks t WHERE t.tenant_id = 7 AND t.status = 'open'
SELECT DISTINCT ON (task_id) task_id, at, body FROM comments ORDER BY task_id, at DESC
SELECT * FROM "Aufträge" WHERE "Stand" = 'gemahnt' AND "am" > '2024-01-01'
SELECT "Stand", sum("Betrag €") FROM "Aufträge" GROUP BY 1
SELECT name, sum("Betrag €") FROM "Offene" GROUP BY name ORDER BY 2 DESC LIMIT 3
SELECT * FROM "Offene" WHERE "Nr." < 200
SELECT "am", rank() OVER (ORDER BY sum("Betrag €") DESC) FROM "Aufträge" GROUP BY "am"
SELECT "größe", count(*) FROM projects WHERE NOT archived GROUP BY "größe" HAVING count(*) > 40
SELECT * FROM projects WHERE tenant_id = 6 AND NOT archived
SELECT n.name FROM tenants n WHERE NOT EXISTS (SELECT FROM tasks t WHERE t.tenant_id = n.id AND t.status = 'blocked')
SELECT id FROM tenants UNION ALL SELECT tenant_id FROM projects WHERE archived UNION SELECT tenant_id FROM "Aufträge"
WITH t AS (SELECT project_id, count(*) AS n FROM tasks WHERE due > '2024-06-01' GROUP BY 1) SELECT p.title, t.n FROM t JOIN projects p ON p.id = t.project_id WHERE t.n > 3 ORDER BY t.n DESC
WITH moved AS (DELETE FROM tasks WHERE deleted_at < '2024-05-06' AND tenant_id = 3 RETURNING id) SELECT count(*) FROM moved
UPDATE tasks SET status = 'done' WHERE project_id = 4 AND status = 'doing'
DELETE FROM tasks WHERE id = 4
SELECT * FROM tasks WHERE due BETWEEN $1 AND $2 AND priority = $3
SELECT * FROM tasks WHERE id = ANY ($1::bigint[])
SELECT tenant_id, count(*) FROM tasks GROUP BY CUBE (tenant_id, status)
SELECT * FROM tasks WHERE status IN ('open', 'doing') AND due = current_date
SELECT t.name, p.title, k.title, u."Full Name", c.body, f."Betrag €" FROM tenants t JOIN projects p ON p.tenant_id = t.id JOIN tasks k ON k.project_id = p.id JOIN users u ON u.id = k.assignee JOIN comments c ON c.task_id = k.id JOIN "Aufträge" f ON f.tenant_id = t.id WHERE t.id = 7 AND k.priority = 4
SELECT * FROM tasks ORDER BY id OFFSET 100000 LIMIT 10
SELECT lower(title), count(*) FROM tasks GROUP BY lower(title) ORDER BY 2 DESC LIMIT 3
SELECT count(*) FROM tasks t JOIN comments c ON c.task_id = t.id WHERE c.at > '2024-06-01'
SELECT m.level, count(*) FROM members m JOIN users u ON u.id = m.user_id GROUP BY 1
SELECT * FROM unfilled
