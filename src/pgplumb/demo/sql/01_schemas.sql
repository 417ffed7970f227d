-- step 7: schemas and extensions
-- Schemas and extensions. The product lives in app, money in billing, measurements in analytics.
CREATE SCHEMA app AUTHORIZATION app_owner;
CREATE SCHEMA billing AUTHORIZATION app_owner;
CREATE SCHEMA analytics AUTHORIZATION app_owner;
CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
-- As every new database of 15 and later has it.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE EXTENSION btree_gist SCHEMA extensions;
CREATE EXTENSION pg_trgm SCHEMA extensions;
CREATE EXTENSION pg_stat_statements;
