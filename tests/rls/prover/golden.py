"""Policies as people write them, with the verdict that each deserves."""
# ruff: noqa: E501

from __future__ import annotations

SCHEMA = """
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT coalesce(
  nullif(current_setting('request.jwt.claim.sub', true), ''),
  (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT coalesce(
  nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claim.role', true), '')::text $$;
CREATE TYPE public.member_role AS ENUM ('owner', 'admin', 'member');
CREATE TABLE public.orgs (id uuid PRIMARY KEY, name text, parent_id uuid);
CREATE TABLE public.org_members (org_id uuid NOT NULL, user_id uuid NOT NULL, role public.member_role, accepted boolean, PRIMARY KEY (org_id, user_id));
CREATE TABLE public.profiles (id uuid PRIMARY KEY, org_id uuid, is_admin boolean, email text UNIQUE);
CREATE TABLE public.sessions (token text PRIMARY KEY, user_id uuid NOT NULL);
CREATE TABLE public.projects (id uuid PRIMARY KEY, org_id uuid NOT NULL, public boolean NOT NULL);
CREATE TABLE public.folders (id uuid PRIMARY KEY, org_id uuid NOT NULL);
CREATE TABLE public.todos (id int PRIMARY KEY, user_id uuid, title text, shared boolean, deleted_at timestamptz);
CREATE TABLE public.invoices (id int PRIMARY KEY, org_id uuid NOT NULL, project_id uuid, owner_id uuid, status text,
  public boolean NOT NULL, deleted_at timestamptz, visible_from timestamptz, shared_with uuid[], maybe_org uuid, amount numeric);
CREATE TABLE public.tasks (id int PRIMARY KEY, project_id uuid, assignee uuid);
CREATE TABLE public.rows_int (id int PRIMARY KEY, tenant_id int, other int, flag boolean, note text, kind char(3));
CREATE TABLE public.rows_text (id int PRIMARY KEY, tenant_id text NOT NULL, note text);
ALTER TABLE public.folders ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON public.folders USING (org_id = nullif(current_setting('app.org', true), '')::uuid);
CREATE SCHEMA private;
CREATE FUNCTION private.my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
  $$ SELECT m.org_id FROM public.org_members m WHERE m.user_id = (SELECT auth.uid()) $$;
CREATE FUNCTION private.is_member(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
  $$ SELECT EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = org AND m.user_id = auth.uid()) $$;
CREATE FUNCTION private.has_role(org uuid, wanted public.member_role) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE found_role public.member_role;
BEGIN
  SELECT m.role INTO found_role FROM public.org_members m WHERE m.org_id = org AND m.user_id = auth.uid();
  IF found_role IS NULL THEN RETURN false; END IF;
  RETURN found_role = wanted;
END $$;
CREATE FUNCTION private.is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT coalesce((SELECT p.is_admin FROM public.profiles p WHERE p.id = auth.uid()), false) $$;
CREATE FUNCTION private.my_org() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT org_id FROM public.profiles WHERE id = auth.uid() $$;
CREATE FUNCTION private.captured(org_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = org_id AND m.user_id = auth.uid()) $$;
CREATE FUNCTION private.current_org() RETURNS uuid LANGUAGE plpgsql STABLE AS
  $$ BEGIN RETURN nullif(current_setting('app.org', true), '')::uuid; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$;
CREATE FUNCTION private.can_see(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
  $$ BEGIN PERFORM 1 FROM public.org_members WHERE org_id = org; RETURN FOUND; END $$;
CREATE FUNCTION private.set_it(org uuid) RETURNS boolean LANGUAGE sql AS $$ SELECT set_config('app.org', org::text, true) IS NOT NULL $$;
GRANT USAGE ON SCHEMA public, auth, private TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
REVOKE ALL ON public.sessions FROM {role};
"""

ORG = "nullif(current_setting('app.org', true), '')::uuid"
TENANT = "nullif(current_setting('app.tenant_id', true), '')::int"
SETTING = "current_setting('app.tenant_id')"
MEMBERS = "public.org_members(org_id) where user_id = auth.uid()"
ME = "auth.uid()"

Case = tuple[str, str, str, str]
"""Verdict, table, identity, predicate."""

CASES: tuple[Case, ...] = (
    # Of the user's own rows.
    ("isolated", "todos", ME, "auth.uid() = user_id"),
    ("isolated", "todos", ME, "(SELECT auth.uid()) = user_id"),
    ("isolated", "todos", ME, "user_id = ((SELECT auth.jwt()) ->> 'sub')::uuid"),
    ("isolated", "todos", ME, "user_id::text = auth.jwt() ->> 'sub'"),
    ("isolated", "todos", ME, "user_id = (current_setting('request.jwt.claims', true)::json ->> 'sub')::uuid"),
    ("isolated", "todos", ME, "auth.role() = 'authenticated' AND user_id = auth.uid()"),
    ("isolated", "todos", ME, "user_id = auth.uid() AND deleted_at IS NULL"),
    ("isolated", "todos", ME, "user_id IS NOT NULL AND user_id IS NOT DISTINCT FROM auth.uid()"),
    ("isolated", "todos", ME, "coalesce(user_id = auth.uid(), false)"),
    ("isolated", "todos", ME, "CASE WHEN deleted_at IS NULL THEN user_id = auth.uid() ELSE false END"),
    ("isolated", "todos", ME, "NOT (user_id IS DISTINCT FROM auth.uid()) AND user_id IS NOT NULL"),
    ("isolated", "todos", ME, "user_id IN (SELECT auth.uid())"),
    ("isolated", "todos", ME, "EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.id = todos.user_id)"),
    ("partial", "todos", ME, "user_id = auth.uid() OR shared"),
    ("partial", "todos", ME, "auth.uid() IS NULL OR user_id = auth.uid()"),
    ("partial", "todos", ME, "user_id IS NOT DISTINCT FROM auth.uid()"),
    ("partial", "todos", ME, "user_id IS NULL OR user_id = auth.uid()"),
    ("partial", "todos", ME, "auth.role() = 'authenticated'"),
    ("partial", "todos", ME, "auth.uid() IS NOT NULL"),
    ("partial", "todos", ME, "auth.uid() <> user_id"),
    ("partial", "todos", ME, "shared = true"),
    ("partial", "todos", ME, "user_id = coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000')"),
    ("partial", "todos", ME, "(auth.jwt() -> 'user_metadata' ->> 'admin')::boolean OR user_id = auth.uid()"),
    ("partial", "todos", ME, "EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.is_admin)"),
    ("partial", "todos", ME, "EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = p.id AND p.id = auth.uid())"),
    ("partial", "todos", ME, "private.is_admin()"),
    ("partial", "todos", ME, "private.is_admin() OR auth.uid() = user_id"),
    ("open", "todos", ME, "true"),
    ("open", "todos", ME, "1 = 1"),
    ("open", "todos", ME, "user_id = auth.uid() OR true"),
    ("open", "todos", ME, "id IS NOT NULL"),
    ("open", "todos", ME, "id = id"),
    ("denied", "todos", ME, "false"),
    ("denied", "todos", ME, "NULL::boolean"),
    ("denied", "todos", ME, "user_id = NULL"),
    ("denied", "todos", ME, "user_id = auth.uid() AND user_id IS NULL"),
    ("denied", "todos", ME, "id IS NULL"),
    # Of the organisation that a setting names.
    ("isolated", "invoices", ORG, f"org_id = {ORG}"),
    ("isolated", "invoices", ORG, "org_id = current_setting('app.org')::uuid"),
    ("isolated", "invoices", ORG, "org_id::text = current_setting('app.org', true)"),
    ("isolated", "invoices", ORG, f"org_id = (SELECT {ORG})"),
    ("isolated", "invoices", ORG, f"org_id = {ORG} AND (public OR owner_id IS NULL)"),
    ("isolated", "invoices", ORG, f"org_id IS NOT DISTINCT FROM {ORG}"),
    ("isolated", "invoices", ORG, f"(org_id = {ORG}) IS TRUE"),
    ("isolated", "invoices", ORG, f"(org_id <> {ORG}) IS FALSE"),
    ("isolated", "invoices", ORG, f"org_id = ANY (ARRAY[{ORG}])"),
    ("isolated", "invoices", ORG, f"org_id = {ORG} AND visible_from <= now()"),
    ("isolated", "invoices", ORG, f"org_id = {ORG} AND status IN ('open', 'paid')"),
    ("isolated", "invoices", ORG, f"org_id = {ORG} AND NOT EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = owner_id)"),
    ("isolated", "invoices", ORG, f"maybe_org = {ORG} AND org_id = maybe_org"),
    ("isolated", "invoices", ORG, f"EXISTS (SELECT 1 FROM public.projects p WHERE p.org_id = {ORG} AND p.org_id = invoices.org_id)"),
    ("isolated", "invoices", ORG, "EXISTS (SELECT 1 FROM public.folders f WHERE f.org_id = invoices.org_id)"),
    ("isolated", "invoices", ORG, "org_id IN (SELECT f.org_id FROM public.folders f)"),
    ("isolated", "invoices", ORG, f"(public AND org_id = {ORG}) OR (org_id = {ORG} AND status = 'open')"),
    ("isolated", "invoices", ORG, f"CASE WHEN public THEN org_id = {ORG} WHEN status = 'x' THEN NULL ELSE org_id = {ORG} END"),
    ("isolated", "invoices", ORG, f"org_id >= {ORG} AND org_id <= {ORG}"),
    ("isolated", "invoices", ORG, f"row_security_active('public.invoices') AND org_id = {ORG}"),
    ("partial", "invoices", ORG, f"org_id = {ORG} OR public"),
    ("partial", "invoices", ORG, f"org_id = coalesce({ORG}, org_id)"),
    ("partial", "invoices", ORG, f"{ORG} IS NULL OR org_id = {ORG}"),
    ("partial", "invoices", ORG, "current_setting('app.org', true) = '' OR org_id::text = current_setting('app.org', true)"),
    ("partial", "invoices", ORG, f"maybe_org = {ORG}"),
    ("partial", "invoices", ORG, f"maybe_org = {ORG} OR maybe_org IS NULL"),
    ("partial", "invoices", ORG, f"org_id <> {ORG}"),
    ("partial", "invoices", ORG, f"NOT (org_id = {ORG})"),
    ("partial", "invoices", ORG, f"org_id >= {ORG}"),
    ("partial", "invoices", ORG, f"(org_id = {ORG}) IS NOT FALSE"),
    ("partial", "invoices", ORG, f"coalesce(org_id = {ORG}, true)"),
    ("partial", "invoices", ORG, f"org_id IN ({ORG}, '00000000-0000-0000-0000-000000000001')"),
    ("partial", "invoices", ORG, "org_id = '00000000-0000-0000-0000-000000000001'"),
    ("partial", "invoices", ORG, "current_setting('app.admin', true) = 'on'"),
    ("partial", "invoices", ORG, f"current_setting('app.admin', true)::boolean OR org_id = {ORG}"),
    ("partial", "invoices", ORG, "org_id = current_setting('app.other')::uuid"),
    ("partial", "invoices", ORG, f"EXISTS (SELECT 1 FROM public.orgs o WHERE o.id = {ORG} AND o.name = 'us')"),
    ("partial", "invoices", ORG, f"EXISTS (SELECT 1 FROM public.orgs o WHERE o.id = invoices.org_id AND o.parent_id = {ORG})"),
    ("partial", "invoices", ORG, f"EXISTS (SELECT 1 FROM public.projects p WHERE p.org_id = {ORG} AND p.id = invoices.project_id)"),
    ("partial", "invoices", ORG, f"EXISTS (SELECT 1 FROM public.projects org WHERE org.org_id = {ORG} AND org.org_id = org_id)"),
    ("partial", "invoices", ORG, "pg_has_role(current_user, 'pg_monitor', 'MEMBER')"),
    ("partial", "invoices", ORG, "status = 'published'"),
    ("partial", "invoices", ORG, "visible_from <= now() AND deleted_at IS NULL"),
    ("partial", "invoices", ORG, "owner_id = auth.uid()"),
    ("partial", "invoices", ORG, "auth.uid() = ANY (shared_with)"),
    ("partial", "invoices", ORG, "status LIKE 'pub%'"),
    ("partial", "invoices", ORG, "amount > 10"),
    ("open", "invoices", ORG, f"org_id = {ORG} OR org_id IS NOT NULL"),
    ("denied", "invoices", ORG, f"org_id = {ORG} AND org_id IS NULL"),
    ("denied", "invoices", ORG, "EXISTS (SELECT 1 FROM public.sessions s WHERE s.user_id = invoices.owner_id)"),
    ("denied", "invoices", ORG, f"org_id = {ORG} AND status = 'a' AND status = 'b'"),
    ("isolated", "invoices", ORG, "org_id = private.current_org()"),
    ("partial", "invoices", ORG, "private.can_see(org_id)"),
    ("unproved", "invoices", ORG, f"private.set_it(org_id) AND org_id = {ORG}"),
    ("unproved", "invoices", ORG, f"md5(org_id::text) = md5({ORG}::text)"),
    ("isolated", "invoices", ORG, f"ARRAY[org_id] <@ ARRAY[{ORG}]"),
    ("unproved", "invoices", ORG, f"(SELECT sum(1) FROM public.projects p WHERE p.org_id = {ORG} AND p.org_id = invoices.org_id) > 0"),
    ("unproved", "invoices", ORG, f"org_id = ALL (SELECT o.id FROM public.orgs o WHERE o.id = {ORG})"),
    # Of the organisations that a user is a member of.
    ("isolated", "invoices", MEMBERS, "org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid())"),
    ("isolated", "invoices", MEMBERS, "EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = invoices.org_id AND m.user_id = auth.uid())"),
    ("isolated", "invoices", MEMBERS, "EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = invoices.org_id AND m.user_id = auth.uid() AND m.role IN ('owner', 'admin'))"),
    ("isolated", "invoices", MEMBERS, "org_id = ANY (ARRAY(SELECT m.org_id FROM public.org_members m WHERE m.user_id = (SELECT auth.uid())))"),
    ("isolated", "invoices", MEMBERS, "org_id IN (SELECT private.my_orgs())"),
    ("isolated", "invoices", MEMBERS, "org_id = ANY (ARRAY(SELECT private.my_orgs()))"),
    ("isolated", "invoices", MEMBERS, "org_id IN (SELECT o FROM private.my_orgs() o)"),
    ("isolated", "invoices", MEMBERS, "private.is_member(org_id)"),
    ("isolated", "invoices", MEMBERS, "(SELECT private.is_member(org_id))"),
    ("isolated", "invoices", MEMBERS, "private.has_role(org_id, 'admin')"),
    ("isolated", "invoices", MEMBERS, "EXISTS (SELECT 1 FROM public.profiles p JOIN public.org_members m ON m.user_id = p.id WHERE p.id = auth.uid() AND m.org_id = invoices.org_id)"),
    ("isolated", "invoices", MEMBERS, "EXISTS (SELECT 1 FROM public.projects p JOIN public.org_members m ON m.org_id = p.org_id WHERE p.org_id = invoices.org_id AND m.user_id = auth.uid())"),
    ("isolated", "org_members", MEMBERS, "user_id = auth.uid()"),
    ("isolated", "projects", MEMBERS, "EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = projects.org_id AND m.user_id = auth.uid() AND m.accepted)"),
    ("isolated", "tasks", MEMBERS, "EXISTS (SELECT 1 FROM public.projects p JOIN public.org_members m ON m.org_id = p.org_id WHERE p.id = tasks.project_id AND m.user_id = auth.uid())"),
    ("isolated", "tasks", ORG, f"project_id IN (SELECT p.id FROM public.projects p WHERE p.org_id = {ORG})"),
    ("isolated", "tasks", ORG, f"(SELECT p.org_id FROM public.projects p WHERE p.id = tasks.project_id) = {ORG}"),
    ("partial", "tasks", ORG, "assignee = auth.uid()"),
    ("partial", "tasks", ORG, f"EXISTS (SELECT 1 FROM public.projects p WHERE p.org_id = {ORG})"),
    ("partial", "tasks", ORG, f"EXISTS (SELECT 1 FROM public.projects p WHERE p.id = project_id AND (p.org_id = {ORG} OR p.public))"),
    ("partial", "invoices", MEMBERS, "EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = org_id AND m.user_id = auth.uid())"),
    ("partial", "invoices", MEMBERS, "private.captured(org_id)"),
    ("partial", "invoices", MEMBERS, "EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'admin')"),
    ("partial", "invoices", MEMBERS, "org_id IN (SELECT m.org_id FROM public.org_members m)"),
    ("partial", "invoices", MEMBERS, "org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() OR m.role = 'member')"),
    ("partial", "invoices", MEMBERS, "private.is_member(org_id) OR public"),
    ("partial", "invoices", MEMBERS, "EXISTS (SELECT 1 FROM public.profiles p LEFT JOIN public.org_members m ON m.user_id = p.id AND m.org_id = invoices.org_id WHERE p.id = auth.uid())"),
    ("partial", "invoices", MEMBERS, "org_id = private.my_org()"),
    ("isolated", "invoices", "public.profiles(org_id) where id = auth.uid()", "org_id = private.my_org()"),
    ("isolated", "invoices", "public.profiles(org_id) where id = auth.uid()", "org_id = (SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid())"),
    ("isolated", "invoices", "private.current_org()", "org_id = private.current_org()"),
    ("isolated", "invoices", "private.current_org()", "org_id = (SELECT private.current_org())"),
    ("isolated", "invoices", MEMBERS, "(SELECT count(*) FROM public.org_members m WHERE m.org_id = invoices.org_id AND m.user_id = auth.uid()) > 0"),
    ("isolated", "invoices", MEMBERS, "(SELECT bool_or(m.role = 'admin') FROM public.org_members m WHERE m.org_id = invoices.org_id AND m.user_id = auth.uid())"),
    ("isolated", "invoices", MEMBERS, "org_id = ANY ((SELECT array_agg(m.org_id) FROM public.org_members m WHERE m.user_id = auth.uid())::uuid[])"),
    ("isolated", "invoices", "auth.jwt() -> 'orgs'", "org_id::text IN (SELECT jsonb_array_elements_text(auth.jwt() -> 'orgs'))"),
    ("isolated", "invoices", "auth.jwt() -> 'orgs'", "auth.jwt() -> 'orgs' ? org_id::text"),
    ("isolated", "invoices", "auth.jwt() ->> 'org'", "org_id = (auth.jwt() ->> 'org')::uuid"),
    ("isolated", "invoices", "auth.jwt() ->> 'org'", "org_id::text = current_setting('request.jwt.claim.org', true)"),
    ("partial", "invoices", "auth.jwt() ->> 'org'", "org_id = (auth.jwt() -> 'user_metadata' ->> 'org')::uuid"),
    ("partial", "invoices", MEMBERS, "NOT EXISTS (SELECT 1 FROM public.orgs o WHERE o.id = invoices.project_id)"),
    # Of other types.
    ("isolated", "rows_int", SETTING, f"tenant_id = {TENANT}"),
    ("isolated", "rows_int", SETTING, f"tenant_id::bigint = {TENANT}::bigint"),
    ("isolated", "rows_int", SETTING, f"(tenant_id, 1) = ({TENANT}, 1)"),
    ("isolated", "rows_int", SETTING, f"tenant_id BETWEEN {TENANT} AND {TENANT}"),
    ("isolated", "rows_int", SETTING, f"tenant_id = {TENANT} AND kind = 'abc'"),
    ("isolated", "rows_int", "string_to_array(current_setting('app.tenants'), ',')", "tenant_id::text = ANY (string_to_array(current_setting('app.tenants'), ','))"),
    ("partial", "rows_int", SETTING, f"tenant_id = {TENANT} OR flag IS NOT TRUE"),
    ("partial", "rows_int", SETTING, f"coalesce(tenant_id, 1) = {TENANT}"),
    ("partial", "rows_int", SETTING, f"tenant_id = other AND other <> {TENANT}"),
    ("partial", "rows_int", SETTING, "flag"),
    ("unproved", "rows_int", SETTING, f"tenant_id % 10 = {TENANT} % 10"),
    ("unproved", "rows_int", SETTING, f"tenant_id::float8 = {TENANT}::float8"),
    ("isolated", "rows_text", SETTING, "tenant_id = current_setting('app.tenant_id')"),
    ("isolated", "rows_text", SETTING, "tenant_id = nullif(current_setting('app.tenant_id', true), '')"),
    ("unproved", "rows_text", SETTING, "lower(tenant_id) = lower(current_setting('app.tenant_id'))"),
    ("unproved", "rows_text", SETTING, "tenant_id LIKE current_setting('app.tenant_id') || '%'"),
    ("unproved", "rows_text", SETTING, "starts_with(tenant_id, current_setting('app.tenant_id'))"),
    ("isolated", "rows_text", "current_user", "tenant_id = current_user"),
    ("isolated", "rows_text", "current_user", "tenant_id = (SELECT current_user)::text"),
    ("isolated", "rows_text", "session_user", "tenant_id = session_user"),
    ("partial", "rows_text", "current_user", "tenant_id = current_user OR note = current_user"),
)  # fmt: skip
