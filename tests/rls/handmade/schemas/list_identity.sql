-- what: several tenants in one session: a list in a setting, arrays, jsonb
-- tenant: tenant_id
-- identity: string_to_array(current_setting('app.tenants'), ',')
-- roles: app
-- tokens: t111 t222
-- session: 111 333 t111: SET app.tenants = '111,333'
-- session: 222 444 t222: SET app.tenants = '222,444'
-- expect: app: a SIUD isolated, b SIUD isolated, c SIUD isolated, d SIUD isolated, e SIUD isolated, f SIUD leak
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES
  ('a', $q$tenant_id = ANY (string_to_array(current_setting('app.tenants', true), ',')::int[])$q$),
  ('b', $q$tenant_id::text = ANY (string_to_array(current_setting('app.tenants'), ','))$q$),
  ('c', $q$tenant_id IN (SELECT unnest(string_to_array(current_setting('app.tenants', true), ','))::int)$q$),
  ('d', $q$tenant_id IN (SELECT t::int FROM unnest(string_to_array(current_setting('app.tenants', true), ',')) AS t)$q$),
  ('e', $q$tenant_id::text = ANY (regexp_split_to_array(current_setting('app.tenants', true), ','))$q$),
  ('f', $q$position(tenant_id::text IN current_setting('app.tenants', true)) > 0 OR title = 't222'$q$)
) AS x (name, policy) LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, tenant_id int NOT NULL, title text)', r.name);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.name); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app', r.name);
  EXECUTE format('CREATE POLICY p ON %I USING (%s)', r.name, r.policy);
  EXECUTE format('INSERT INTO %I VALUES (1, 111, ''t111''), (2, 222, ''t222'')', r.name);
END LOOP; END $$;
