-- what: a marketplace: sellers own products and orders, buyers see their own orders, drafts and published rows
-- tenant: seller_id
-- map: order_items: order_id -> orders.seller_id
-- identity: sellers_users(seller_id) where user_id = current_setting('app.usr')
-- roles: app anon
-- tokens: s111 s222
-- session: 111 s111: SET app.usr = '1'
-- session: 222 s222: SET app.usr = '2'
-- expect: app: products S leak, products IUD isolated, orders S leak, orders U isolated, orders ID denied, order_items S leak, order_items IUD denied, payouts S isolated, payouts IUD denied, stats S isolated
-- expect: anon: products S leak, products IUD denied, orders SIUD denied, stats S denied
CREATE TABLE sellers_users (seller_id int NOT NULL, user_id int NOT NULL, role text NOT NULL DEFAULT 'owner', PRIMARY KEY (seller_id, user_id));
CREATE TABLE products (id int PRIMARY KEY, seller_id int NOT NULL, name text, status text NOT NULL DEFAULT 'published', deleted_at timestamptz);
CREATE TABLE orders (id int PRIMARY KEY, seller_id int NOT NULL, buyer_id int NOT NULL, note text); CREATE TABLE order_items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, note text);
CREATE TABLE payouts (id int PRIMARY KEY, seller_id int NOT NULL, amount int, note text);
CREATE FUNCTION app_user() RETURNS int LANGUAGE sql STABLE PARALLEL SAFE RETURN nullif(current_setting('app.usr', true), '')::int;
CREATE FUNCTION sells(s int, VARIADIC roles text[] DEFAULT ARRAY['owner', 'staff']) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT 1 FROM sellers_users u WHERE u.seller_id = s AND u.user_id = app_user() AND u.role = ANY (roles)) $$;
ALTER TABLE products ENABLE ROW LEVEL SECURITY; ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE order_items ENABLE ROW LEVEL SECURITY; ALTER TABLE payouts ENABLE ROW LEVEL SECURITY;
CREATE POLICY shop ON products FOR SELECT USING (status = 'published' AND deleted_at IS NULL); CREATE POLICY own ON products TO app USING (sells(seller_id)) WITH CHECK (sells(seller_id) AND status IN ('draft', 'published'));
CREATE POLICY sold ON orders FOR SELECT TO app USING (sells(seller_id)); CREATE POLICY bought ON orders FOR SELECT TO app USING (buyer_id = app_user()); CREATE POLICY ship ON orders FOR UPDATE TO app USING (sells(seller_id, 'owner', 'shipper'));
CREATE POLICY through ON order_items FOR SELECT TO app USING (EXISTS (SELECT FROM orders o WHERE o.id = order_id));
CREATE POLICY own ON payouts FOR SELECT TO app USING (sells(seller_id, VARIADIC ARRAY['owner'])); CREATE POLICY floor ON payouts AS RESTRICTIVE TO app USING (amount > 0);
CREATE VIEW stats WITH (security_invoker, security_barrier) AS SELECT p.seller_id, count(*) AS n, sum(p.amount) FILTER (WHERE p.amount > 10) AS big FROM payouts p GROUP BY p.seller_id;
GRANT SELECT, INSERT, UPDATE, DELETE ON products TO app; GRANT SELECT ON products TO anon; GRANT SELECT, UPDATE ON orders TO app; GRANT SELECT ON order_items, payouts, stats TO app;
INSERT INTO sellers_users VALUES (111, 1), (222, 2); INSERT INTO products VALUES (1, 111, 's111'), (2, 222, 's222'); INSERT INTO orders VALUES (1, 111, 2, 's111'), (2, 222, 1, 's222'); INSERT INTO order_items SELECT id, id, note FROM orders; INSERT INTO payouts VALUES (1, 111, 5, 's111'), (2, 222, 5, 's222');
