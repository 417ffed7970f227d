-- what: Basejump: accounts, account_user, has_role_on_account(), get_accounts_with_role()
-- tenant: account_id
-- map: basejump.accounts: id
-- identity: basejump.account_user(account_id) where user_id = auth.uid()
-- roles: authenticated anon
-- tokens: acc111 acc222
-- session: 11111111-1111-1111-1111-111111111111 org111 acc111: SELECT set_config('request.jwt.claims', '{"sub": "aaaaaaaa-1111-1111-1111-111111111111", "role": "authenticated"}', false)
-- session: 22222222-2222-2222-2222-222222222222 org222 acc222: SELECT set_config('request.jwt.claims', '{"sub": "bbbbbbbb-1111-1111-1111-111111111111", "role": "authenticated"}', false)
-- call: basejump.get_accounts_with_role(account_role): basejump.get_accounts_with_role('owner')
-- expect: authenticated: basejump.accounts SU isolated, basejump.accounts ID denied, basejump.account_user SD isolated, basejump.account_user IU denied, threads SID isolated, threads U isolated, messages SI isolated, basejump.invitations SID isolated, basejump.invitations U denied
-- expect: authenticated: basejump.get_accounts_with_role(account_role) X isolated
-- expect: anon: basejump.accounts SIUD denied, threads SIUD denied, messages SI denied
CREATE SCHEMA auth; CREATE SCHEMA basejump; GRANT USAGE ON SCHEMA auth, basejump TO authenticated, anon;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE TYPE basejump.account_role AS ENUM ('owner', 'member');
CREATE TYPE basejump.invitation_type AS ENUM ('one_time', '24_hour');
CREATE TABLE basejump.accounts (id uuid PRIMARY KEY, primary_owner_user_id uuid NOT NULL, name text, personal_account bool NOT NULL DEFAULT false);
CREATE TABLE basejump.account_user (user_id uuid NOT NULL, account_id uuid NOT NULL REFERENCES basejump.accounts, account_role basejump.account_role NOT NULL, note text, PRIMARY KEY (user_id, account_id));
CREATE TABLE basejump.invitations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), account_role basejump.account_role NOT NULL, account_id uuid NOT NULL REFERENCES basejump.accounts, invited_by_user_id uuid NOT NULL, created_at timestamptz DEFAULT now(), note text);
CREATE TABLE threads (id int PRIMARY KEY, account_id uuid NOT NULL REFERENCES basejump.accounts, title text);
CREATE TABLE messages (id int PRIMARY KEY, account_id uuid NOT NULL, title text);
CREATE FUNCTION basejump.has_role_on_account(account_id uuid, account_role basejump.account_role DEFAULT null) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  select exists(select 1 from basejump.account_user wu where wu.user_id = auth.uid() and wu.account_id = has_role_on_account.account_id
    and (wu.account_role = has_role_on_account.account_role or has_role_on_account.account_role is null)); $$;
CREATE FUNCTION basejump.get_accounts_with_role(passed_in_role basejump.account_role DEFAULT null) RETURNS SETOF uuid
  LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  select account_id from basejump.account_user wu where wu.user_id = auth.uid() and (wu.account_role = passed_in_role or passed_in_role is null); $$;
CREATE FUNCTION basejump.is_set(field_name text) RETURNS boolean LANGUAGE plpgsql AS $$ begin return field_name = 'enable_team_accounts'; end $$;
ALTER TABLE basejump.accounts ENABLE ROW LEVEL SECURITY; ALTER TABLE basejump.account_user ENABLE ROW LEVEL SECURITY; ALTER TABLE basejump.invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE threads ENABLE ROW LEVEL SECURITY; ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY "users can view their own account_users" ON basejump.account_user FOR SELECT TO authenticated USING (user_id = auth.uid());
CREATE POLICY "users can view their teammates" ON basejump.account_user FOR SELECT TO authenticated USING (basejump.has_role_on_account(account_id) = true);
CREATE POLICY "Account users can be deleted by owners except primary account owner" ON basejump.account_user FOR DELETE TO authenticated
  USING ((basejump.has_role_on_account(account_id, 'owner') = true) AND user_id != (select primary_owner_user_id from basejump.accounts where account_id = accounts.id));
CREATE POLICY "Accounts are viewable by members" ON basejump.accounts FOR SELECT TO authenticated USING (basejump.has_role_on_account(id) = true);
CREATE POLICY "Accounts can be edited by owners" ON basejump.accounts FOR UPDATE TO authenticated USING (basejump.has_role_on_account(id, 'owner') = true);
CREATE POLICY "Invitations viewable by account owners" ON basejump.invitations FOR SELECT TO authenticated USING (created_at > (now() - interval '24 hours') and basejump.has_role_on_account(account_id, 'owner') = true);
CREATE POLICY "Invitations can be created by account owners" ON basejump.invitations FOR INSERT TO authenticated WITH CHECK (basejump.is_set('enable_team_accounts') = true
  and (SELECT personal_account FROM basejump.accounts WHERE id = account_id) = false and basejump.has_role_on_account(account_id, 'owner') = true);
CREATE POLICY "Invitations can be deleted by account owners" ON basejump.invitations FOR DELETE TO authenticated USING (basejump.has_role_on_account(account_id, 'owner') = true);
CREATE POLICY s ON threads FOR SELECT TO authenticated USING ((account_id IN (SELECT basejump.get_accounts_with_role())));
CREATE POLICY i ON threads FOR INSERT TO authenticated WITH CHECK ((account_id IN (SELECT basejump.get_accounts_with_role('owner'))));
CREATE POLICY u ON threads FOR UPDATE TO authenticated USING (basejump.has_role_on_account(account_id, 'owner'));
CREATE POLICY d ON threads FOR DELETE TO authenticated USING ((account_id IN (SELECT basejump.get_accounts_with_role('owner'))));
CREATE POLICY s ON messages FOR SELECT TO authenticated USING (basejump.has_role_on_account(account_role => 'member', account_id => account_id));
CREATE POLICY i ON messages FOR INSERT TO authenticated WITH CHECK (EXISTS (SELECT 1 FROM basejump.get_accounts_with_role('member') a WHERE a = account_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON basejump.accounts, basejump.account_user, basejump.invitations, threads TO authenticated, anon; GRANT SELECT, INSERT ON messages TO authenticated, anon;
INSERT INTO basejump.accounts VALUES ('11111111-1111-1111-1111-111111111111', 'aaaaaaaa-1111-1111-1111-111111111111', 'acc111'), ('22222222-2222-2222-2222-222222222222', 'bbbbbbbb-1111-1111-1111-111111111111', 'acc222');
INSERT INTO basejump.account_user SELECT primary_owner_user_id, id, 'owner', name FROM basejump.accounts;
INSERT INTO basejump.account_user SELECT 'cccccccc-1111-1111-1111-111111111111', id, 'owner', name FROM basejump.accounts;
INSERT INTO basejump.invitations (account_role, account_id, invited_by_user_id, note) SELECT 'owner', id, primary_owner_user_id, name FROM basejump.accounts;
INSERT INTO threads SELECT row_number() over (), id, name FROM basejump.accounts;
INSERT INTO messages SELECT row_number() over (), id, name FROM basejump.accounts;
