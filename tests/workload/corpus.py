"""Statements as pg_stat_statements writes them: constants of every kind replaced by $n, their types lost."""

from __future__ import annotations

SCHEMA = """
CREATE TYPE mood AS ENUM ('calm', 'angry');
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, name varchar(80), since date, mood mood,
                        key uuid, active boolean NOT NULL DEFAULT true, tags text[], address inet);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, status text NOT NULL,
                     placed_at timestamptz NOT NULL, shipped_at timestamp, day date, total numeric(12,2),
                     weight double precision, priority smallint, doc jsonb, note text, parent_id bigint);
CREATE TABLE items (order_id bigint REFERENCES orders, line int, product_id int, quantity int, price numeric,
                    took interval, PRIMARY KEY (order_id, line));
CREATE TABLE categories (id int PRIMARY KEY, parent_id int REFERENCES categories, name text, rank int);
INSERT INTO customers SELECT g, 'c' || g || '@example.com', 'customer ' || g, '2026-01-01', 'calm',
                             md5(g::text)::uuid FROM generate_series(1, 500) g;
INSERT INTO orders SELECT g, 1 + g % 500, (ARRAY['new','paid','shipped'])[1 + g % 3],
                          '2026-01-01'::timestamptz + g * interval '1 hour', NULL, '2026-01-01', g, g, 1, '{}'
                     FROM generate_series(1, 5000) g;
INSERT INTO items SELECT g, l, g % 100, l, g FROM generate_series(1, 5000) g, generate_series(1, 2) l;
INSERT INTO categories SELECT g, nullif(g / 5, 0), 'category ' || g, g FROM generate_series(1, 100) g;
CREATE INDEX ON orders (customer_id, placed_at);
CREATE INDEX ON orders (status) WHERE shipped_at IS NULL;
CREATE INDEX ON orders USING gin (doc);
CREATE INDEX ON customers (lower(email));
ANALYZE;
"""

STATEMENTS = (
    # Typed literals.
    "SELECT count(*) FROM orders WHERE placed_at > now() - interval $1",
    "SELECT * FROM orders WHERE day = date $1 AND placed_at < timestamp with time zone $2",
    "SELECT * FROM orders WHERE shipped_at BETWEEN timestamp $1 AND timestamp $2 + interval $3 day",
    "SELECT id FROM orders WHERE placed_at >= timestamptz $1 - interval $2 hour to minute LIMIT $3",
    "SELECT id FROM customers WHERE key = uuid $1 OR mood = mood $2 OR address <<= cidr $3",
    "SELECT jsonb $1 || doc, numeric $2 * total, double precision $3 FROM orders WHERE id = bigint $4",
    "SELECT * FROM orders WHERE shipped_at > timestamp(0) $1 AND note = character varying $2",
    # Moving in time.
    "SELECT * FROM orders WHERE placed_at > now() - $1",
    "SELECT * FROM orders WHERE placed_at > CURRENT_TIMESTAMP - $1 AND day >= CURRENT_DATE - $2",
    "SELECT * FROM orders o WHERE o.shipped_at < o.placed_at - $1",
    "SELECT * FROM orders WHERE day + $1 > CURRENT_DATE",
    "SELECT date_trunc($1, placed_at) AS month, sum(total) FROM orders WHERE placed_at >= date_trunc($2, now() - $3)"
    " GROUP BY date_trunc($4, placed_at) ORDER BY date_trunc($5, placed_at)",
    "SELECT extract($1 FROM placed_at), count(*) FROM orders GROUP BY extract($2 FROM placed_at)",
    "SELECT to_char(placed_at, $1) AS day, count(*) FROM orders GROUP BY to_char(placed_at, $2) ORDER BY 1",
    "SELECT (extract($1 from now()) - extract($2 from placed_at)) / $3 FROM orders WHERE customer_id = $4",
    "SELECT * FROM items WHERE took > $1 * interval $2",
    "SELECT placed_at AT TIME ZONE $1, placed_at + make_interval(days => $2) FROM orders WHERE id = $3",
    # Sets made from nothing.
    "SELECT g FROM generate_series($1, $2) g",
    "SELECT d::date, count(o.id) FROM generate_series(now() - $1, now(), $2) d LEFT JOIN orders o"
    " ON o.placed_at >= d AND o.placed_at < d + $3 GROUP BY $4, d",
    "SELECT s FROM generate_series($1::date, $2::date, interval $3) s",
    "SELECT $1 + $2",
    "SELECT $1 + $2 * $3 AS answer, abs($4), round($5, $6), - $7",
    "SELECT * FROM (VALUES ($1, $2), ($3, $4)) AS v(id, name) JOIN customers c ON c.id = v.id",
    "UPDATE orders AS o SET total = v.total, priority = v.priority FROM (VALUES ($1, $2, $3), ($4, $5, $6))"
    " AS v(id, total, priority) WHERE v.id = o.id",
    "SELECT * FROM unnest(ARRAY[$1, $2, $3]) AS wanted(id) JOIN orders o ON o.id = wanted.id",
    "SELECT json_build_object($1, id, $2, total, $3, $4) FROM orders WHERE customer_id = $5",
    "SELECT jsonb_build_object($1, $2), concat($3, name, $4), format($5, name) FROM customers WHERE id = $6",
    "SELECT * FROM orders WHERE customer_id = ANY (ARRAY[$1, $2, $3])",
    "SELECT * FROM orders WHERE customer_id = ANY ($1) AND status = ANY ($2)",
    "SELECT * FROM customers WHERE tags @> ARRAY[$1, $2] AND tags && $3",
    # Values chosen.
    "SELECT sum(CASE WHEN status = $1 THEN $2 ELSE $3 END) AS open, count(*) FROM orders WHERE customer_id = $4",
    "SELECT COALESCE($1, $2), COALESCE(note, $3), NULLIF(status, $4), GREATEST(total, $5) FROM orders WHERE id = $6",
    "UPDATE orders SET priority = CASE WHEN id = $1 THEN $2 WHEN id = $3 THEN $4 ELSE $5 END WHERE id IN ($6, $7)",
    "SELECT id, CASE WHEN total > $1 THEN $2 ELSE $3 END AS size FROM orders ORDER BY CASE WHEN status = $4"
    " THEN $5 ELSE $6 END, placed_at DESC LIMIT $7 OFFSET $8",
    "SELECT avg(COALESCE(quantity, $1) * price) FILTER (WHERE line > $2) FROM items WHERE product_id = $3",
    # Lists, rows and pages.
    "SELECT * FROM orders WHERE customer_id IN ($1 /*, ... */) AND status NOT IN ($2 /*, ... */) LIMIT $3 OFFSET $4",
    "SELECT id, placed_at FROM orders WHERE (placed_at, id) < ($1, $2) ORDER BY placed_at DESC, id DESC"
    " FETCH FIRST $3 ROWS ONLY",
    "SELECT * FROM items WHERE (order_id, line) IN (($1, $2), ($3, $4))",
    'SELECT "o"."id","o"."total" FROM "orders" "o" WHERE "o"."customer_id" IN ($1,$2,$3)AND"o"."status"=$4'
    ' ORDER BY "o"."id" ASC LIMIT $5',
    'SELECT COUNT(*) AS "__count" FROM "customers" INNER JOIN "orders" ON ("customers"."id" = "orders"."customer_id")'
    ' WHERE ("customers"."active" AND UPPER("customers"."name"::text) LIKE UPPER($1) AND "orders"."total" > $2)',
    "INSERT INTO items (order_id,line,product_id,quantity,price) VALUES ($1,$2,$3,$4,$5),($6,$7,$8,$9,$10)"
    " ON CONFLICT (order_id,line) DO UPDATE SET quantity=items.quantity+$11 RETURNING order_id,line",
    "INSERT INTO orders (id, customer_id, status, placed_at) SELECT $1, c.id, $2, now() - $3 FROM customers c"
    " WHERE c.email = $4",
    "DELETE FROM orders WHERE placed_at < now() - $1 AND status = $2 AND id IN (SELECT id FROM orders LIMIT $3)",
    # Documents and text.
    "SELECT doc->>$1, doc#>>$2, doc->$3->$4 FROM orders WHERE doc @> $5 AND (doc->>$6)::int > $7 AND doc ? $8",
    "SELECT id FROM customers WHERE lower(email) = lower($1) OR name ILIKE $2 ESCAPE $3 OR name ~ $4",
    "SELECT string_agg(status, $1 ORDER BY status), percentile_cont($2) WITHIN GROUP (ORDER BY total) FROM orders"
    " WHERE to_tsvector($3, note) @@ plainto_tsquery($4, $5) GROUP BY substring(status from $6 for $7)",
    # Recursion, windows, merging.
    "WITH RECURSIVE tree AS (SELECT id, parent_id, $1 AS depth FROM categories WHERE id = $2 UNION ALL"
    " SELECT c.id, c.parent_id, tree.depth + $3 FROM categories c JOIN tree ON c.parent_id = tree.id"
    " WHERE tree.depth < $4) SELECT * FROM tree ORDER BY depth LIMIT $5",
    "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + $2 FROM n WHERE i < $3) SELECT sum(i) FROM n",
    "SELECT id, lag(total, $1, $2) OVER w, ntile($3) OVER w, sum(total) OVER (ORDER BY id ROWS BETWEEN $4 PRECEDING"
    " AND CURRENT ROW) FROM orders WHERE customer_id = $5 WINDOW w AS (ORDER BY placed_at)",
    "SELECT id, $1 AS kind, total FROM orders WHERE status = $2 UNION ALL SELECT order_id, $3, price FROM items"
    " WHERE price > $4 ORDER BY 3 DESC LIMIT $5",
    "SELECT c.id, recent.total FROM customers c CROSS JOIN LATERAL (SELECT o.total FROM orders o WHERE o.customer_id"
    " = c.id AND o.placed_at > now() - $1 ORDER BY o.placed_at DESC LIMIT $2) recent WHERE EXISTS (SELECT $3 FROM"
    " items i JOIN orders o ON o.id = i.order_id WHERE o.customer_id = c.id AND i.quantity * i.price > $4)",
    "SELECT status, count(*) FROM orders GROUP BY ROLLUP (status) HAVING count(*) > $1 AND sum(total) / $2 > $3",
)
"""What every version can plan."""

SINCE = {
    "MERGE INTO items t USING (VALUES ($1, $2, $3)) AS s(order_id, line, quantity) ON t.order_id = s.order_id"
    " AND t.line = s.line WHEN MATCHED THEN UPDATE SET quantity = t.quantity + s.quantity WHEN NOT MATCHED THEN"
    " INSERT (order_id, line, quantity) VALUES (s.order_id, s.line, $4)": 15,
    "MERGE INTO customers USING orders ON orders.customer_id = customers.id AND orders.status = $1 WHEN MATCHED AND"
    " customers.since < CURRENT_DATE - $2 THEN DELETE WHEN MATCHED THEN UPDATE SET name = $3": 15,
}
"""Statements with the first version that has them."""

BEYOND = (
    "SELECT * FROM orders WHERE customer_id = $1 AND sta",
    "SELECT o.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.email =",
    "SELECT * FROM orders WHERE status IN ($1, $2,",
    "SELECT * FROM orders WHERE note = 'the text ends he",
)
"""Texts that were cut off: there is no plan, and the reason is said."""
