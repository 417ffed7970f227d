-- what: functions in plpgsql that give rows one by one: loops, variables of a table's type, OUT columns, what is left in a variable
-- tenant: tenant_id
-- identity: current_setting('app.t')
-- roles: app
-- tokens: t111 t222
-- session: 111 t111: SET app.t = '111'
-- session: 222 t222: SET app.t = '222'
-- call: in_loop(): in_loop()
-- call: in_row(int4): in_row(2)
-- call: asked_after(int4): asked_after(2)
-- call: refused_after(int4): refused_after(2)
-- call: caught(int4): caught(2)
-- call: tested(): tested()
-- call: left_over(): left_over()
-- call: left_over_row(): left_over_row()
-- call: null_passes(int4): null_passes(3)
-- call: restored(): restored()
-- call: in_branch(int4): in_branch(1)
-- expect: app: in_loop() X isolated; in_row(int4) X isolated; asked_after(int4) X isolated; refused_after(int4) X unproved; caught(int4) X isolated; tested() X isolated; left_over() X unproved; left_over_row() X unproved; null_passes(int4) X unproved; restored() X unproved; in_branch(int4) X isolated
CREATE TABLE docs (id int PRIMARY KEY, tenant_id int, note text);
INSERT INTO docs VALUES (1, 111, 't111'), (2, 222, 't222'), (3, NULL, 'nobody'), (4, 222, 't222');
CREATE FUNCTION mine() RETURNS int LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.t', true), '')::int $$;
CREATE FUNCTION in_loop() RETURNS SETOF docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r docs; BEGIN FOR r IN SELECT * FROM docs WHERE tenant_id = mine() LOOP RETURN NEXT r; END LOOP; END $$;
CREATE FUNCTION in_row(i int) RETURNS docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r docs%ROWTYPE; BEGIN SELECT * INTO r FROM docs WHERE id = i AND tenant_id = mine(); RETURN r; END $$;
CREATE FUNCTION asked_after(i int) RETURNS docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r docs; BEGIN SELECT * INTO r FROM docs WHERE id = i; IF r.tenant_id = mine() THEN RETURN r; END IF; RETURN NULL; END $$;
CREATE FUNCTION refused_after(i int) RETURNS docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r docs; BEGIN SELECT * INTO r FROM docs WHERE id = i; IF NOT FOUND OR r.tenant_id IS DISTINCT FROM mine() THEN RAISE EXCEPTION 'no'; END IF; RETURN r; END $$;
CREATE FUNCTION caught(i int) RETURNS docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r public.docs; BEGIN SELECT d.* INTO STRICT r FROM docs d WHERE id = i AND tenant_id = mine(); RETURN r; EXCEPTION WHEN no_data_found THEN RETURN NULL; END $$;
CREATE FUNCTION tested() RETURNS SETOF docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r docs; BEGIN FOR r IN SELECT * FROM docs LOOP IF r.tenant_id = mine() THEN RETURN NEXT r; END IF; END LOOP; END $$;
CREATE FUNCTION left_over() RETURNS SETOF docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM docs ORDER BY id LOOP IF r.tenant_id = mine() THEN RETURN NEXT r; END IF; END LOOP; RETURN NEXT r; END $$;
CREATE FUNCTION left_over_row() RETURNS SETOF docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r docs%ROWTYPE; BEGIN FOR r IN SELECT * FROM docs ORDER BY id LOOP IF r.tenant_id = mine() THEN RETURN NEXT r; END IF; END LOOP; RETURN NEXT r; END $$;
CREATE FUNCTION null_passes(i int) RETURNS docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r docs; BEGIN SELECT * INTO r FROM docs WHERE id = i; IF r.tenant_id <> mine() THEN RETURN NULL; END IF; RETURN r; END $$;
CREATE FUNCTION restored() RETURNS SETOF docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM docs WHERE tenant_id = mine() LOOP RETURN NEXT r; END LOOP; BEGIN SELECT * INTO r FROM docs ORDER BY id DESC LIMIT 1; PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN NEXT r; END $$;
CREATE FUNCTION in_branch(i int) RETURNS docs LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r docs; BEGIN IF i > 0 THEN SELECT * INTO r FROM docs WHERE tenant_id = mine(); END IF; RETURN r; END $$;
