-- what: tenant by a plpgsql function: RETURN current_setting, raises where it is missing
-- tenant: tenant_id
-- identity: current_setting('app.tenant')
-- roles: app
-- tokens: 111 222
-- session: 111 t111 u111: SET app.tenant = '111'
-- session: 222 t222 u222: SET app.tenant = '222'
-- expect: app: a SIUD isolated, b SIUD isolated, c SIUD isolated, d SIUD isolated, e SIUD isolated, f SIUD leak, g SIUD isolated, h SIUD isolated, k SIUD isolated
CREATE FUNCTION tenant_a() RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN current_setting('app.tenant')::int;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;
CREATE FUNCTION tenant_b() RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE v text := current_setting('app.tenant', true);
BEGIN
  IF v IS NULL OR v = '' THEN
    RAISE EXCEPTION 'no tenant' USING ERRCODE = '28000';
  END IF;
  RETURN v::int;
END $$;
CREATE FUNCTION tenant_c() RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
  found_id int;
BEGIN
  SELECT current_setting('app.tenant', TRUE)::int INTO found_id;
  IF NOT FOUND OR found_id IS NULL THEN RAISE EXCEPTION 'x %', 1; END IF;
  RETURN found_id;
END; $$;
CREATE FUNCTION may_d(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
  RETURN t = current_setting('app.tenant')::int;
END $$;
CREATE FUNCTION may_e(t int) RETURNS bool LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF t IS DISTINCT FROM current_setting('app.tenant', true)::int THEN RETURN false; END IF;
  RETURN true;
END $$;
CREATE FUNCTION tenant_f() RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN COALESCE(NULLIF(current_setting('app.tenant', true), '')::int, 111);
END $$;
CREATE FUNCTION tenant_g(missing_ok bool DEFAULT true) RETURNS int LANGUAGE sql STABLE AS $$ SELECT current_setting('app.tenant', missing_ok)::int $$;
CREATE FUNCTION may_h(t int) RETURNS bool LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE ok bool;
BEGIN
  CASE WHEN current_setting('app.tenant', true) = t::text THEN ok := true; ELSE ok := false; END CASE;
  RETURN ok;
END $$;
CREATE FUNCTION may_k(t int) RETURNS bool LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF current_setting('app.tenant', true) IS NULL THEN
    RAISE WARNING 'nobody';
    RETURN false;
  ELSIF t::text <> current_setting('app.tenant', true) THEN
    RETURN false;
  ELSE
    RETURN t IS NOT NULL;
  END IF;
END $$;
CREATE TABLE a (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
CREATE TABLE b (LIKE a INCLUDING ALL); CREATE TABLE c (LIKE a INCLUDING ALL); CREATE TABLE d (LIKE a INCLUDING ALL); CREATE TABLE e (LIKE a INCLUDING ALL);
CREATE TABLE f (LIKE a INCLUDING ALL); CREATE TABLE g (LIKE a INCLUDING ALL); CREATE TABLE h (LIKE a INCLUDING ALL); CREATE TABLE k (LIKE a INCLUDING ALL);
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'k'] LOOP
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app', n);
  EXECUTE format('INSERT INTO %I VALUES (1, 111, ''x''), (2, 222, ''y'')', n);
END LOOP; END $$;
CREATE POLICY p ON a USING (tenant_id = tenant_a()); CREATE POLICY p ON b USING (tenant_id = tenant_b()); CREATE POLICY p ON c USING (tenant_id = (SELECT tenant_c()));
CREATE POLICY p ON d USING (may_d(tenant_id)); CREATE POLICY p ON e USING (may_e(tenant_id)); CREATE POLICY p ON f USING (tenant_id = tenant_f());
CREATE POLICY p ON g USING (tenant_id = tenant_g()); CREATE POLICY p ON h USING (may_h(tenant_id)); CREATE POLICY p ON k USING (may_k(tenant_id));
