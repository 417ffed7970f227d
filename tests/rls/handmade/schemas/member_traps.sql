-- what: membership helpers that look right: variables overwritten, columns swapped, no row, arguments that win over or lose to columns
-- tenant: org_id
-- identity: members(org_id) where user_id = current_setting('app.uid')
-- roles: app
-- tokens: o111 o222
-- session: 111 7 o111: SET app.uid = '1'
-- session: 222 o222: SET app.uid = '2'
-- session: 1 o1: SET app.uid = '7'
-- expect: app: a S leak; b S leak; d S leak; e S leak; f S isolated; g S isolated; h S leak; i S leak; j S isolated; k S unproved; m S isolated; n S isolated; o S leak; p S isolated; r S leak; t S leak
CREATE TABLE members (user_id int NOT NULL, org_id int NOT NULL, role text NOT NULL, PRIMARY KEY (user_id, org_id));
INSERT INTO members VALUES (1, 111, 'owner'), (2, 222, 'member'), (1, 7, 'member'), (7, 1, 'member');
CREATE FUNCTION uid() RETURNS int LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.uid', true), '')::int $$;
CREATE FUNCTION fa(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE x int; BEGIN SELECT m.org_id INTO x FROM members m WHERE m.user_id = uid() LIMIT 1; x := t; RETURN x = t; END $$;
CREATE FUNCTION fb(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN PERFORM 1 FROM members m WHERE m.user_id = uid() AND m.org_id = t; PERFORM 1; RETURN FOUND; END $$;
CREATE FUNCTION fc(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN SELECT m.org_id INTO t FROM members m WHERE m.user_id = uid() LIMIT 1; RETURN t IS NOT NULL; END $$;
CREATE FUNCTION fd(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM members m WHERE m.user_id = uid(); RETURN n > 0; END $$;
CREATE FUNCTION fe(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r text; BEGIN SELECT m.role INTO r FROM members m WHERE m.user_id = uid() AND m.org_id = t; IF r = 'banned' THEN RETURN false; END IF; RETURN true; END $$;
CREATE FUNCTION ff(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r text; BEGIN SELECT m.role INTO r FROM members m WHERE m.user_id = uid() AND m.org_id = t; RETURN r <> 'banned'; END $$;
CREATE FUNCTION fg(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE x int; y int; BEGIN FOR x, y IN SELECT m.user_id, m.org_id FROM members m LOOP IF x = uid() AND y = t THEN RETURN true; END IF; END LOOP; RETURN false; END $$;
CREATE FUNCTION fh(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE x int; BEGIN FOR x IN SELECT m.org_id FROM members m LOOP CONTINUE WHEN x <> t; RETURN true; END LOOP; RETURN false; END $$;
CREATE FUNCTION fi(org_id int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM members WHERE user_id = uid() AND org_id = org_id) $$;
CREATE FUNCTION fj(org_id int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM members m WHERE m.user_id = uid() AND m.org_id = fj.org_id) $$;
CREATE FUNCTION fk(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ DECLARE r members%ROWTYPE; BEGIN SELECT m.org_id, m.user_id, m.role INTO r FROM members m WHERE m.user_id = uid() ORDER BY m.org_id LIMIT 1; RETURN r.org_id = t; END $$;
CREATE FUNCTION fl(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM members m WHERE m.user_id = uid() AND m.org_id = t) THEN RAISE NOTICE 'no'; END IF; RETURN true; END $$;
CREATE FUNCTION fm(t int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM members m WHERE m.user_id = uid() AND m.org_id = t) THEN RETURN false; END IF; RETURN true; END $$;
CREATE FUNCTION fn() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT array_agg(org_id) FROM members WHERE user_id = uid() $$;
CREATE FUNCTION fo(t int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM members WHERE user_id = uid() OFFSET 0) $$;
CREATE FUNCTION fp(t int, u int DEFAULT uid()) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM members m WHERE m.user_id = u AND m.org_id = t) $$;
CREATE FUNCTION fq(t int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM members m LEFT JOIN members n ON n.org_id = m.org_id AND n.user_id = uid() WHERE m.org_id = t) $$;
CREATE FUNCTION fr(t int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT (SELECT true FROM members m WHERE m.user_id = uid() AND m.org_id = t) IS NULL $$;
CREATE FUNCTION fs(t int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT bool_or(m.org_id = t) FROM members m WHERE m.user_id = uid() $$;
DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY string_to_array('a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t', ',') LOOP
  EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, org_id int NOT NULL, note text)', n); EXECUTE format('GRANT SELECT ON %I TO app', n);
  EXECUTE format('INSERT INTO %I VALUES (1, 111, ''o111''), (2, 222, ''o222''), (3, 7, ''o7''), (4, 1, ''o1'')', n); EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
  IF n NOT IN ('n', 't') THEN EXECUTE format('CREATE POLICY p ON %I USING (f%s(org_id))', n, n); END IF;
END LOOP; END $$;
CREATE POLICY p ON n USING (org_id = ANY ((SELECT fn())::int[]));
CREATE POLICY p ON t USING (org_id <> ALL ((SELECT fn())::int[]) OR uid() IS NULL);
