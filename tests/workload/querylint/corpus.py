"""Normalised statements as programs and ORMs send them, with what PostgreSQL 15 and 18 make of their constants."""

# ruff: noqa: E501

from __future__ import annotations

CORPUS = (
    'SELECT "users"."id", "users"."email" FROM "users" WHERE "users"."id" = $1 LIMIT $2',
    'SELECT "users".* FROM "users" WHERE "users"."deleted_at" IS NULL AND "users"."id" IN ($1,$2,$3)',
    'INSERT INTO "orders" ("customer_id","total","created_at") VALUES ($1,$2,$3) RETURNING "id"',
    "INSERT INTO events (a, b, c) VALUES ($1,$2,$3),($4,$5,$6),($7,$8,$9)",
    "INSERT INTO t (id, n) VALUES ($1,$2) ON CONFLICT (id) DO UPDATE SET n = EXCLUDED.n + $3 WHERE t.n < $4",
    "SELECT * FROM orders WHERE status IN ($1 /*, ... */) ORDER BY created_at DESC LIMIT $2 OFFSET $3",
    "SELECT count(*) FROM orders WHERE created_at > now() - interval $1",
    "SELECT count(*) FROM orders WHERE created_at >= timestamp $1 AND created_at < date $2",
    "SELECT * FROM orders WHERE created_at > timestamp with time zone $1 - interval $2 day",
    "SELECT date_trunc($1, created_at) AS day, sum(total) FROM orders GROUP BY date_trunc($1, created_at) ORDER BY $2",
    "SELECT extract($1 from created_at), count(*) FROM orders GROUP BY 1",
    "SELECT doc->>$1, doc->$2->>$3, doc #>> $4 FROM documents WHERE doc @> $5 AND doc ? $6",
    "SELECT * FROM documents WHERE tags && $1::text[] OR $2 = ANY(tags)",
    "SELECT id FROM users WHERE id = ANY($1) AND email ILIKE $2 ESCAPE $3",
    "SELECT a[$1:$2], a[$3] FROM arrays",
    "UPDATE jobs SET locked_at = now(), attempts = attempts + $1 WHERE id = (SELECT id FROM jobs WHERE state = $2"
    " ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING *",
    "UPDATE accounts AS a SET balance = a.balance + x.delta FROM (VALUES ($1,$2),($3,$4)) AS x(id, delta) WHERE x.id = a.id",
    "DELETE FROM sessions USING users u WHERE u.id = sessions.user_id AND sessions.expires_at < $1",
    "DELETE FROM sessions WHERE (user_id, token) IN (($1,$2),($3,$4))",
    "WITH RECURSIVE tree AS (SELECT id, parent_id, $1 AS depth FROM nodes WHERE id = $2 UNION ALL SELECT n.id, n.parent_id,"
    " t.depth + $3 FROM nodes n JOIN tree t ON t.id = n.parent_id) SELECT * FROM tree WHERE depth < $4",
    "WITH moved AS (DELETE FROM queue WHERE id <= $1 RETURNING *) INSERT INTO archive SELECT * FROM moved",
    "SELECT o.id, c.name FROM orders o LEFT JOIN LATERAL (SELECT name FROM customers c WHERE c.id = o.customer_id"
    " LIMIT $1) c ON true WHERE o.total > $2::numeric(12,2)",
    "SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY created_at DESC ROWS BETWEEN UNBOUNDED PRECEDING"
    " AND CURRENT ROW) FROM orders WHERE tenant_id = $1",
    "SELECT DISTINCT ON (customer_id) customer_id, total FROM orders WHERE total > $1 ORDER BY customer_id, created_at DESC",
    "SELECT coalesce(sum(total) FILTER (WHERE status = $1), $2) AS paid FROM orders WHERE customer_id = $3",
    "SELECT g.day, count(o.id) FROM generate_series($1::date, $2::date, interval $3) AS g(day) LEFT JOIN orders o ON"
    " o.created_at::date = g.day GROUP BY g.day",
    "SELECT * FROM products WHERE to_tsvector($1, description) @@ plainto_tsquery($2, $3)",
    "SELECT * FROM products WHERE name LIKE $1 || $2 AND price BETWEEN $3 AND $4",
    "SELECT CASE WHEN total > $1 THEN $2 WHEN total > $3 THEN $4 ELSE $5 END AS class, count(*) FROM orders GROUP BY 1",
    "SELECT * FROM orders WHERE NOT EXISTS (SELECT $1 FROM refunds r WHERE r.order_id = orders.id)",
    "SELECT * FROM orders WHERE customer_id NOT IN (SELECT id FROM customers WHERE blocked = $1)",
    "SELECT * FROM orders WHERE (created_at, id) < ($1,$2) ORDER BY created_at DESC, id DESC LIMIT $3",
    "SELECT c.relname, pg_size_pretty(pg_relation_size(c.oid)) FROM pg_catalog.pg_class c WHERE c.relkind = $1",
    "SELECT pg_advisory_xact_lock($1,$2)",
    "SELECT substring(name from $1 for $2), position($3 in name), overlay(name placing $4 from $5), trim($6 from name)"
    " FROM customers",
    "SELECT json_build_object($1, id, $2, (SELECT json_agg(i) FROM items i WHERE i.order_id = o.id)) FROM orders o",
    "SELECT array_agg(DISTINCT tag ORDER BY tag) FROM (SELECT unnest(tags) AS tag FROM posts WHERE author_id = $1) t",
    "SELECT percentile_cont($1) WITHIN GROUP (ORDER BY total) FROM orders",
    "SELECT * FROM a FULL JOIN b USING (id) NATURAL JOIN c WHERE a.x IS DISTINCT FROM $1",
    "SELECT region, product, sum(total) FROM sales GROUP BY GROUPING SETS ((region), (region, product), ())"
    " HAVING sum(total) > $1",
    'SELECT created_at AT TIME ZONE $1, created_at::date, name COLLATE "C" FROM orders WHERE id = $2::bigint',
    "MERGE INTO stock s USING (VALUES ($1,$2)) AS d(id, n) ON s.id = d.id WHEN MATCHED THEN UPDATE SET n = s.n + d.n"
    " WHEN NOT MATCHED THEN INSERT (id, n) VALUES (d.id, d.n)",
    "(SELECT id FROM a WHERE x = $1) UNION ALL (SELECT id FROM b WHERE y = $2) ORDER BY id LIMIT $3",
    "SELECT id FROM a WHERE x = $1 EXCEPT SELECT id FROM b INTERSECT SELECT id FROM c",
    "SELECT * FROM places ORDER BY location <-> point $1 LIMIT $2",
    "SELECT * FROM bookings WHERE during && tstzrange($1,$2,$3) AND room_id = $4",
    "SELECT nextval($1::regclass), currval($2), setval($3,$4,$5)",
    "SELECT u.* FROM users u TABLESAMPLE SYSTEM ($1) WHERE u.created_at >= $2::timestamptz FETCH FIRST $3 ROWS ONLY",
    "VALUES ($1,$2),($3,$4)",
    'SELECT "Order"."Id", o2."weird ""name""" FROM public."Order" JOIN "Order" o2 ON o2."Id" = "Order"."Parent Id"'
    " WHERE \"Order\".\"Text\" = $1 -- that's $2\n AND E'it\\'s $3' <> $4 AND $tag$ $5 $tag$ <> $6",
)
"""Fifty statements."""
