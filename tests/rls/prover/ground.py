"""A database of several tenants in which predicates are tried: what the server lets pass is the truth."""
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from pgplumb.catalog.reader import read_whole
from pgplumb.rls.access_reader import read_access
from pgplumb.rls.prover.facts import read_functions
from pgplumb.rls.prover.gate import Clause, Gate, World
from pgplumb.rls.prover.prove import prove
from pgplumb.rls.tenant_map import Hop, TenantMap, TenantPath
from pgplumb.rls.verdict import GateProof
from tests.databases import Database

ROLE = "prover_app"

SCHEMA = """
CREATE TYPE public.mood AS ENUM ('calm', 'loud');
DO $$ BEGIN
  CREATE COLLATION public.loose (provider = icu, locale = 'und-u-ka-shifted-ks-level1', deterministic = false);
EXCEPTION WHEN feature_not_supported THEN CREATE COLLATION public.loose FROM "C";
END $$;
CREATE DOMAIN public.tenant_key AS int;
CREATE TABLE public.tenants (id int PRIMARY KEY, name text NOT NULL UNIQUE, parent int);
CREATE TABLE public.users (id int PRIMARY KEY, tenant_id int, email text UNIQUE, is_admin boolean);
CREATE TABLE public.members (user_id int, tenant_id int, role text, active boolean);
CREATE TABLE public.projects (id int PRIMARY KEY, tenant_id int NOT NULL, slug text);
CREATE TABLE public.boards (id int PRIMARY KEY, tenant_id int NOT NULL);
CREATE TABLE public.notes (id int PRIMARY KEY, tenant_id int);
CREATE TABLE public.flags (name text, is_on boolean);
CREATE TABLE public.secrets (tenant_id int);
CREATE TABLE public.empty_rls (id int, tenant_id int);
CREATE TABLE public.docs (
  id int PRIMARY KEY, tenant_id int, tenant_sure int NOT NULL, tenant_text text, tenant_varchar varchar(20),
  tenant_char char(4), tenant_float float8, tenant_numeric numeric(6,2), tenant_loose varchar COLLATE public.loose,
  tenant_domain public.tenant_key, tenant_uuid uuid, owner_id int, project_id int, title text, is_public boolean,
  shared boolean NOT NULL, mood public.mood, made timestamptz, due date, tags text[], extra jsonb, other_id bigint);
ALTER TABLE public.boards ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.empty_rls ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON public.boards USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY anyone ON public.notes USING (true);
CREATE POLICY floor ON public.notes AS RESTRICTIVE USING (tenant_id > 0);
INSERT INTO public.tenants VALUES (1, 'one', NULL), (2, 'two', 1), (3, 'three', 2);
INSERT INTO public.users VALUES (10, 1, 'a@one', false), (20, 2, 'b@two', true), (30, NULL, 'c@none', NULL), (40, 3, 'd@three', false);
INSERT INTO public.members VALUES (10, 1, 'admin', true), (20, 2, 'reader', true), (20, 3, 'reader', false),
  (30, NULL, 'reader', NULL), (NULL, 3, 'admin', true), (10, 2, 'reader', false);
INSERT INTO public.projects VALUES (1, 1, 'p'), (2, 2, 'q'), (3, 3, 'p');
INSERT INTO public.boards VALUES (1, 1), (2, 2), (3, 3);
INSERT INTO public.notes VALUES (1, 1), (2, 2), (3, NULL), (4, -1);
INSERT INTO public.flags VALUES ('open', true), ('shut', false);
INSERT INTO public.empty_rls VALUES (1, 1), (2, 2);
INSERT INTO public.docs
SELECT n, t, coalesce(c, 3), c::text, c::text, c::text, c, c, abs(c)::text, c,
       ('00000000-0000-0000-0000-00000000000' || greatest(coalesce(c, 9), 0))::uuid,
       (ARRAY[10, 20, 30, NULL])[1 + n % 4], (ARRAY[1, 2, 3, NULL, 7])[1 + n % 5], (ARRAY['a', 'b', '1', '', NULL])[1 + n % 5],
       (ARRAY[true, false, NULL])[1 + n % 3], n % 2 = 0, (ARRAY['calm', 'loud', NULL]::public.mood[])[1 + n % 3],
       now() - n * interval '1 day', current_date + n, ARRAY[c::text], jsonb_build_object('tenant', c::text), n % 3
  FROM (VALUES (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, NULL), (8, NULL), (9, 1), (10, 2), (11, 3), (12, NULL),
               (13, 1), (14, 2), (15, 3), (16, 1), (17, 2), (18, NULL), (19, 0), (20, -1)) AS v(n, t),
       -- Copies of the tenant that are not always right.
       LATERAL (SELECT CASE WHEN n BETWEEN 13 AND 19 THEN 1 + n % 3 ELSE t END) AS w(c);
CREATE SCHEMA app;
CREATE FUNCTION app.tenant() RETURNS int LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('app.tenant_id', true), '')::int $$;
CREATE FUNCTION app.tenant_pl() RETURNS int LANGUAGE plpgsql STABLE AS
  $$ BEGIN RETURN nullif(current_setting('app.tenant_id', true), '')::int; END $$;
CREATE FUNCTION app.tenant_or_one() RETURNS int LANGUAGE sql STABLE AS
  $$ SELECT coalesce(nullif(current_setting('app.tenant_id', true), '')::int, 1) $$;
CREATE FUNCTION app.is_mine(t int) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT t = nullif(current_setting('app.tenant_id', true), '')::int $$;
CREATE FUNCTION app.captured(tenant_id int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT EXISTS (SELECT 1 FROM public.members m WHERE m.tenant_id = tenant_id
                       AND m.user_id = nullif(current_setting('app.user_id', true), '')::int) $$;
CREATE FUNCTION app.is_member(t int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
  $$ SELECT EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = t
                       AND m.user_id = nullif(current_setting('app.user_id', true), '')::int) $$;
CREATE FUNCTION app.is_member_pl(t int) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE u int; ok boolean;
BEGIN
  u := nullif(current_setting('app.user_id', true), '')::int;
  IF u IS NULL THEN RETURN false; END IF;
  SELECT m.active INTO ok FROM public.members m WHERE m.user_id = u AND m.tenant_id = t;
  RETURN coalesce(ok, false);
END $$;
CREATE FUNCTION app.wrong_pl(t int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF t IS NULL THEN RETURN true; ELSIF t > 2 THEN RETURN NULL; ELSE RETURN t = nullif(current_setting('app.tenant_id', true), '')::int; END IF;
END $$;
CREATE FUNCTION app.my_tenants() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT m.tenant_id FROM public.members m WHERE m.user_id = nullif(current_setting('app.user_id', true), '')::int $$;
CREATE FUNCTION app.opaque() RETURNS int LANGUAGE plpgsql STABLE AS
  $$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP RETURN 2; END LOOP; RETURN 1; END $$;
CREATE FUNCTION app.strict_or(t int) RETURNS boolean LANGUAGE sql STRICT STABLE AS $$ SELECT t IS NULL OR t = 1 $$;
CREATE FUNCTION app.role_of(t int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS
  $$ SELECT role FROM public.members WHERE tenant_id = $1 AND user_id = nullif(current_setting('app.user_id', true), '')::int LIMIT 1 $$;
-- Says of a predicate which rows of docs pass it; a row on which it fails does not pass.
CREATE FUNCTION public.observe(predicate text) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE found int[]; one int; passed boolean;
BEGIN
  EXECUTE 'SELECT coalesce(array_agg(docs.id), ''{}'') FROM public.docs WHERE ' || predicate INTO found;
  RETURN found;
EXCEPTION WHEN OTHERS THEN
  found := '{}';
  FOR one IN SELECT d.id FROM public.docs d LOOP
    BEGIN
      EXECUTE 'SELECT EXISTS (SELECT FROM (SELECT * FROM public.docs WHERE id = ' || one || ' OFFSET 0) docs WHERE ' || predicate || ')' INTO passed;
      IF passed THEN found := found || one; END IF;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
  RETURN found;
END $$;
GRANT USAGE ON SCHEMA public, app TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
REVOKE ALL ON public.secrets FROM {role};
CREATE TABLE public.shadow (LIKE public.docs);
"""

SESSIONS: Sequence[tuple[str | None, str | None]] = (
    ("1", "10"),
    ("2", "20"),
    ("1", "20"),
    ("3", "30"),
    ("", ""),
    (None, None),
    ("1", None),
    (None, "10"),
    ("9", "99"),
    ("1", "40"),
)
"""(app.tenant_id, app.user_id); None is a session in which it was never set."""  # fmt: skip

TENANT = "current_setting('app.tenant_id')"
MEMBER = "members(tenant_id) where user_id = current_setting('app.user_id')"
PATH = "project_id -> projects.tenant_id"
"""The third map: the tenant of a document is its project's, and the session's is TENANT."""
MAPS = (TENANT, MEMBER, PATH)
_MEMBERS = {"10": {1, 2}, "20": {2, 3}}


@dataclass
class Trial:
    """The database, and the prover's view of it."""

    database: Database
    worlds: Mapping[str, World]
    """By identity."""
    docs: int
    role: int
    tenants: Mapping[int, int | None]
    """The tenant of each row of docs."""
    by_project: Mapping[int, int | None]
    """The tenant of the project of each row."""

    def prove(self, expression: str, identity: str = TENANT, which: str = "using") -> GateProof:
        """Prove one permissive predicate."""
        gate = Gate(self.docs, self.role, "SELECT", which, (Clause("p", expression),))
        return prove(gate, self.worlds[identity])

    def with_paths(self, identity: str, paths: Mapping[int, TenantPath]) -> World:
        """Return a world in which other relations have tenants."""
        world = self.worlds[identity]
        return World(world.matrix, TenantMap(paths, (identity,), False), world.functions)

    def deparsed(self, predicates: Sequence[str]) -> list[str | None]:
        """Return predicates as the server prints them; None for one that it refuses."""
        found: list[str | None] = []
        with psycopg.connect(self.database.conninfo) as connection:
            connection.execute("SET search_path = pg_catalog")
            for predicate in predicates:
                try:
                    with connection.transaction():
                        # Names in a predicate are those of docs.
                        connection.execute(f"CREATE POLICY p ON public.docs USING ({predicate})".encode())
                        row = connection.execute(
                            "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'p'"
                        ).fetchone()
                        connection.execute("DROP POLICY p ON public.docs")
                        found.append(row[0] if row else None)
                except psycopg.Error:
                    found.append(None)
            connection.rollback()
        return found

    def observed(self, predicates: Sequence[str]) -> list[list[set[int]]]:
        """Return for each predicate the rows that pass in each session."""
        found: list[list[set[int]]] = [[] for _ in predicates]
        for tenant, user in SESSIONS:
            # A setting that was once set is never NULL again in its session.
            with psycopg.connect(self.database.conninfo) as connection:
                connection.execute(f"SET TRANSACTION READ ONLY; SET LOCAL ROLE {ROLE}")
                connection.execute("SET LOCAL search_path = pg_catalog")
                for name, value in (("app.tenant_id", tenant), ("app.user_id", user)):
                    if value is not None:
                        connection.execute("SELECT set_config(%s, %s, true)", (name, value))
                rows = connection.execute(
                    "SELECT public.observe(p) FROM unnest(%s::text[]) WITH ORDINALITY AS u(p, n) ORDER BY n",
                    (list(predicates),),
                )
                for place, (passed,) in enumerate(rows.fetchall()):
                    found[place].append(set(passed))
                connection.rollback()
        return found

    def foreign(self, observed: list[set[int]], identity: str = TENANT) -> list[tuple[int, int]]:
        """Return the rows that passed in a session of another tenant: (session, row)."""
        found = []
        for place, rows in enumerate(observed):
            tenant, user = SESSIONS[place]
            own: set[Any] = {int(tenant)} if tenant else set()
            if identity == MEMBER:
                own = _MEMBERS.get(user or "", set())
            tenants = self.by_project if identity == PATH else self.tenants
            found += [(place, row) for row in rows if tenants[row] not in own]
        return found


def prepare(database: Database) -> Trial:
    """Build the schema in a database and read it."""
    database.execute(f"DO $$ BEGIN CREATE ROLE {ROLE}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    database.execute(SCHEMA.replace("{role}", ROLE))
    session = database.session()
    catalog, _ = read_whole(session)
    with session.unit() as unit:
        matrix = read_access(unit, catalog)
        functions = read_functions(unit, catalog.server_version)
    docs = catalog.by_name["public", "docs"]
    worlds = {
        identity: World(matrix, TenantMap({docs.oid: TenantPath("tenant_id")}, (identity,), False), functions)
        for identity in (TENANT, MEMBER)
    }
    path = TenantPath("tenant_id", (Hop("project_id", catalog.by_name["public", "projects"].oid, "id"),))
    worlds[PATH] = World(matrix, TenantMap({docs.oid: path}, (TENANT,), False), functions)
    role = next(r.oid for r in catalog.roles.values() if r.name == ROLE)
    tenants = dict(database.execute("SELECT id, tenant_id FROM public.docs"))
    projects = database.execute(
        "SELECT d.id, p.tenant_id FROM public.docs d LEFT JOIN public.projects p ON p.id = d.project_id"
    )
    return Trial(database, worlds, docs.oid, role, tenants, dict(projects))
