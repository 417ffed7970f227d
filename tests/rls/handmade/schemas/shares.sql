-- what: documents owned by a user, shared by a table, soft deleted, public
-- map: documents: owner_id
-- map: document_shares: document_id -> documents.owner_id
-- map: revisions: document_id -> documents.owner_id
-- map: profiles: id
-- identity: current_setting('app.user_id')
-- roles: app
-- tokens: u111 u222
-- session: 111 t111 u111: SET app.user_id = '111'
-- session: 222 t222 u222: SET app.user_id = '222'
-- expect: app: documents S leak, documents IUD isolated, document_shares S leak, document_shares ID isolated, document_shares U denied, revisions S leak, revisions IUD denied, profiles S leak, profiles U isolated, profiles ID denied
CREATE TABLE profiles (id int PRIMARY KEY, name text, visible bool NOT NULL DEFAULT false);
CREATE TABLE documents (id int PRIMARY KEY, owner_id int NOT NULL REFERENCES profiles, title text, deleted_at timestamptz);
CREATE TABLE document_shares (document_id int NOT NULL REFERENCES documents, user_id int NOT NULL REFERENCES profiles, can_edit bool DEFAULT false, note text, PRIMARY KEY (document_id, user_id));
CREATE TABLE revisions (id int PRIMARY KEY, document_id int NOT NULL REFERENCES documents, body text);
CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.user_id', true), '')::int $$;
CREATE FUNCTION owns(doc int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT FROM public.documents d WHERE d.id = doc AND d.owner_id = public.me()) $$;
CREATE FUNCTION shared_with_me(doc int) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT FROM public.document_shares s WHERE s.document_id = doc AND s.user_id = public.me()) $$;
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY; ALTER TABLE documents ENABLE ROW LEVEL SECURITY; ALTER TABLE document_shares ENABLE ROW LEVEL SECURITY; ALTER TABLE revisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON documents USING (owner_id = me() AND deleted_at IS NULL) WITH CHECK (owner_id = me());
CREATE POLICY shared ON documents FOR SELECT USING (deleted_at IS NULL AND shared_with_me(id));
CREATE POLICY r ON document_shares FOR SELECT USING (user_id = me() OR owns(document_id));
CREATE POLICY i ON document_shares FOR INSERT WITH CHECK (owns(document_id));
CREATE POLICY d ON document_shares FOR DELETE USING (owns(document_id));
CREATE POLICY r ON revisions FOR SELECT USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = document_id));
CREATE POLICY me ON profiles FOR SELECT USING (id = me()); CREATE POLICY others ON profiles FOR SELECT USING (visible);
CREATE POLICY mine ON profiles FOR UPDATE USING (id = me());
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
INSERT INTO profiles VALUES (111, 'u111', true), (222, 'u222', true);
INSERT INTO documents VALUES (1, 111, 'u111'), (2, 222, 'u222'), (3, 222, 'u222'), (4, 111, 'u111');
INSERT INTO document_shares VALUES (2, 111, false, 'u222'), (4, 222, false, 'u111') ON CONFLICT DO NOTHING;
INSERT INTO revisions SELECT id, id, title FROM documents;
