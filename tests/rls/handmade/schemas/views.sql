-- what: views of every kind over an isolated table: invoker, barrier, joins, unions, aggregates, CTEs
-- tenant: tenant_id
-- identity: current_setting('app.tenant')
-- roles: app reader
-- tokens: t111 t222
-- session: 111 t111 u111: SET app.tenant = '111'
-- session: 222 t222 u222: SET app.tenant = '222'
-- expect: app: orders SIUD isolated, customers SIUD isolated, v_invoker S isolated, v_owner S leak, v_union S isolated, v_union_owner S leak, v_left S isolated, v_left_owner S leak, v_count S isolated, v_count_owner S leak, v_cte S isolated, v_cte_owner S leak, v_bound S isolated, v_of_v S isolated, v_filtered S isolated, v_filtered_union S isolated, v_sub S isolated, v_sub_owner S leak, v_exists S isolated, v_window S isolated, v_lateral S isolated, v_distinct S isolated, m_orders S leak, v_left_filtered S isolated, v_join_using S isolated, v_limit S isolated, v_group_filtered S isolated
-- expect: reader: orders SIUD denied, customers SIUD denied, v_invoker S denied, v_owner S leak
CREATE TABLE customers (id int PRIMARY KEY, tenant_id int NOT NULL, name text);
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL, customer_id int REFERENCES customers, note text, total int);
ALTER TABLE customers ENABLE ROW LEVEL SECURITY; ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers OWNER TO hm_owner; ALTER TABLE orders OWNER TO hm_owner;
CREATE POLICY p ON customers USING (tenant_id = current_setting('app.tenant', true)::int);
CREATE POLICY p ON orders USING (tenant_id = current_setting('app.tenant', true)::int);
GRANT SELECT, INSERT, UPDATE, DELETE ON customers, orders TO app; GRANT SELECT ON customers, orders TO keeper;
GRANT CREATE ON SCHEMA public TO hm_owner, keeper;
CREATE VIEW v_invoker WITH (security_invoker = true) AS SELECT * FROM orders WHERE total > 0;
CREATE VIEW v_owner AS SELECT id, tenant_id, note FROM orders;
CREATE VIEW v_union WITH (security_invoker = on) AS SELECT id, note FROM orders UNION ALL SELECT id, name FROM customers;
CREATE VIEW v_union_owner AS SELECT id, note FROM orders UNION ALL SELECT id, name FROM customers;
CREATE VIEW v_left WITH (security_invoker, security_barrier) AS SELECT o.id, o.note, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id;
CREATE VIEW v_left_owner AS SELECT o.id, o.note, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id;
CREATE VIEW v_count WITH (security_invoker) AS SELECT tenant_id, note, count(*) n, sum(total) FROM orders GROUP BY 1, 2 HAVING count(*) > 0;
CREATE VIEW v_count_owner AS SELECT note, count(*) n FROM orders GROUP BY note;
CREATE VIEW v_cte WITH (security_invoker) AS WITH big AS (SELECT * FROM orders WHERE total > 1) SELECT b.id, b.note FROM big b;
CREATE VIEW v_cte_owner AS WITH big AS (SELECT * FROM orders WHERE total > 1) SELECT b.id, b.note FROM big b;
CREATE VIEW v_bound AS SELECT id, note FROM orders; ALTER VIEW v_bound OWNER TO keeper;
CREATE VIEW v_of_v AS SELECT id FROM v_invoker; ALTER VIEW v_of_v OWNER TO keeper; GRANT SELECT ON v_invoker TO keeper;
CREATE VIEW v_filtered AS SELECT id, note, tenant_id FROM orders WHERE tenant_id = current_setting('app.tenant', true)::int;
CREATE VIEW v_filtered_union AS SELECT id, note FROM orders WHERE tenant_id = current_setting('app.tenant', true)::int UNION ALL SELECT id, name FROM customers WHERE tenant_id = current_setting('app.tenant', true)::int;
CREATE VIEW v_sub WITH (security_invoker) AS SELECT id, (SELECT c.name FROM customers c WHERE c.id = o.customer_id) AS name FROM orders o;
CREATE VIEW v_sub_owner AS SELECT id, (SELECT c.name FROM customers c WHERE c.id = o.customer_id) AS name, note FROM orders o;
CREATE VIEW v_exists WITH (security_invoker) AS SELECT id, note FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer_id);
CREATE VIEW v_window WITH (security_invoker) AS SELECT id, note, row_number() OVER (PARTITION BY customer_id ORDER BY id) FROM orders;
CREATE VIEW v_lateral WITH (security_invoker) AS SELECT c.id, x.note FROM customers c, LATERAL (SELECT o.note FROM orders o WHERE o.customer_id = c.id LIMIT 1) x;
CREATE VIEW v_distinct WITH (security_invoker) AS SELECT DISTINCT note FROM orders ORDER BY note LIMIT 10;
CREATE MATERIALIZED VIEW m_orders AS SELECT * FROM orders WITH NO DATA;
CREATE VIEW v_left_filtered AS SELECT o.id, o.note, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id AND c.tenant_id = o.tenant_id WHERE o.tenant_id = current_setting('app.tenant', true)::int;
CREATE VIEW v_values AS SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v (id, name);
CREATE VIEW v_join_using AS SELECT o.id, o.note, c.name FROM orders o JOIN customers c USING (tenant_id) WHERE o.tenant_id = current_setting('app.tenant', true)::int;
CREATE VIEW v_limit AS SELECT id, note FROM orders WHERE tenant_id = current_setting('app.tenant', true)::int ORDER BY id DESC LIMIT 5;
CREATE VIEW v_group_filtered AS SELECT note, count(*) FROM orders WHERE tenant_id = current_setting('app.tenant', true)::int GROUP BY note;
GRANT SELECT ON v_invoker, v_owner, v_union, v_union_owner, v_left, v_left_owner, v_count, v_count_owner, v_cte, v_cte_owner, v_bound, v_of_v, v_filtered, v_filtered_union, v_sub, v_sub_owner, v_exists, v_window, v_lateral, v_distinct, m_orders, v_left_filtered, v_values, v_join_using, v_limit, v_group_filtered TO app;
GRANT SELECT ON v_invoker, v_owner TO reader;
INSERT INTO customers VALUES (1, 111, 't111'), (2, 222, 't222'); INSERT INTO orders VALUES (1, 111, 1, 't111', 5), (2, 222, 2, 't222', 5); REFRESH MATERIALIZED VIEW m_orders;
