-- A shop: foreign keys whose indexes look right and are not, and the other way round.
CREATE TABLE country (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE brand (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE category (id bigint PRIMARY KEY, parent_id bigint REFERENCES category, name text NOT NULL);
CREATE INDEX category_parent ON category (parent_id);
CREATE TABLE customer (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, name text, created_at timestamptz NOT NULL);
CREATE TABLE address (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, line text, city text);
-- Only a few rows are in it: it cannot serve the key.
CREATE INDEX address_customer_city ON address (customer_id) WHERE city = 'Paris';
CREATE TABLE product (id bigint PRIMARY KEY, brand_id bigint REFERENCES brand, category_id bigint REFERENCES category, name text);
-- Every row that can refer to something is in it.
CREATE INDEX product_brand ON product (brand_id) WHERE brand_id IS NOT NULL;
-- BRIN over a column without order reads the whole table.
CREATE INDEX product_category ON product USING brin (category_id);
CREATE TABLE variant (product_id bigint NOT NULL REFERENCES product, no bigint NOT NULL, sku text NOT NULL, PRIMARY KEY (product_id, no));
CREATE TABLE warehouse (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE stock (id bigint PRIMARY KEY, product_id bigint NOT NULL, no bigint NOT NULL, warehouse_id bigint NOT NULL REFERENCES warehouse,
    CONSTRAINT stock_variant FOREIGN KEY (product_id, no) REFERENCES variant);
-- The columns of the key in another order serve it as well.
CREATE INDEX stock_variant_turned ON stock (no, product_id);
CREATE INDEX stock_warehouse ON stock USING hash (warehouse_id);
CREATE TABLE cart (id bigint PRIMARY KEY, customer_id bigint REFERENCES customer, note text);
-- The column is carried along, not searched by.
CREATE INDEX cart_note ON cart (id) INCLUDE (customer_id);
CREATE TABLE cart_line (id bigint PRIMARY KEY, cart_id bigint NOT NULL REFERENCES cart, product_id bigint NOT NULL REFERENCES product);
-- One leads, the other trails behind a column of many values.
CREATE INDEX cart_line_cart_product ON cart_line (cart_id, product_id);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, address_id bigint REFERENCES address,
    placed_at timestamptz NOT NULL);
CREATE INDEX orders_customer ON orders (customer_id DESC, placed_at);
-- An expression is not the column.
CREATE INDEX orders_address ON orders ((address_id + 0));
CREATE TABLE order_line (order_id bigint NOT NULL REFERENCES orders, no bigint NOT NULL, product_id bigint NOT NULL REFERENCES product,
    PRIMARY KEY (order_id, no));
-- The build of this one was broken off.
CREATE INDEX order_line_product ON order_line (product_id);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'order_line_product'::regclass;
CREATE TABLE payment (id bigint PRIMARY KEY, order_id bigint NOT NULL UNIQUE REFERENCES orders, amount numeric(12,2) NOT NULL);
CREATE TABLE refund (id bigint PRIMARY KEY, payment_id bigint NOT NULL REFERENCES payment, reason text);
CREATE TABLE shipment (id bigint PRIMARY KEY, order_id bigint NOT NULL, line_no bigint NOT NULL,
    CONSTRAINT shipment_line FOREIGN KEY (order_id, line_no) REFERENCES order_line);
-- One column of two, of many values: the server finds the rows by it.
CREATE INDEX shipment_order ON shipment (order_id);
CREATE TABLE review (id bigint PRIMARY KEY, product_id bigint NOT NULL REFERENCES product, customer_id bigint NOT NULL REFERENCES customer,
    UNIQUE (customer_id, product_id));
CREATE TABLE coupon (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, brand_id bigint REFERENCES brand);
CREATE INDEX coupon_brand ON coupon (brand_id, code);
CREATE TABLE wish (customer_id bigint NOT NULL REFERENCES customer, product_id bigint NOT NULL REFERENCES product,
    PRIMARY KEY (customer_id, product_id));
CREATE INDEX wish_product ON wish (product_id) INCLUDE (customer_id);
CREATE TABLE note (id bigint PRIMARY KEY, subject_id bigint, subject_type text, body text);
CREATE TABLE import_line (line text);
