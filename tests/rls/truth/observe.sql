-- Does every command as every role in every session on every object, each in a subtransaction that is undone, and
-- leaves in pg_temp.seen (object, role, command, session, leaks, anything): whether a row of another tenant was read,
-- taken, given or removed, and whether anything passed at all. Commands change all rows at once, to each of the rows
-- that predicates can tell apart, and put some rows in again ON CONFLICT; where one row that raises could hide the
-- others, and where a role may not write all columns or a trigger may, one row at a time with no other there. What
-- leaked once is not tried again.
-- Run it as a superuser on a connection that has set none of the settings before.
-- Versions: 15 and later. Cost: some thousand small statements.
SET session_replication_role = replica;  -- Foreign keys say nothing of row security.
CREATE TABLE pg_temp.seen (object text, role text, command text, session text, leaks boolean, anything boolean);
CREATE TABLE pg_temp.rows (base text, id int, place tid, relation oid, tenant text);
CREATE TABLE pg_temp.taken (role text, ids int[], base text, tenant text);
CREATE TABLE pg_temp.tries (object text, role text, command text, statements text[], tenants text[], whole boolean);

CREATE FUNCTION pg_temp.join_other(who text, tenant text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  BEGIN
    EXECUTE format('INSERT INTO app.members (user_id, tenant_id) VALUES (%L, %L)', who, tenant);
    RETURN true;
  EXCEPTION WHEN insufficient_privilege THEN
    EXECUTE format('UPDATE app.members SET tenant_id = %L%s', tenant, (SELECT ', role = ''admin''' FROM pg_attribute
      WHERE attrelid = 'app.members'::regclass AND attname = 'role'));
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n > 0;
  END;
EXCEPTION WHEN insufficient_privilege OR unique_violation THEN
  RETURN false;
END $$;
CREATE FUNCTION pg_temp.first_of(statements text[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  statement text; n bigint;
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    BEGIN
      EXECUTE statement;
      GET DIAGNOSTICS n = ROW_COUNT;
      IF n > 0 THEN RETURN true; END IF;
    EXCEPTION WHEN insufficient_privilege OR invalid_object_definition OR invalid_text_representation
      OR cardinality_violation OR object_not_in_prerequisite_state OR with_check_option_violation
      OR not_null_violation THEN NULL;
    END;
  END LOOP;
  RETURN false;
END $$;

-- Gives a role the rows of others that it could take in a session that had set nothing.
CREATE FUNCTION pg_temp.take() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT * FROM pg_temp.taken WHERE role = current_setting('role') LOOP
    EXECUTE format('UPDATE app.%I SET tenant_id = %L WHERE id = ANY ($1)', t.base, t.tenant) USING t.ids;
  END LOOP;
  RETURN FOUND;
END $$;
CREATE FUNCTION pg_temp.take_unset(who text, before text, base text, tenant text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  mine int[];
BEGIN
  BEGIN
    EXECUTE format('SET LOCAL ROLE %I', who);
    EXECUTE 'SELECT ' || before;
    RESET ROLE;
    EXECUTE format('SELECT array_agg(id) FROM app.%I r JOIN pg_temp.rows o USING (id) WHERE o.base = %L'
      ' AND r.ctid <> o.place AND r.tenant_id::text = %L', base, base, tenant) INTO mine;
    RAISE EXCEPTION 'undo';
  EXCEPTION WHEN raise_exception THEN NULL;
  END;
  IF mine IS NOT NULL THEN INSERT INTO pg_temp.taken VALUES (who, mine, base, tenant); END IF;
END $$;

-- What one statement does: 'passes' or 'leaks' where it changed rows, 'nothing' where it met none, 'refused' where the
-- new row was, 'raises' where an expression did, 'never' where no such statement can succeed. `alone` is the only row.
CREATE FUNCTION pg_temp.attempt(who text, before text, statement text, base text, tenant text, own text[], alone int)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  n bigint; foreign_row boolean;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', who);
  IF before <> '' THEN EXECUTE 'SELECT ' || before; END IF;
  EXECUTE statement;
  GET DIAGNOSTICS n = ROW_COUNT;
  RESET ROLE;
  IF n > 0 THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM (SELECT * FROM pg_temp.rows WHERE base = %2$L AND id = coalesce($2, id)) o'
      ' FULL JOIN (SELECT r.id, r.ctid, r.tableoid, %3$s AS tenant FROM app.%1$I r) r USING (id)'
      ' WHERE (r.ctid, r.tableoid) IS DISTINCT FROM (o.place, o.relation)'
      ' AND ((o.id IS NOT NULL AND (o.tenant = ANY ($1)) IS NOT TRUE)'
      ' OR (r.tableoid IS NOT NULL AND (r.tenant = ANY ($1)) IS NOT TRUE)))', base, base, tenant)
      INTO foreign_row USING own, alone;
  END IF;
  RAISE EXCEPTION 'undo';
EXCEPTION
  WHEN raise_exception THEN
    RETURN CASE WHEN n = 0 THEN 'nothing' WHEN foreign_row THEN 'leaks' ELSE 'passes' END;
  WHEN insufficient_privilege THEN
    RETURN CASE WHEN SQLERRM LIKE 'new row violates%' THEN 'refused' ELSE 'never' END;
  WHEN not_null_violation OR check_violation OR with_check_option_violation THEN RETURN 'refused';
  WHEN invalid_text_representation OR cardinality_violation THEN RETURN 'raises';
  WHEN feature_not_supported THEN
    -- A trigger met a row of another partition.
    RETURN CASE WHEN SQLERRM LIKE 'moving row%' THEN 'refused' ELSE 'never' END;
  WHEN invalid_object_definition OR object_not_in_prerequisite_state OR invalid_column_reference THEN RETURN 'never';
END $$;

-- The worst that a list of statements does: those that write rows of other tenants go first, so that what passes at last
-- has nothing worse behind it. Where some row is not met alone, 'raises' says that there may be worse.
CREATE FUNCTION pg_temp.worst(who text, before text, t pg_temp.tries, base text, tenant text, own text[], alone int) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  found_ text; raised boolean := false; away boolean; n int;
BEGIN
  FOREACH away IN ARRAY ARRAY[true, false] LOOP
    FOR n IN 1 .. cardinality(t.statements) LOOP
      CONTINUE WHEN ((t.tenants[n] = ANY (own)) IS NOT TRUE) <> away;
      found_ := pg_temp.attempt(who, before, t.statements[n], base, tenant, own, alone);
      IF found_ IN ('never', 'nothing') AND NOT raised THEN RETURN found_; END IF;
      IF found_ IN ('leaks', 'passes') THEN
        RETURN CASE WHEN raised AND found_ = 'passes' AND alone IS NULL AND t.command <> 'INSERT' THEN 'raises' ELSE found_ END;
      END IF;
      raised := raised OR found_ = 'raises';
    END LOOP;
  END LOOP;
  RETURN CASE WHEN raised THEN 'raises' ELSE 'refused' END;
END $$;

CREATE FUNCTION pg_temp.look(who text, before text, source text, base text, own text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  ids int[];
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', who);
  IF before <> '' THEN EXECUTE 'SELECT ' || before; END IF;
  EXECUTE 'SELECT array_agg(id) FROM ' || source INTO ids;
  RAISE EXCEPTION 'undo';
EXCEPTION
  WHEN raise_exception THEN
    RETURN CASE WHEN ids IS NULL THEN 'nothing' WHEN EXISTS (SELECT FROM pg_temp.rows o WHERE o.base = look.base
      AND o.id = ANY (ids) AND (o.tenant = ANY (own)) IS NOT TRUE) THEN 'leaks' ELSE 'passes' END;
  WHEN insufficient_privilege OR invalid_object_definition THEN RETURN 'never';
  WHEN invalid_text_representation OR cardinality_violation THEN RETURN 'raises';
END $$;

-- Whether a role may write a column of an object, and what stands behind it: w_t is a view over v_t, and that over t.
CREATE FUNCTION pg_temp.may(who text, caller text, name text, column_ text, command text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  view record;
BEGIN
  SELECT pg_get_userbyid(relowner) AS owner, coalesce('security_invoker=true' = ANY (reloptions), false) AS invoker
    INTO view FROM pg_class WHERE oid = format('app.%I', name)::regclass AND relkind = 'v';
  RETURN has_column_privilege(who, format('app.%I', name), column_, command) AND (view.owner IS NULL OR name LIKE 'j\_%'
    OR pg_temp.may(CASE WHEN view.invoker THEN caller ELSE view.owner END, caller,
      CASE WHEN name LIKE 'w\_%' THEN 'v' ELSE '' END || substr(name, CASE WHEN name LIKE 'w\_%' THEN 2 ELSE 3 END), column_, command));
END $$;

-- The statements by which a role writes an object.
CREATE FUNCTION pg_temp.prepare(who text, object jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text := object ->> 'name'; named text := format('app.%I', object ->> 'name');
  known text[] := ARRAY(SELECT jsonb_array_elements_text(object -> 'columns'));
  mine text[]; command text;
BEGIN
  IF jsonb_array_length(object -> 'variants') = 0 THEN RETURN; END IF;
  IF has_table_privilege(who, named, 'DELETE') THEN
    INSERT INTO pg_temp.tries VALUES (name, who, 'DELETE', ARRAY['DELETE FROM ' || named], ARRAY[NULL], true);
  END IF;
  FOREACH command IN ARRAY ARRAY['UPDATE', 'INSERT'] LOOP
    CONTINUE WHEN NOT has_any_column_privilege(who, named, command);
    mine := ARRAY(SELECT c FROM unnest(known) WITH ORDINALITY AS k(c, n) WHERE pg_temp.may(who, who, name, c, command) ORDER BY n);
    IF command = 'UPDATE' AND mine = '{}' THEN
      mine := ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = named::regclass AND attnum > 1 AND NOT attisdropped
        AND pg_temp.may(who, who, name, attname, command) LIMIT 1);
    END IF;
    CONTINUE WHEN command = 'UPDATE' AND mine = '{}';
    INSERT INTO pg_temp.tries
      SELECT name, who, command, array_agg(statement ORDER BY n), array_agg(tenant ORDER BY n),
        command = 'INSERT' OR (mine @> known AND NOT EXISTS (SELECT FROM pg_trigger
          WHERE tgrelid = format('app.%I', object ->> 'base')::regclass AND tgenabled = 'A'))
      FROM (SELECT DISTINCT ON (statement) statement, tenant, n FROM (
          SELECT n, CASE WHEN known[1] = ANY (mine) THEN v.value ->> 'tenant' END AS tenant,
            CASE command WHEN 'UPDATE' THEN format('UPDATE %s SET %s', named, string_agg(format('%I = %s', c, coalesce(said, 'NULL')), ', '))
              ELSE format('INSERT INTO %s (%s) VALUES (%s)', named,
                concat_ws(', ', 'id', string_agg(quote_ident(c), ', ') FILTER (WHERE c IS NOT NULL)), concat_ws(', ', '100000', string_agg(coalesce(said, 'NULL'), ', ') FILTER (WHERE c IS NOT NULL))) END
              AS statement
          FROM jsonb_array_elements(object -> 'variants') WITH ORDINALITY AS v(value, n)
            LEFT JOIN LATERAL (SELECT c, v.value -> 'values' ->> (array_position(known, c) - 1) AS said FROM unnest(mine) AS c) AS s ON true
          GROUP BY n, v.value) AS every ORDER BY statement, n) AS different;
  END LOOP;
  -- One row of each tenant is put in again, as some of the rows that predicates can tell apart.
  IF name = object ->> 'base' AND has_table_privilege(who, named, 'SELECT') AND has_table_privilege(who, named, 'INSERT')
    AND has_table_privilege(who, named, 'UPDATE') THEN
    INSERT INTO pg_temp.tries
      SELECT name, who, 'UPSERT', array_agg(format('INSERT INTO %s (id, %s) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET %s',
          named, columns, r.id, said, sets)), array_agg(r.tenant), true
      FROM (SELECT min(id) AS id, tenant FROM pg_temp.rows WHERE base = name GROUP BY tenant) AS r,
        (SELECT n, string_agg(quote_ident(known[place]), ', ') AS columns, string_agg(one, ', ') AS said,
             string_agg(format('%I = %s', known[place], one), ', ') AS sets
           FROM jsonb_array_elements(object -> 'variants') WITH ORDINALITY AS v(value, n),
             jsonb_array_elements_text(v.value -> 'values') WITH ORDINALITY AS w(one, place)
           WHERE n % greatest(jsonb_array_length(object -> 'variants') / 12, 1) = 0 GROUP BY n) AS said;
  END IF;
END $$;

CREATE FUNCTION pg_temp.observe(plan jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  roles text[] := ARRAY(SELECT jsonb_array_elements_text(plan -> 'roles'));
  s jsonb; o jsonb; k int; own text[]; who text; acting text[]; session text; before text; name text; root text;
  source text; tenant text; found_ text; able boolean; t pg_temp.tries; words text[];
  noted text;
BEGIN
  FOR root, tenant IN SELECT x ->> 0, x ->> 1 FROM jsonb_array_elements(plan -> 'tenants') x LOOP
    EXECUTE format('INSERT INTO pg_temp.rows SELECT %L, r.id, r.ctid, r.tableoid, %s FROM app.%I r', root, tenant, root);
  END LOOP;
  FOR o IN SELECT jsonb_array_elements(plan -> 'objects') LOOP
    FOREACH who IN ARRAY roles LOOP PERFORM pg_temp.prepare(who, o); END LOOP;
  END LOOP;
  FOR s IN SELECT x FROM jsonb_array_elements(plan -> 'sessions') x WHERE x ->> 'name' = 'theft, a' LOOP
    FOREACH who IN ARRAY roles LOOP
      PERFORM pg_temp.take_unset(who, s ->> 'before', s ->> 'spared', s -> 'own' ->> 0);
    END LOOP;
  END LOOP;
  FOR s IN SELECT jsonb_array_elements(plan -> 'sessions') LOOP
    session := s ->> 'name';
    before := s ->> 'before';
    own := ARRAY(SELECT jsonb_array_elements_text(s -> 'own'));
    PERFORM set_config(key, value, false) FROM jsonb_each_text(s -> 'settings');
    acting := roles;
    IF before <> '' THEN
      FOREACH who IN ARRAY roles LOOP
        able := false;
        BEGIN
          EXECUTE format('SET LOCAL ROLE %I', who);
          EXECUTE 'SELECT ' || before INTO able;
          RAISE EXCEPTION 'undo';
        EXCEPTION WHEN raise_exception THEN NULL;
        END;
        IF NOT able THEN acting := array_remove(acting, who); END IF;
      END LOOP;
    END IF;
    FOR o IN SELECT jsonb_array_elements((plan -> 'objects') || (plan -> 'functions')) LOOP
      name := o ->> 'name';
      root := o ->> 'base';
      tenant := (SELECT x ->> 1 FROM jsonb_array_elements(plan -> 'tenants') x WHERE x ->> 0 = root);
      CONTINUE WHEN root = s ->> 'spared';
      FOREACH who IN ARRAY acting LOOP
        FOR t IN SELECT * FROM pg_temp.tries x WHERE (x.object, x.role) = (name, who)
          UNION ALL SELECT name, who, CASE o ->> 'call' WHEN '()' THEN 'EXECUTE' ELSE 'SELECT' END, NULL, NULL, true LOOP
          CONTINUE WHEN t.command = 'UPSERT' AND session NOT IN ('fresh', 'a', 'empty');
          noted := CASE t.command WHEN 'UPSERT' THEN 'UPDATE' ELSE t.command END;
          CONTINUE WHEN EXISTS (SELECT FROM pg_temp.seen x WHERE (x.object, x.role, x.command) = (name, who, noted) AND x.leaks);
          source := format('app.%I%s', name, o ->> 'call');
          IF t.statements IS NULL THEN found_ := pg_temp.look(who, before, source, root, own);
          ELSIF t.whole THEN found_ := pg_temp.worst(who, before, t, root, tenant, own, NULL);
          ELSE
            -- One statement tells whether any row is met at all.
            found_ := pg_temp.attempt(who, before, t.statements[1], root, tenant, own, NULL);
            IF found_ IN ('refused', 'passes') THEN found_ := 'raises'; END IF;
          END IF;
          IF found_ = 'raises' AND t.command NOT IN ('INSERT', 'UPSERT') THEN
            words := '{}';
            FOR k IN SELECT x.id FROM pg_temp.rows x WHERE x.base = root ORDER BY (x.tenant = ANY (own)) IS TRUE LOOP
              BEGIN
                EXECUTE format('DELETE FROM app.%I WHERE id <> $1', root) USING k;
                IF t.statements IS NULL THEN found_ := pg_temp.look(who, before, source, root, own);
                ELSE found_ := pg_temp.worst(who, before, t, root, tenant, own, k);
                END IF;
                RAISE EXCEPTION 'undo';
              EXCEPTION WHEN raise_exception THEN NULL;
              END;
              words := words || found_;
              EXIT WHEN found_ = 'leaks';
            END LOOP;
            found_ := CASE WHEN 'leaks' = ANY (words) THEN 'leaks' WHEN 'passes' = ANY (words) THEN 'passes' ELSE 'nothing' END;
          END IF;
          INSERT INTO pg_temp.seen VALUES (name, who, noted, session, found_ = 'leaks', found_ IN ('leaks', 'passes'));
        END LOOP;
      END LOOP;
    END LOOP;
  END LOOP;
  -- What a role has no privilege for was seen to fail.
  INSERT INTO pg_temp.seen SELECT x ->> 'name', r, c, '', false, false
    FROM jsonb_array_elements(plan -> 'objects') x, unnest(roles) r, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) c
    WHERE jsonb_array_length(x -> 'variants') > 0;
END $$;
