-- what: membership helpers in plpgsql: PERFORM and FOUND, loops, CASE, records, INTO STRICT
-- tenant: org_id
-- identity: members(org_id) where user_id = current_setting('app.uid')
-- roles: app
-- tokens: o111 o222
-- session: 111 o111: SET app.uid = '1'
-- session: 222 o222: SET app.uid = '2'
-- expect: app: a S isolated, b S isolated, c S isolated, d S isolated, e S isolated, f S isolated, g S leak, h S isolated, i S isolated, j S isolated, k S leak
CREATE TABLE members (org_id int NOT NULL, user_id int NOT NULL, role text NOT NULL, PRIMARY KEY (org_id, user_id));
CREATE FUNCTION uid() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN nullif(current_setting('app.uid', true), '')::int; END $$;
CREATE FUNCTION fa(o int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ BEGIN PERFORM 1 FROM members m WHERE m.org_id = o AND m.user_id = uid(); RETURN FOUND; END $$;
CREATE FUNCTION fb(o int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM members WHERE org_id = o AND user_id = uid(); RETURN n > 0; END $$;
CREATE FUNCTION fc(o int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM members WHERE user_id = uid() LOOP IF r.org_id = o THEN RETURN true; END IF; END LOOP; RETURN false; END $$;
CREATE FUNCTION fd(o int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ DECLARE m members%ROWTYPE; BEGIN SELECT * INTO m FROM members WHERE org_id = o AND user_id = uid(); IF NOT FOUND THEN RETURN false; END IF; RETURN m.role IN ('owner', 'member'); END $$;
CREATE FUNCTION fe(o int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ DECLARE v text; BEGIN SELECT role INTO v FROM members WHERE org_id = o AND user_id = uid(); CASE v WHEN 'owner' THEN RETURN true; WHEN 'member', 'guest' THEN RETURN true; ELSE RETURN false; END CASE; END $$;
CREATE FUNCTION ff() RETURNS SETOF int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ BEGIN IF uid() IS NULL THEN RETURN; END IF; RETURN QUERY SELECT m.org_id FROM members m WHERE m.user_id = uid(); END $$;
CREATE FUNCTION fg(o int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ BEGIN IF uid() IS NULL THEN RETURN true; END IF; RETURN EXISTS (SELECT 1 FROM members WHERE org_id = o AND user_id = uid()); END $$;
CREATE FUNCTION fh(o int, wanted text[] DEFAULT ARRAY['owner', 'member']) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ DECLARE x text; v text; BEGIN SELECT role INTO STRICT v FROM members WHERE org_id = o AND user_id = uid(); FOREACH x IN ARRAY wanted LOOP IF v = x THEN RETURN true; END IF; END LOOP; RETURN false; EXCEPTION WHEN no_data_found THEN RETURN false; END $$;
CREATE FUNCTION fi() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ SELECT array_agg(org_id) FROM members WHERE user_id = uid() $$;
CREATE FUNCTION fj(o int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ DECLARE ok boolean := false; BEGIN ok := EXISTS (SELECT 1 FROM members m WHERE m.org_id = o AND m.user_id = uid()); RETURN coalesce(ok, false); END $$;
CREATE FUNCTION fk(o int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$ BEGIN PERFORM 1 FROM members WHERE user_id = uid(); RETURN FOUND; END $$;
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'] LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, org_id int NOT NULL, body text)', n); EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); EXECUTE format('GRANT SELECT ON %I TO app', n);
  EXECUTE format('CREATE POLICY p ON %I USING (%s)', n, CASE n WHEN 'f' THEN 'org_id IN (SELECT ff())' WHEN 'i' THEN 'org_id = ANY (fi())' ELSE format('f%s(org_id)', n) END);
  EXECUTE format('INSERT INTO %I VALUES (1, 111, ''o111''), (2, 222, ''o222'')', n); END LOOP; END $$;
INSERT INTO members VALUES (111, 1, 'owner'), (222, 2, 'member');
