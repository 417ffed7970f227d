-- Roles of the handmade schemas, made where they are not there yet: roles are the server's, not a database's.
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT * FROM (VALUES
    ('app', 'LOGIN'), ('reader', 'LOGIN'), ('support', 'LOGIN'), ('web', 'NOLOGIN'), ('keeper', 'NOLOGIN'),
    ('hm_owner', 'NOLOGIN'), ('anon', 'NOLOGIN'), ('authenticated', 'NOLOGIN'), ('tenant_111', 'LOGIN'),
    ('tenant_222', 'LOGIN'), ('hm_admin', 'LOGIN BYPASSRLS'), ('acme', 'LOGIN')
  ) AS wanted (name, options) LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r.name) THEN
      EXECUTE format('CREATE ROLE %I %s', r.name, r.options);
    END IF;
  END LOOP;
END $$;
