-- what: SECURITY DEFINER functions as doors: parameters, plpgsql, SRFs, joins, writers
-- tenant: tenant_id
-- identity: current_setting('app.t')
-- roles: app
-- tokens: t111 t222
-- session: 111 t111: SET app.t = '111'
-- session: 222 t222: SET app.t = '222'
-- call: f_all(): f_all()
-- call: f_own(): f_own()
-- call: f_param(int4): f_param(222)
-- call: f_param_own(int4): f_param_own(2)
-- call: f_plpgsql(): f_plpgsql()
-- call: f_plpgsql_own(int4): f_plpgsql_own(2)
-- call: f_join(): f_join()
-- call: f_two(): f_two()
-- call: f_loop(): f_loop()
-- call: f_search(text): f_search('t222')
-- call: f_dynamic(text): f_dynamic('docs')
-- call: f_titles(): f_titles()
-- call: f_one(int4): f_one(2)
-- expect: app: docs SIUD isolated, f_all() X leak, f_own() X isolated, f_param(int4) X leak, f_param_own(int4) X isolated, f_plpgsql() X leak, f_plpgsql_own(int4) X isolated, f_join() X isolated, f_two() X isolated, f_loop() X isolated, f_search(text) X isolated, f_dynamic(text) X unproved, f_titles() X isolated, f_one(int4) X isolated
CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL, title text);
CREATE TABLE tags (doc_id int REFERENCES docs, tag text);
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (tenant_id = current_setting('app.t', true)::int);
GRANT SELECT, INSERT, UPDATE, DELETE ON docs TO app;
CREATE FUNCTION f_all() RETURNS SETOF docs LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT * FROM public.docs $$;
CREATE FUNCTION f_own() RETURNS SETOF docs LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT * FROM public.docs WHERE tenant_id = current_setting('app.t')::int ORDER BY id LIMIT 10 $$;
CREATE FUNCTION f_param(t int) RETURNS SETOF docs LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT * FROM public.docs d WHERE d.tenant_id = t $$;
CREATE FUNCTION f_param_own(wanted int) RETURNS SETOF docs LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ SELECT * FROM docs d WHERE d.id = wanted AND d.tenant_id = current_setting('app.t')::int $$;
CREATE FUNCTION f_plpgsql() RETURNS TABLE (id int, title text) LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN QUERY SELECT d.id, d.title FROM public.docs d; END $$;
CREATE FUNCTION f_plpgsql_own(wanted int) RETURNS TABLE (id int, title text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE t int := current_setting('app.t')::int;
BEGIN
  IF t IS NULL THEN RAISE EXCEPTION 'no tenant'; END IF;
  RETURN QUERY SELECT d.id, d.title FROM docs d WHERE d.tenant_id = t AND d.id = wanted;
END $$;
CREATE FUNCTION f_join() RETURNS TABLE (title text, tag text) LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$ SELECT d.title, g.tag FROM docs d JOIN tags g ON g.doc_id = d.id WHERE d.tenant_id = current_setting('app.t')::int $$;
CREATE FUNCTION f_two() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$ BEGIN RETURN QUERY SELECT title FROM docs WHERE tenant_id = current_setting('app.t')::int; RETURN QUERY SELECT 'x'::text; RETURN; END $$;
CREATE FUNCTION f_loop() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM docs LOOP IF r.tenant_id = current_setting('app.t')::int THEN RETURN NEXT r.title; END IF; END LOOP; END $$;
CREATE FUNCTION f_search(q text DEFAULT '') RETURNS SETOF docs LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ SELECT docs.* FROM docs WHERE title ILIKE '%' || q || '%' AND tenant_id = (SELECT current_setting('app.t')::int) $$;
CREATE FUNCTION f_dynamic(t text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$ BEGIN RETURN QUERY EXECUTE format('SELECT title FROM %I', t); END $$;
CREATE FUNCTION f_titles() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$ SELECT d.title FROM docs d WHERE d.tenant_id = current_setting('app.t')::int UNION ALL SELECT upper(d.title) FROM docs d WHERE d.tenant_id = current_setting('app.t')::int $$;
CREATE FUNCTION f_one(wanted int) RETURNS docs LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$ SELECT * FROM docs WHERE id = $1 AND tenant_id = current_setting('app.t')::int $$;
CREATE FUNCTION f_write(t int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$ INSERT INTO docs VALUES (9, t, 'x') $$;
INSERT INTO docs VALUES (1, 111, 't111'), (2, 222, 't222'); INSERT INTO tags VALUES (1, 'a'), (2, 'b');
