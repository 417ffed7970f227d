-- what: helpers that change the setting which others compare with prove nothing
-- tenant: tenant_id
-- identity: current_setting('app.t')
-- roles: app
-- tokens: t111 t222
-- session: 111 t111: SET app.t = '111'
-- expect: app: a S unproved, b S unproved, c S isolated
CREATE FUNCTION inner_switch() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('app.t', '222', false); RETURN true; END $$;
CREATE FUNCTION switch() RETURNS bool LANGUAGE plpgsql AS $$ DECLARE x text[]; BEGIN EXECUTE 'SELECT 1'; RETURN inner_switch(); END $$;
CREATE FUNCTION locally() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN SET app.t = '222'; RETURN true; END $$;
CREATE TABLE a (id int PRIMARY KEY, tenant_id int NOT NULL, body text); CREATE TABLE b (LIKE a INCLUDING ALL); CREATE TABLE c (LIKE a INCLUDING ALL);
ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE b ENABLE ROW LEVEL SECURITY; ALTER TABLE c ENABLE ROW LEVEL SECURITY; GRANT SELECT ON a, b, c TO app;
CREATE POLICY p ON a USING (switch() AND tenant_id = current_setting('app.t')::int); CREATE POLICY p ON b USING (locally() AND tenant_id = current_setting('app.t')::int);
CREATE POLICY p ON c USING (tenant_id = current_setting('app.t', true)::int);
INSERT INTO a VALUES (1, 111, 't111'), (2, 222, 't222'); INSERT INTO b SELECT * FROM a; INSERT INTO c SELECT * FROM a;
-- expect: app: d S unproved
CREATE FUNCTION rows_of_other() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT 1'; PERFORM inner_switch(); RETURN QUERY SELECT 1; END $$;
CREATE TABLE d (LIKE a INCLUDING ALL); ALTER TABLE d ENABLE ROW LEVEL SECURITY; GRANT SELECT ON d TO app; INSERT INTO d SELECT * FROM a;
CREATE POLICY p ON d USING (1 IN (SELECT rows_of_other()) AND tenant_id = current_setting('app.t')::int);
