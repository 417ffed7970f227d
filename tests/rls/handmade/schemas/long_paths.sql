-- what: rows whose tenant is two steps away: attachments of messages of channels
-- tenant: workspace_id
-- map: messages: channel_id -> channels.workspace_id
-- map: attachments: message_id -> messages.channel_id -> channels.workspace_id
-- identity: current_setting('app.ws')
-- roles: app
-- tokens: w111 w222
-- session: 111 w111: SET app.ws = '111'
-- session: 222 w222: SET app.ws = '222'
-- expect: app: channels SIUD isolated, messages SIUD isolated, attachments SIUD isolated, reactions SIUD denied
CREATE TABLE channels (id int PRIMARY KEY, workspace_id int NOT NULL, name text); CREATE TABLE messages (id int PRIMARY KEY, channel_id int NOT NULL REFERENCES channels, body text);
CREATE TABLE attachments (id int PRIMARY KEY, message_id int NOT NULL REFERENCES messages, body text); CREATE TABLE reactions (id int PRIMARY KEY, workspace_id int NOT NULL);
ALTER TABLE channels ENABLE ROW LEVEL SECURITY; ALTER TABLE messages ENABLE ROW LEVEL SECURITY; ALTER TABLE attachments ENABLE ROW LEVEL SECURITY; ALTER TABLE reactions ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON channels USING (workspace_id = current_setting('app.ws', true)::int);
CREATE POLICY p ON messages USING (EXISTS (SELECT 1 FROM channels c WHERE c.id = messages.channel_id AND c.workspace_id = current_setting('app.ws', true)::int));
CREATE POLICY p ON attachments USING (message_id IN (SELECT m.id FROM messages m JOIN channels c ON c.id = m.channel_id WHERE c.workspace_id::text = current_setting('app.ws', true)));
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
INSERT INTO channels VALUES (1, 111, 'w111'), (2, 222, 'w222'); INSERT INTO messages SELECT id, id, name FROM channels; INSERT INTO attachments SELECT * FROM messages; INSERT INTO reactions VALUES (1, 111);
