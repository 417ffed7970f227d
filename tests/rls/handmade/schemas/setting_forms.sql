-- what: one setting in every way that people write it
-- tenant: tenant_id
-- identity: current_setting('app.tenant_id')
-- roles: app
-- tokens: t111 t222
-- session: 111 t111: SET app.tenant_id = '111'; SET app.tenants = '111,333'; SET app.role = 'user'
-- session: 222 t222: SET app.tenant_id = '222'; SET app.tenants = '222,444'; SET app.role = 'user'
-- session: 111 t111: SET app.tenant_id = '111'; SET app.tenants = '222'; SET app.role = 'admin'
-- expect: app: a1 S isolated, a2 S isolated, a3 S isolated, a4 S isolated, a5 S isolated, a6 S isolated, a7 S isolated, a8 S isolated, a9 S leak, b1 S leak, b2 S leak, b3 S leak, b4 S leak, b5 S leak, b6 S leak, b7 S leak, b8 S leak, b9 S leak, c1 S isolated, c2 S isolated, c3 S denied, c4 S isolated, c5 S denied, c6 S isolated, c7 S isolated, c8 S isolated, c9 S isolated, d1 S isolated, d2 S leak, d3 S unproved, d4 S unproved, d5 S leak, d6 S isolated
DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM (VALUES
  ('a1', $q$tenant_id = current_setting('app.tenant_id')::integer$q$),
  ('a2', $q$tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::int)$q$),
  ('a3', $q$tenant_id::text = current_setting('app.tenant_id', true)$q$),
  ('a4', $q$tenant_id IN (SELECT current_setting('app.tenant_id', true)::int)$q$),
  ('a5', $q$tenant_id = ANY (ARRAY[current_setting('app.tenant_id', true)::int])$q$),
  ('a6', $q$tenant_id = ANY (ARRAY(SELECT current_setting('app.tenant_id', true)::int))$q$),
  ('a7', $q$CASE WHEN current_setting('app.tenant_id', true) ~ '^[0-9]+$' THEN tenant_id = current_setting('app.tenant_id', true)::int ELSE false END$q$),
  ('a8', $q$coalesce(current_setting('app.tenant_id', true), '') <> '' AND tenant_id::text = coalesce(current_setting('app.tenant_id', true), '')$q$),
  ('a9', $q$tenant_id = COALESCE(NULLIF(current_setting('app.tenant_id', true), '')::int, -1)$q$),
  ('b1', $q$tenant_id = current_setting('app.tenant_id', true)::int OR current_setting('app.role', true) = 'admin'$q$),
  ('b2', $q$current_setting('app.tenant_id', true) IS NULL OR tenant_id::text = current_setting('app.tenant_id', true)$q$),
  ('b3', $q$tenant_id = current_setting('app.tenant_id', true)::int OR is_public$q$),
  ('b4', $q$tenant_id = coalesce(nullif(current_setting('app.tenant_id', true), '')::int, tenant_id)$q$),
  ('b5', $q$tenant_id >= nullif(current_setting('app.tenant_id', true), '')::int$q$),
  ('b6', $q$tenant_id = 222$q$),
  ('b7', $q$current_setting('app.tenant_id', true) IS NOT NULL$q$),
  ('b8', $q$tenant_id::text LIKE left(current_setting('app.tenant_id', true), 1) || '%' OR title = 't222'$q$),
  ('b9', $q$NOT (tenant_id <> nullif(current_setting('app.tenant_id', true), '')::int) IS TRUE$q$),
  ('c1', $q$NOT (tenant_id IS DISTINCT FROM current_setting('app.tenant_id', true)::int)$q$),
  ('c2', $q$(tenant_id, true) = (current_setting('app.tenant_id', true)::int, is_public)$q$),
  ('c3', $q$false$q$),
  ('c4', $q$tenant_id BETWEEN current_setting('app.tenant_id', true)::int AND current_setting('app.tenant_id', true)::int$q$),
  ('c5', $q$tenant_id = current_setting('app.tenant_id', true)::int AND tenant_id IS NULL$q$),
  ('c6', $q$(tenant_id = current_setting('app.tenant_id', true)::int) IS TRUE$q$),
  ('c7', $q$tenant_id = current_setting('app.tenant_id', true)::bigint AND (is_public OR title IS NOT NULL)$q$),
  ('c8', $q$format('%s', tenant_id) = current_setting('app.tenant_id', true) AND tenant_id = current_setting('app.tenant_id', true)::int$q$),
  ('c9', $q$tenant_id = trim(current_setting('app.tenant_id', true))::int$q$),
  ('d1', $q$ARRAY[tenant_id] <@ ARRAY[current_setting('app.tenant_id', true)::int]$q$),
  ('d2', $q$tenant_id = ANY (string_to_array(current_setting('app.tenants', true), ',')::int[])$q$),
  ('d3', $q$tenant_id - current_setting('app.tenant_id', true)::int = 0$q$),
  ('d4', $q$int4eq(tenant_id, current_setting('app.tenant_id', true)::int)$q$),
  ('d5', $q$tenant_id = current_setting('app.tenant_id', true)::int OR tenant_id = 222 AND now() > '2001-01-01'$q$),
  ('d6', $q$EXISTS (SELECT 1 WHERE tenant_id = current_setting('app.tenant_id', true)::int)$q$)
) AS x (name, policy) LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, tenant_id int NOT NULL, title text, is_public bool NOT NULL DEFAULT true)', r.name);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.name); EXECUTE format('GRANT SELECT ON %I TO app', r.name);
  EXECUTE format('CREATE POLICY p ON %I FOR SELECT USING (%s)', r.name, r.policy);
  EXECUTE format('INSERT INTO %I VALUES (1, 111, ''t111''), (2, 222, ''t222'')', r.name);
END LOOP; END $$;
