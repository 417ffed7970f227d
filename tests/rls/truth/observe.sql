-- Does every command as every role in every session on every object, each in a subtransaction that is undone, and
-- returns (object, role, command, session, leaks, anything): whether a row of another tenant was read, taken, given or
-- removed, and whether anything passed at all. Rows are changed and removed one at a time, with no other row there:
-- one that raises would hide the others. Run it on a connection that has set none of the settings before.
-- Versions: all. Cost: about 50,000 small statements.
CREATE TABLE pg_temp.seen (object text, role text, command text, session text, leaks boolean, anything boolean);
CREATE FUNCTION pg_temp.join_other(session text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  BEGIN
    INSERT INTO app.members SELECT * FROM (VALUES (11, 2), (22, 1)) AS v(u, t) WHERE (v.u = 22) = (session = 'two-step b');
    RETURN true;
  EXCEPTION WHEN insufficient_privilege THEN
    UPDATE app.members SET tenant_id = CASE session WHEN 'two-step b' THEN 1 ELSE 2 END;
    RETURN FOUND;
  END;
EXCEPTION WHEN insufficient_privilege OR unique_violation THEN
  RETURN false;
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.join_other(text) TO PUBLIC;
CREATE FUNCTION pg_temp.observe(roles text[], objects text[], functions text[], sessions text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  session text; own int[]; who text; which text; base text; joins text[] := '{}'; ok boolean; ids int[];
  k record; v record; n bigint; moved int; leak boolean; found_ text; acting text[];
  changes text[] := ARRAY['note = ''x''', 'tenant_id = 1', 'tenant_id = 2', 'tenant_id = NULL',
    'tenant_id = 2, is_public = true, status = ''live'', owner_id = 11',
    'tenant_id = 2, is_public = false, status = ''live'', owner_id = 11',
    'tenant_id = 2, is_public = false, status = ''draft'', owner_id = 22',
    'tenant_id = NULL, is_public = true, status = ''live'', owner_id = 11'];
  change text; command text; results jsonb := '{}';
BEGIN
  FOREACH session IN ARRAY sessions LOOP
    own := CASE session WHEN 'fresh' THEN '{}' WHEN 'forged alone' THEN '{}' WHEN 'empty' THEN '{}' WHEN 'b' THEN '{2}' WHEN 'two-step b' THEN '{2}' ELSE '{1}' END;
    IF session = 'forged alone' THEN
      PERFORM set_config('app.admin', 'on', false);
    ELSIF session <> 'fresh' THEN
      PERFORM set_config('app.tenant_id', CASE session WHEN 'empty' THEN '' WHEN 'user only' THEN '' ELSE own[1]::text END, false);
      PERFORM set_config('app.user_id', coalesce((own[1] * 11)::text, ''), false);
      PERFORM set_config('app.admin', CASE session WHEN 'forged' THEN 'on' ELSE '' END, false);
    END IF;
    acting := roles;
    IF session LIKE 'two-step%' THEN
      -- Only roles that can make themselves members of the other tenant.
      FOREACH who IN ARRAY roles LOOP
        ok := false;
        BEGIN
          EXECUTE format('SET LOCAL ROLE %I', who);
          ok := pg_temp.join_other(session);
          RAISE EXCEPTION 'undo';
        EXCEPTION WHEN raise_exception THEN NULL;
        END;
        IF NOT ok THEN acting := array_remove(acting, who); END IF;
      END LOOP;
    END IF;
    -- Reading
    FOREACH which IN ARRAY objects || functions LOOP
      base := regexp_replace(which, '^[vmf]_', '');
      command := CASE WHEN which = ANY (functions) THEN 'EXECUTE' ELSE 'SELECT' END;
      FOREACH who IN ARRAY acting LOOP
        ids := NULL;
        BEGIN
          EXECUTE format('SET LOCAL ROLE %I', who);
          IF session LIKE 'two-step%' THEN PERFORM pg_temp.join_other(session); END IF;
          EXECUTE format('SELECT array_agg(id) FROM app.%I%s', which, CASE command WHEN 'EXECUTE' THEN '()' END) INTO ids;
          RAISE EXCEPTION 'undo';
        EXCEPTION WHEN raise_exception OR insufficient_privilege OR invalid_object_definition
          OR invalid_text_representation THEN NULL;
        END;
        EXECUTE format('SELECT coalesce(bool_or((tenant_id = ANY ($1)) IS NOT TRUE), false) FROM app.%I WHERE id = ANY ($2)', base)
          INTO leak USING own, ids;
        INSERT INTO pg_temp.seen VALUES (which, who, command, session, leak, ids IS NOT NULL);
      END LOOP;
    END LOOP;
    CONTINUE WHEN session IN ('empty', 'b');
    -- Changing and removing
    FOREACH which IN ARRAY objects LOOP
      CONTINUE WHEN which LIKE 'm\_%';
      base := regexp_replace(which, '^[vmf]_', '');
      results := '{}';
      FOR k IN EXECUTE format('SELECT * FROM app.%I ORDER BY id', base) LOOP
        BEGIN
          EXECUTE format('DELETE FROM app.%I WHERE id <> $1', base) USING k.id;
          FOREACH who IN ARRAY acting LOOP
            FOREACH command IN ARRAY ARRAY['DELETE', 'UPDATE'] LOOP
              CONTINUE WHEN NOT has_any_column_privilege(who, format('app.%I', which), 'UPDATE') AND command = 'UPDATE';
              CONTINUE WHEN NOT has_table_privilege(who, format('app.%I', which), 'DELETE') AND command = 'DELETE';
              FOREACH change IN ARRAY CASE command WHEN 'UPDATE' THEN changes ELSE ARRAY[''] END LOOP
                n := 0;
                moved := k.tenant_id;
                BEGIN
                  EXECUTE format('SET LOCAL ROLE %I', who);
                  IF session LIKE 'two-step%' THEN PERFORM pg_temp.join_other(session); END IF;
                  IF command = 'DELETE' THEN
                    EXECUTE format('DELETE FROM app.%I', which);
                    GET DIAGNOSTICS n = ROW_COUNT;
                  ELSE
                    EXECUTE format('UPDATE app.%I SET %s', which, change);
                    GET DIAGNOSTICS n = ROW_COUNT;
                    RESET ROLE;
                    EXECUTE format('SELECT tenant_id FROM app.%I', base) INTO moved;
                  END IF;
                  RAISE EXCEPTION 'undo';
                EXCEPTION WHEN raise_exception OR insufficient_privilege OR invalid_object_definition OR not_null_violation
                  OR invalid_text_representation OR object_not_in_prerequisite_state OR with_check_option_violation THEN NULL;
                END;
                IF n > 0 THEN
                  found_ := who || ' ' || command;
                  leak := (k.tenant_id = ANY (own)) IS NOT TRUE OR (moved = ANY (own)) IS NOT TRUE;
                  results := results || jsonb_build_object(found_, coalesce((results ->> found_)::boolean, false) OR leak);
                END IF;
              END LOOP;
            END LOOP;
          END LOOP;
          RAISE EXCEPTION 'undo';
        EXCEPTION WHEN raise_exception THEN NULL;
        END;
      END LOOP;
      FOREACH who IN ARRAY acting LOOP
        FOREACH command IN ARRAY ARRAY['DELETE', 'UPDATE'] LOOP
          found_ := results ->> (who || ' ' || command);
          INSERT INTO pg_temp.seen VALUES (which, who, command, session, coalesce(found_::boolean, false), found_ IS NOT NULL);
        END LOOP;
      END LOOP;
      -- Adding
      FOREACH who IN ARRAY acting LOOP
        leak := false;
        ok := false;
        IF has_any_column_privilege(who, format('app.%I', which), 'INSERT') THEN
          FOR v IN SELECT * FROM unnest(ARRAY[1, 2, NULL]) t, unnest(ARRAY[11, 22]) o, unnest(ARRAY[true, false, NULL]) p,
                     unnest(ARRAY['live', 'draft']) s, unnest(ARRAY[NULL, 'x']) x LOOP
            n := 0;
            BEGIN
              EXECUTE format('SET LOCAL ROLE %I', who);
              IF session LIKE 'two-step%' THEN PERFORM pg_temp.join_other(session); END IF;
              EXECUTE format('INSERT INTO app.%I VALUES (1000, $1, $2, $3, $4, $5)', which) USING v.t, v.o, v.p, v.s, v.x;
              GET DIAGNOSTICS n = ROW_COUNT;
              RAISE EXCEPTION 'undo';
            EXCEPTION WHEN raise_exception OR insufficient_privilege OR invalid_object_definition OR not_null_violation
              OR invalid_text_representation OR object_not_in_prerequisite_state OR with_check_option_violation THEN NULL;
            END;
            IF n > 0 THEN ok := true; leak := leak OR (v.t = ANY (own)) IS NOT TRUE; END IF;
          END LOOP;
        END IF;
        INSERT INTO pg_temp.seen VALUES (which, who, 'INSERT', session, leak, ok);
      END LOOP;
    END LOOP;
  END LOOP;
END $$;
