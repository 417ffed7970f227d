-- Tables that differ in one thing: how their policy finds the rows of a tenant. 20,000 rows of 1,000 tenants each.
CREATE TABLE people (tenant_id int, user_id int NOT NULL, level int, PRIMARY KEY (user_id));
INSERT INTO people SELECT n % 1000, n, n % 3 FROM generate_series(1, 3000) AS n;
CREATE TABLE bare AS
SELECT n AS id, n % 1000 AS tenant_id, 'word ' || n AS body, n % 977 AS kind FROM generate_series(1, 20000) AS n;
ALTER TABLE bare ALTER tenant_id SET NOT NULL;
CREATE TABLE bare_indexed (LIKE bare INCLUDING ALL);
CREATE TABLE wrapped_indexed (LIKE bare INCLUDING ALL);
CREATE TABLE via_in (LIKE bare INCLUDING ALL);
CREATE TABLE via_exists (LIKE bare INCLUDING ALL);
CREATE TABLE via_columns (LIKE bare INCLUDING ALL);
CREATE TABLE via_rows (LIKE bare INCLUDING ALL);
CREATE TABLE asked_once (LIKE bare INCLUDING ALL);
CREATE TABLE via_nothing (LIKE bare INCLUDING ALL);
CREATE TABLE volatile (LIKE bare INCLUDING ALL);
CREATE TABLE asked (LIKE bare INCLUDING ALL);
CREATE TABLE untold (LIKE bare INCLUDING ALL);
CREATE TABLE "odd "" one" (LIKE bare INCLUDING ALL);
CREATE TABLE parted (LIKE bare INCLUDING ALL) PARTITION BY HASH (id);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE searched (LIKE bare INCLUDING ALL);

CREATE FUNCTION tenant_now() RETURNS int LANGUAGE plpgsql AS $$BEGIN RETURN current_setting('app.tenant_id'); END$$;
CREATE FUNCTION tenant_stable() RETURNS int STABLE LANGUAGE plpgsql
AS $$BEGIN RETURN current_setting('app.tenant_id'); END$$;
CREATE FUNCTION may_see(t int) RETURNS bool STABLE LANGUAGE plpgsql
AS $$BEGIN RETURN t = current_setting('app.tenant_id')::int; END$$;

CREATE FUNCTION fits(value text, beginning text) RETURNS bool STABLE COST 0.5 LANGUAGE plpgsql
AS $$DECLARE found bool := starts_with(value, beginning); BEGIN IF found THEN RETURN found; END IF; RETURN false; END$$;

DO $do$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['bare_indexed', 'wrapped_indexed', 'via_in', 'via_exists', 'via_columns', 'via_rows', 'asked_once', 'via_nothing', 'volatile',
                               'asked', 'untold', 'odd " one', 'parted', 'searched'] LOOP
        EXECUTE format('INSERT INTO %I SELECT * FROM bare', one);
        IF one NOT IN ('asked', 'asked_once') THEN
            EXECUTE format('CREATE INDEX ON %I (tenant_id)', one);
        END IF;
    END LOOP;
    FOREACH one IN ARRAY ARRAY['bare', 'bare_indexed', 'wrapped_indexed', 'via_in', 'via_exists', 'via_columns', 'via_rows', 'asked_once', 'via_nothing',
                               'volatile', 'asked', 'untold', 'odd " one', 'parted', 'searched'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('GRANT ALL ON %I TO seen', one);
    END LOOP;
END
$do$;
GRANT SELECT ON people TO seen;
CREATE TABLE secrets AS SELECT * FROM people;
ALTER TABLE secrets ADD PRIMARY KEY (user_id);
GRANT SELECT (tenant_id, user_id, level) ON secrets TO seen;
-- Nothing leads from its rows to a tenant.
ALTER TABLE untold RENAME tenant_id TO home;
UPDATE searched SET tenant_id = tenant_id % 4;
CREATE INDEX ON searched (body text_pattern_ops);

CREATE POLICY own ON bare USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY own ON bare_indexed USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY own ON wrapped_indexed
    USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::int));
CREATE POLICY own ON via_in
    USING (tenant_id IN (SELECT p.tenant_id FROM people p WHERE p.user_id = current_setting('app.user_id')::int));
CREATE POLICY own ON via_exists USING (EXISTS (
    SELECT FROM people p WHERE p.tenant_id = via_exists.tenant_id AND p.user_id = current_setting('app.user_id')::int));
CREATE POLICY own ON via_columns USING (EXISTS (
    SELECT p.level FROM secrets p
     WHERE p.tenant_id = via_columns.tenant_id AND p.user_id = current_setting('app.user_id')::int));
CREATE POLICY own ON via_rows USING (EXISTS (
    SELECT FROM people p WHERE p.tenant_id = via_rows.tenant_id AND p.level < via_rows.kind));
CREATE POLICY own ON asked_once USING (tenant_id = (SELECT tenant_stable()));
-- A setting that takes no tenant.
CREATE POLICY beside ON wrapped_indexed AS RESTRICTIVE
    USING (coalesce(current_setting('plpgsql.variable_conflict', true), '') <> 'x');
CREATE POLICY own ON via_nothing USING (NOT EXISTS (
    SELECT FROM people p WHERE p.tenant_id = via_nothing.tenant_id AND p.user_id > current_setting('app.user_id')::int));
CREATE POLICY own ON volatile USING (tenant_id = tenant_now());
CREATE POLICY own ON asked USING (may_see(tenant_id));
CREATE POLICY own ON untold USING (fits(body, lower(trim(current_setting('app.beginning', true)))));
CREATE POLICY U&"x"" ON bare; DROP TABLE people; --\001b[31m[b]" ON "odd "" one" USING (
    body <> E') OR true) ; DROP TABLE people; -- \x1b]0;x\x07 ''(SELECT' AND "odd "" one".tenant_id IN (
        SELECT "p ) q".tenant_id FROM people "p ) q"
         WHERE "p ) q".user_id = current_setting('app.user_id')::int));
CREATE POLICY own ON parted USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY own ON searched USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::int));
ANALYZE;
