-- what: clinics: staff by clinic and shift, patients, break-glass, audit by trigger, soft deletes
-- tenant: clinic_id
-- identity: staff(clinic_id) where user_id = current_setting('app.uid')
-- roles: app
-- tokens: c111 c222
-- session: 111 c111: SET app.uid = '1'
-- session: 222 c222: SET app.uid = '2'
-- session: 111 c111: SET app.uid = '1'; SET app.emergency = 'on'
-- expect: app: staff S isolated, staff IUD denied, patients SIUD isolated, records S leak, records IU isolated, records D denied, notes SI isolated, notes UD denied
CREATE TABLE staff (clinic_id int NOT NULL, user_id int NOT NULL, grade text, since date NOT NULL DEFAULT '2001-01-01', until date, note text, PRIMARY KEY (clinic_id, user_id));
CREATE TABLE patients (id int PRIMARY KEY, clinic_id int NOT NULL, name text, deleted bool NOT NULL DEFAULT false);
CREATE TABLE records (id int PRIMARY KEY, clinic_id int NOT NULL, patient_id int NOT NULL, body text); CREATE TABLE notes (LIKE records INCLUDING ALL); CREATE TABLE trail (at timestamptz DEFAULT now(), what text);
CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO public.trail (what) VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON patients FOR EACH ROW EXECUTE FUNCTION log();
CREATE FUNCTION my_clinics() RETURNS SETOF int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE who int := nullif(current_setting('app.uid', true), '')::int; c record;
BEGIN
  IF who IS NULL THEN RAISE EXCEPTION 'log in first'; END IF;
  FOR c IN SELECT s.clinic_id AS id FROM staff s WHERE s.user_id = who AND current_date BETWEEN s.since AND coalesce(s.until, 'infinity') LOOP
    RETURN NEXT c.id;
  END LOOP;
END $$;
ALTER TABLE staff ENABLE ROW LEVEL SECURITY; ALTER TABLE patients ENABLE ROW LEVEL SECURITY; ALTER TABLE records ENABLE ROW LEVEL SECURITY; ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY me ON staff FOR SELECT USING (user_id = nullif(current_setting('app.uid', true), '')::int);
CREATE POLICY p ON patients USING (clinic_id IN (SELECT my_clinics()) AND NOT deleted) WITH CHECK (clinic_id IN (SELECT my_clinics()));
CREATE POLICY p ON records USING (clinic_id IN (SELECT s.clinic_id FROM staff s)); CREATE POLICY glass ON records FOR SELECT USING (current_setting('app.emergency', true) = 'on');
CREATE POLICY p ON notes USING (EXISTS (SELECT 1 FROM patients p JOIN staff s USING (clinic_id) WHERE p.id = notes.patient_id AND p.clinic_id = notes.clinic_id AND s.user_id = nullif(current_setting('app.uid', true), '')::int));
GRANT SELECT ON staff TO app; GRANT SELECT, INSERT, UPDATE, DELETE ON patients TO app; GRANT SELECT, INSERT, UPDATE ON records TO app; GRANT SELECT, INSERT ON notes TO app;
INSERT INTO staff (clinic_id, user_id, note) VALUES (111, 1, 'c111'), (222, 2, 'c222'); INSERT INTO patients VALUES (1, 111, 'c111'), (2, 222, 'c222'); INSERT INTO records VALUES (1, 111, 1, 'c111'), (2, 222, 2, 'c222'); INSERT INTO notes SELECT * FROM records;
