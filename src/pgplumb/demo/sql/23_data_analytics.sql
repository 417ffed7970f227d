-- step 52: events
-- Rows: events, page views, samples and the daily roll-up.
INSERT INTO analytics.events (tenant_id, occurred_at, id, actor_id, name, properties)
SELECT tenant_id, now() - (90000 - i) * interval '96 seconds', i, users[pg_temp.pick(i, 91, n)],
       (ARRAY['task.viewed', 'task.created', 'comment.added', 'board.opened', 'search.run'])[pg_temp.pick(i, 92, 5)],
       jsonb_build_object('client', CASE WHEN i % 3 = 0 THEN 'mobile' ELSE 'web' END, 'ms', pg_temp.pick(i, 93, 900))
FROM generate_series(1, 90000) AS i
     JOIN people ON people.tenant_id = pg_temp.skewed(i, 90, 120)
ORDER BY i;

-- step 30: page views and daily usage
INSERT INTO analytics.page_events (tenant_id, viewed_at, id, path, duration_ms)
SELECT pg_temp.skewed(i, 94, 120), now() - (24000 - i) * interval '6 minutes', i,
       '/projects/' || pg_temp.pick(i, 95, 1200), pg_temp.pick(i, 96, 5000)
FROM generate_series(1, 24000) AS i;

INSERT INTO analytics.metric_samples (tenant_id, sampled_at, metric, value)
SELECT pg_temp.pick(i, 97, 120), date_trunc('hour', now()) - (i / 60) * interval '1 hour', 'metric_' || i % 60,
       pg_temp.draw(i, 98) * 100
FROM generate_series(1, 6000) AS i;

INSERT INTO analytics.daily_usage (tenant_id, used_on, metric, used)
SELECT tenant, current_date - day, metric, pg_temp.pick(tenant * 1000 + day, 99, 5000)
FROM generate_series(1, 120) AS tenant, generate_series(1, 180) AS day, unnest(ARRAY['requests', 'storage_mb']) AS metric;
