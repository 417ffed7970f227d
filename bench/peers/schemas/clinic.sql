-- A clinic of many tenants: types, several schemas, names that stand twice, and row security of every kind.
CREATE SCHEMA billing;
CREATE SCHEMA audit;
CREATE TABLE tenant (id bigint PRIMARY KEY, name text NOT NULL, created timestamptz NOT NULL);
CREATE TABLE staff (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenant, email text NOT NULL, hired date);
CREATE INDEX staff_tenant ON staff (tenant_id);
CREATE TABLE patient (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenant, name text, born date, sex char(1), iso char(2));
CREATE INDEX patient_tenant ON patient (tenant_id, name);
-- A narrower column than the key it refers to.
CREATE TABLE visit (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenant, patient_id int NOT NULL REFERENCES patient,
    began timestamp NOT NULL, ended timestamp, seen timestamptz);
CREATE INDEX visit_tenant ON visit (tenant_id);
CREATE INDEX visit_patient ON visit (patient_id);
-- Constraints of one name on two tables, the types right on both.
CREATE TABLE room (id int PRIMARY KEY, name text);
CREATE TABLE ward (id text PRIMARY KEY, name text);
CREATE TABLE bed (id bigint PRIMARY KEY, room_id int, CONSTRAINT place_fk FOREIGN KEY (room_id) REFERENCES room);
CREATE TABLE sign (id bigint PRIMARY KEY, ward_id text, CONSTRAINT place_fk FOREIGN KEY (ward_id) REFERENCES ward);
CREATE INDEX bed_room ON bed (room_id);
CREATE INDEX sign_ward ON sign (ward_id);
-- The same table name in two schemas: one has the key and the index, the other has neither.
CREATE TABLE invoice (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenant, total double precision, ratio double precision);
CREATE INDEX invoice_tenant ON invoice (tenant_id);
CREATE TABLE billing.invoice (id bigint NOT NULL, tenant_id bigint NOT NULL REFERENCES tenant, price real, note json);
CREATE TABLE billing.account (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenant, balance numeric(12,2), meta jsonb);
CREATE INDEX account_tenant ON billing.account (tenant_id);
CREATE TABLE audit.log (id bigint PRIMARY KEY, at timestamp without time zone NOT NULL, who text, doc json);
-- Quoted names.
CREATE TABLE "Lab Result" ("Id" bigint PRIMARY KEY, "patientId" bigint REFERENCES patient, value text);
CREATE TABLE "order" (id bigint PRIMARY KEY, staff_id bigint REFERENCES staff);
CREATE INDEX "order staff" ON "order" (staff_id);
-- A code of text that refers to a wider one, and a domain over the right type.
CREATE DOMAIN big AS bigint;
CREATE TABLE icd (code varchar(10) PRIMARY KEY, label text);
CREATE TABLE diagnosis (id bigint PRIMARY KEY, visit_id big REFERENCES visit, icd_code varchar(10) REFERENCES icd);
CREATE INDEX diagnosis_visit ON diagnosis (visit_id);
CREATE INDEX diagnosis_icd ON diagnosis (icd_code);
CREATE TABLE drug (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE prescription (id bigint PRIMARY KEY, drug_id uuid NOT NULL REFERENCES drug, visit_id bigint NOT NULL REFERENCES visit, given timestamp);
CREATE INDEX prescription_both ON prescription (visit_id, drug_id);
CREATE TABLE job (id bigint, kind text NOT NULL, CONSTRAINT job_id UNIQUE (id));
CREATE TABLE setting (key text PRIMARY KEY, value json NOT NULL);
CREATE TABLE reading (id bigint PRIMARY KEY, latitude double precision, weight real, unit_price double precision);
CREATE TABLE shift (staff_id bigint NOT NULL REFERENCES staff, day date NOT NULL, PRIMARY KEY (staff_id, day));
CREATE INDEX shift_staff ON shift (staff_id);
CREATE VIEW open_visit AS SELECT id, began FROM visit WHERE ended IS NULL;
CREATE MATERIALIZED VIEW totals AS SELECT tenant_id, sum(total) AS total FROM invoice GROUP BY 1;
