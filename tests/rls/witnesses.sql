CREATE ROLE web LOGIN;
CREATE TYPE mood AS ENUM ('private', 'public'); CREATE TYPE tone AS ENUM ('low', 'high');
CREATE FUNCTION noticed() RETURNS boolean LANGUAGE plpgsql STABLE AS $$BEGIN
  PERFORM pg_advisory_lock(4711); PERFORM set_config('app.left_behind', 'yes', false); RETURN true; END$$;
CREATE FUNCTION of_tone(tone) RETURNS int LANGUAGE plpgsql AS $$BEGIN PERFORM public.noticed(); RETURN 1; END$$;
CREATE CAST (tone AS int) WITH FUNCTION of_tone(tone);
CREATE DOMAIN watched AS int CHECK (noticed());
CREATE DOMAIN plain AS int;
CREATE FUNCTION lower(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN PERFORM public.noticed(); RETURN $1; END$$;
CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RETURN public.noticed(); END$$;
CREATE OPERATOR = (LEFTARG = int, RIGHTARG = int, FUNCTION = same);
CREATE FUNCTION own() RETURNS int LANGUAGE sql STABLE AS $$SELECT nullif(current_setting('app.tenant_id', true), '')::int$$;
CREATE TABLE model (tenant_id int, is_public boolean, status text, note text, expires date, kind mood, pitch tone,
  level int, tags text[], given plain, seen watched, made text GENERATED ALWAYS AS (upper(note)) STORED, sorted text COLLATE "C");
CREATE TABLE allowed (tenant_id int);
DO $$
DECLARE
  own text := 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::int';
  p record;
BEGIN
  FOR p IN SELECT * FROM (VALUES
    ('flag', 'is_public'), ('dated', 'expires < ''2100-01-01'''), ('shown', 'kind = ''public'''),
    ('claimed', '(current_setting(''request.jwt.claims'', true)::json ->> ''role'') = ''admin'''),
    ('nobodys', 'tenant_id IS NULL'), ('constant', 'tenant_id = 7'), ('unset', 'current_setting(''app.tenant_id'', true) IS NULL'),
    ('quotes', 'note = ''it''''s a \ "mark" %s ''''; DROP'''), ('positioned', 'position(''x'' in note) = 0 AND "left"(note, 1) = '''''),
    ('varying', 'note = ''ab''::varchar(2)'), ('domain', 'given = 5'), ('array', 'tags = ''{}'''), ('collated', 'sorted = ''x'''),
    ('checked', 'is_public'), ('tied', 'is_public'), ('demanding', 'current_setting(''app.other'') IS NULL'),
    ('computed', 'made = ''X'''), ('raising', 'is_public OR level / 0 = 1'),
    ('calling', 'noticed() AND is_public'), ('reading', 'tenant_id IN (SELECT a.tenant_id FROM allowed a)'),
    ('shadowed', 'public.lower(note) = ''x'''), ('operated', 'tenant_id OPERATOR(public.=) 3'), ('cast', 'pitch::int = 1'),
    ('typed', 'seen = 3'), ('slow', 'pg_sleep(1)::text = ''x'' OR is_public'), ('ours', 'session_user = ''postgres'''),
    ('path', 'current_setting(''search_path'') LIKE ''pg_catalog%'''), ('whole', 'model IS NOT NULL')) AS p(name, text)
  LOOP
    EXECUTE format('CREATE TABLE %I (LIKE model INCLUDING GENERATED)', p.name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', p.name);
    EXECUTE format('GRANT SELECT ON %I TO web', p.name);
    EXECUTE format('CREATE POLICY p ON %I USING (%s OR %s)', p.name, own, CASE p.name WHEN 'whole' THEN 'whole IS NOT NULL' ELSE p.text END);
  END LOOP;
END $$;
ALTER TABLE checked ADD CHECK (NOT is_public), ALTER is_public SET NOT NULL;
ALTER TABLE tied ADD CHECK (NOT is_public OR level > 0), ADD CHECK (level < 0), ALTER is_public SET NOT NULL, ALTER level SET NOT NULL;
INSERT INTO allowed VALUES (31002); GRANT SELECT ON allowed TO web;
CREATE TABLE texts (tenant_id text, status text); CREATE TABLE uuids (tenant_id uuid, status text);
CREATE TABLE "Odd ""Name\" (tenant_id int, "we""ird \col" boolean);
CREATE TABLE two_gates (tenant_id int NOT NULL, is_public boolean NOT NULL);
CREATE TABLE apart (tenant_id int NOT NULL, is_public boolean NOT NULL);
ALTER TABLE texts ENABLE ROW LEVEL SECURITY; ALTER TABLE uuids ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Odd ""Name\" ENABLE ROW LEVEL SECURITY; ALTER TABLE two_gates ENABLE ROW LEVEL SECURITY;
ALTER TABLE apart ENABLE ROW LEVEL SECURITY;
GRANT SELECT, UPDATE ON texts, uuids, "Odd ""Name\", two_gates, apart TO web;
CREATE POLICY p ON texts USING (tenant_id = current_setting('app.tenant_id', true) OR status = 'live');
CREATE POLICY p ON uuids USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid OR status = 'live');
CREATE POLICY p ON "Odd ""Name\" USING ("we""ird \col" OR tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY p ON two_gates FOR UPDATE USING (is_public OR tenant_id = nullif(current_setting('app.tenant_id', true), '')::int)
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY p ON apart FOR UPDATE USING (current_setting('app.tenant_id', true) IS NULL OR tenant_id = nullif(current_setting('app.tenant_id', true), '')::int)
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
