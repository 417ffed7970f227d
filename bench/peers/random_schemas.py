"""Random schemas of what most tools read: one tenant column of integers, two settings, plain tables and doors.

Those that verdicts are held against at large are in tests/rls/truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from random import Random

from tests.rls.truth.schema import Made as Compared
from tests.rls.truth.schema import Object, Row
from tests.rls.truth.world import Session

TENANTS = (1, 2)
USERS = {1: 11, 2: 22}
"""The user of each tenant, by tenant."""
TENANT = "NULLIF(current_setting('app.tenant_id', true), '')::int"
USER = "NULLIF(current_setting('app.user_id', true), '')::int"
IDENTITIES = (
    "current_setting('app.tenant_id')",
    "app.members(tenant_id) where user_id = current_setting('app.user_id')",
)
_COLUMNS = ("tenant_id", "owner_id", "is_public", "status", "note")
_TENANT_TESTS = (
    f"tenant_id = {TENANT}",
    f"{TENANT} = tenant_id",
    f"tenant_id = (SELECT {TENANT})",
    "tenant_id::text = current_setting('app.tenant_id', true)",
    f"tenant_id IN (SELECT m.tenant_id FROM members m WHERE m.user_id = {USER})",
    f"tenant_id = ANY (ARRAY(SELECT m.tenant_id FROM members m WHERE m.user_id = {USER}))",
    f"EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = {{table}}.tenant_id AND m.user_id = {USER})",
    "tenant_id = current_tenant()",
    "tenant_id = (SELECT current_tenant())",
    "tenant_id IN (SELECT my_tenants())",
    f"NOT (tenant_id <> {TENANT})",
    f"NOT (tenant_id IS DISTINCT FROM {TENANT}) AND tenant_id IS NOT NULL",
    f"tenant_id BETWEEN {TENANT} AND {TENANT}",
    f"CASE WHEN is_public THEN tenant_id = {TENANT} ELSE tenant_id = {TENANT} END",
    f"COALESCE(tenant_id = {TENANT}, false)",
)
_NARROW = (
    "is_public",
    "NOT is_public",
    "status = 'live'",
    "status <> 'draft'",
    "status IN ('live', 'old')",
    "is_public IS NOT FALSE",
    f"owner_id = {USER}",
    "current_user = 'web'",
    "note IS NULL",
    "true",
    "tenant_id IS NOT NULL",
)
_LEAKS = (
    "is_public",
    "true",
    "tenant_id IS NULL",
    "tenant_id = 2",
    f"tenant_id <> {TENANT}",
    f"tenant_id >= {TENANT}",
    f"tenant_id IS NOT DISTINCT FROM {TENANT}",
    "current_setting('app.tenant_id', true) IS NULL",
    "COALESCE(current_setting('app.tenant_id', true), '') = ''",
    f"tenant_id = COALESCE({TENANT}, 1)",
    f"COALESCE(tenant_id = {TENANT}, true)",
    "current_setting('app.admin', true) = 'on'",
    f"owner_id = {USER}",
    "EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = tenant_id)",
    "status = 'live'",
    "current_user = 'web'",
    "tenant_id IN (SELECT m.tenant_id FROM members m)",
)
_COMMANDS = ("ALL", "ALL", "ALL", "SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Made:
    """One schema."""

    sql: str
    roles: tuple[str, ...]
    """Roles whose cells are looked at."""
    tables: tuple[str, ...]
    """Without schema; each has id, tenant_id, owner_id, is_public, status and note."""
    doors: tuple[str, ...]
    """Views and materialized views with the same columns."""
    functions: tuple[str, ...]
    """Without arguments, returning the ids of rows."""
    policies: int

    def compared(self) -> Compared:
        """Return it as what is observed on the server."""
        rest = product(("11", "22"), ("true", "false", "NULL"), ("'live'", "'draft'"), ("NULL", "'x'"))
        beside = list(rest)
        rows = tuple(Row(tenant, (tenant or "NULL", *row)) for tenant in ("1", "2", None) for row in beside)
        doors = {door: door[2:] for door in self.doors}
        return Compared(
            self.sql,
            self.roles,
            tuple(
                Object(name, doors.get(name, name), () if name.startswith("m_") else rows, _COLUMNS)
                for name in (*self.tables, *self.doors)
            ),
            tuple(Object(name, name[2:]) for name in self.functions),
            dict.fromkeys(self.tables, "r.tenant_id::text"),
            _sessions("app.admin" in self.sql),
            IDENTITIES,
            {},
            self.policies,
        )


def _sessions(forgeable: bool) -> tuple[Session, ...]:
    def said(tenant: str, user: str, admin: str = "") -> dict[str, str]:
        return {"app.tenant_id": tenant, "app.user_id": user, "app.admin": admin}

    found = [Session("fresh", {})]
    if forgeable:
        found.append(Session("forged alone", {"app.admin": "on"}))
    found += [
        Session("a", said("1", "11"), ("1",)),
        Session("b", said("2", "22"), ("2",)),
        Session("empty", said("", "")),
        Session("user only", said("", "11"), ("1",)),
        Session("two-step a", said("1", "11"), ("1",), "pg_temp.join_other('11', '2')", "members"),
        Session("two-step b", said("2", "22"), ("2",), "pg_temp.join_other('22', '1')", "members"),
    ]
    if forgeable:
        found.append(Session("forged", said("1", "11", "on"), ("1",)))
    return tuple(found)


def make(seed: int) -> Made:
    """Return a schema; equal seeds give equal schemas."""
    return _Maker(Random(seed)).make()


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.sql: list[str] = []
        self.policies = 0

    def make(self) -> Made:
        random = self.random
        self._basis()
        tables = tuple(f"t{n}" for n in range(random.randint(1, 2)))
        for table in tables:
            self._table(table)
        doors, functions = self._doors(tables)
        return Made(";\n".join(self.sql), ("web", "worker", "boss"), tables, doors, functions, self.policies)

    def _basis(self) -> None:
        random = self.random
        self.sql += [
            "CREATE SCHEMA app",
            "GRANT USAGE ON SCHEMA app TO PUBLIC",
            "SET search_path = app",
            "CREATE TABLE members (user_id int NOT NULL, tenant_id int NOT NULL, PRIMARY KEY (user_id, tenant_id))",
            "INSERT INTO members VALUES (11, 1), (22, 2)",
            f"CREATE FUNCTION current_tenant() RETURNS int LANGUAGE sql STABLE AS $$ SELECT {TENANT} $$",
            "CREATE FUNCTION my_tenants() RETURNS SETOF int LANGUAGE sql STABLE"
            f" {random.choice(('', 'SECURITY DEFINER'))} SET search_path = app, pg_temp"
            f" AS $$ SELECT m.tenant_id FROM app.members m WHERE m.user_id = {USER} $$",
        ]
        if random.random() < 0.85:
            self.sql.append("GRANT SELECT ON members TO web, worker, boss")
        if random.random() < 0.15:
            self.sql.append(
                f"GRANT {random.choice(('INSERT', 'UPDATE', 'INSERT, UPDATE, DELETE'))} ON members TO web"
            )
        if random.random() < 0.3:
            own = f"user_id = {USER}" if random.random() < 0.8 else "true"
            self.sql += [
                "ALTER TABLE members ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY own ON members FOR SELECT USING ({own})",
            ]
            self.policies += 1

    def _table(self, table: str) -> None:
        random = self.random
        not_null = " NOT NULL" if random.random() < 0.5 else ""
        self.sql += [
            f"CREATE TABLE {table} (id int PRIMARY KEY, tenant_id int{not_null}, owner_id int,"
            " is_public boolean, status text, note text)",
            f"INSERT INTO {table} SELECT row_number() OVER (), t, o, p, s, NULL FROM"
            f" unnest(ARRAY[1, 2{'' if not_null else ', NULL'}]) t, unnest(ARRAY[11, 22]) o,"
            " unnest(ARRAY[true, false, NULL]) p, unnest(ARRAY['live', 'draft']) s",
        ]
        owner = random.choice(("postgres", "postgres", "boss", "staff"))
        if owner != "postgres":
            self.sql.append(f"ALTER TABLE {table} OWNER TO {owner}")
        for role in ("web", "worker", "boss", "staff"):
            granted = [c for c in ("SELECT", "INSERT", "UPDATE", "DELETE") if random.random() < 0.6]
            if granted:
                self.sql.append(f"GRANT {', '.join(granted)} ON {table} TO {role}")
        if random.random() < 0.93:
            self.sql.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        if random.random() < 0.6:
            self.sql.append(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for number in range(random.choice((0, 1, 1, 2, 2, 3))):
            self._policy(table, number)

    def _policy(self, table: str, number: int) -> None:
        random = self.random
        command = random.choice(_COMMANDS)
        kind = "RESTRICTIVE" if number and random.random() < 0.25 else "PERMISSIVE"
        to = random.choice(("PUBLIC", "PUBLIC", "PUBLIC", "web", "staff", "worker, boss"))
        text = f"CREATE POLICY p{number} ON {table} AS {kind} FOR {command} TO {to}"
        if command != "INSERT":
            text += f" USING ({self._predicate(table)})"
        if command == "INSERT" or (command in ("ALL", "UPDATE") and random.random() < 0.4):
            text += f" WITH CHECK ({self._predicate(table)})"
        self.sql.append(text)
        self.policies += 1

    def _predicate(self, table: str) -> str:
        random = self.random
        tenant = random.choice(_TENANT_TESTS).replace("{table}", table)
        narrow, leak = random.choice(_NARROW), random.choice(_LEAKS)
        shapes = (
            tenant,
            tenant,
            tenant,
            f"({tenant}) AND ({narrow})",
            f"({narrow}) AND ({tenant})",
            f"({tenant}) OR ({random.choice(_TENANT_TESTS).replace('{table}', table)})",
            f"({tenant}) OR ({leak})",
            f"({tenant}) AND (({narrow}) OR ({leak}))",
            f"(({tenant}) AND ({narrow})) OR ({leak})",
            f"({tenant}) AND NOT ({leak})",
            leak,
            f"({leak}) AND ({narrow})",
            f"CASE WHEN {leak} THEN {narrow} ELSE {tenant} END",
        )
        return random.choice(shapes)

    def _doors(self, tables: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        random = self.random
        doors: list[str] = []
        functions: list[str] = []
        for table in tables:
            if random.random() < 0.5:
                invoker = random.random() < 0.5
                name = f"v_{table}"
                where = random.choice(("", "", " WHERE is_public", f" WHERE tenant_id = {TENANT}"))
                options = " WITH (security_invoker = true)" if invoker else ""
                self.sql.append(f"CREATE VIEW {name}{options} AS SELECT * FROM {table}{where}")
                owner = random.choice(("postgres", "staff", "boss"))
                if owner != "postgres":
                    self.sql.append(f"ALTER VIEW {name} OWNER TO {owner}")
                self.sql.append(
                    f"GRANT {random.choice(('SELECT', 'SELECT, INSERT, UPDATE, DELETE'))} ON {name} TO web, worker"
                )
                doors.append(name)
            if random.random() < 0.15:
                name = f"m_{table}"
                self.sql += [
                    f"CREATE MATERIALIZED VIEW {name} AS SELECT * FROM {table}",
                    f"GRANT SELECT ON {name} TO web",
                ]
                doors.append(name)
            if random.random() < 0.3:
                name = f"f_{table}"
                where = random.choice(("", f" WHERE tenant_id = {TENANT}"))
                self.sql.append(
                    f"CREATE FUNCTION {name}() RETURNS SETOF {table} LANGUAGE sql STABLE SECURITY DEFINER"
                    f" SET search_path = app, pg_temp AS $$ SELECT * FROM app.{table}{where} $$"
                )
                if random.random() < 0.3:
                    self.sql.append(f"REVOKE EXECUTE ON FUNCTION {name}() FROM PUBLIC")
                functions.append(name)
        return tuple(doors), tuple(functions)
