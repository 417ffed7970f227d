-- step 1: roles
-- Roles. Groups hold privileges, logins belong to groups. Roles belong to the whole cluster, so each is made
-- only where it is missing.
DO $roles$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            -- groups
            ('app_owner',      'NOLOGIN'),
            ('app_user',       'NOLOGIN'),
            ('app_worker',     'NOLOGIN'),
            ('app_readonly',   'NOLOGIN'),
            ('app_admin',      'NOLOGIN BYPASSRLS'),
            -- logins as they should be
            ('web',            'LOGIN CONNECTION LIMIT 30 IN ROLE app_user'),
            ('reporting',      'LOGIN CONNECTION LIMIT 5 IN ROLE app_readonly'),
            ('support',        'LOGIN NOINHERIT CONNECTION LIMIT 5 IN ROLE app_admin'),
            ('migrator',       'LOGIN CONNECTION LIMIT 2 IN ROLE app_owner'),
            ('monitor',        'LOGIN CONNECTION LIMIT 3 IN ROLE pg_monitor'),
            -- logins as they should not be
            ('worker',         'LOGIN IN ROLE app_worker'),
            ('nightly_import', 'LOGIN CREATEDB BYPASSRLS CONNECTION LIMIT 2 IN ROLE app_worker')
        ) AS role (name, options)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
            EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.options);
        END IF;
    END LOOP;
    EXECUTE format('GRANT CREATE ON DATABASE %I TO app_owner', current_database());
END
$roles$;

ALTER ROLE web SET statement_timeout = '15s';
ALTER ROLE web SET lock_timeout = '5s';
ALTER ROLE web SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE reporting SET statement_timeout = '10min';
ALTER ROLE reporting SET lock_timeout = '5s';
ALTER ROLE reporting SET idle_in_transaction_session_timeout = '10min';
ALTER ROLE reporting SET work_mem = '32MB';
ALTER ROLE support SET statement_timeout = '60s';
ALTER ROLE support SET lock_timeout = '5s';
ALTER ROLE support SET idle_in_transaction_session_timeout = '5min';
