"""Who tenants and users of a random schema are, how a session says so, and the tables that say who is a member."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

MEMBERS = "members"
BLOCKED = "blocked"
_TENANTS = {
    "int": ("1", "2"),
    "text": ("acme", "globex"),
    "uuid": ("a0000000-0000-4000-8000-000000000001", "a0000000-0000-4000-8000-000000000002"),
}
_USERS = {
    "int": ("11", "22"),
    "uuid": ("b0000000-0000-4000-8000-000000000011", "b0000000-0000-4000-8000-000000000022"),
}
_OTHERS = {
    "int": ("33", "44"),
    "uuid": ("b0000000-0000-4000-8000-000000000033", "b0000000-0000-4000-8000-000000000044"),
}
"""A member of each tenant who is no administrator."""
CLAIMS = "request.jwt.claims"


@dataclass(frozen=True, slots=True)
class Session:
    """What a session has set, and which tenants are its own."""

    name: str
    settings: Mapping[str, str]
    own: tuple[str, ...] = ()
    before: str = ""
    """What its role does first: SQL that gives whether it succeeded; roles that cannot are left out."""
    spared: str = ""
    """The object that is not looked at: it is the one that was written first."""


@dataclass(frozen=True)
class World:
    """How one schema is spoken of."""

    kind: str
    """The type of tenants: int, text or uuid."""
    claims: bool
    """Whether a session is who the claims of a JWT say; else two settings say it."""
    plpgsql: bool
    """The language of helpers."""
    definer: bool
    """Whether they run as their owner."""

    @classmethod
    def random(cls, random: Random) -> World:
        """Choose one."""
        kind = random.choice(("int", "int", "text", "uuid"))
        claims = random.random() < 0.3
        return cls(kind, claims, random.random() < 0.4, random.random() < 0.5)

    @property
    def tenants(self) -> tuple[str, str]:
        """Both tenants, unquoted."""
        return _TENANTS[self.kind]

    @property
    def user_kind(self) -> str:
        """The type of users."""
        return "uuid" if self.claims or self.kind == "uuid" else "int"

    @property
    def users(self) -> tuple[str, str]:
        """The user of each tenant, unquoted."""
        return _USERS[self.user_kind]

    @cached_property
    def tenant(self) -> str:
        """The session's tenant, NULL where it has none."""
        return self.tenant_text if self.kind == "text" else f"({self.tenant_text})::{self.kind}"

    @property
    def tenant_text(self) -> str:
        """The same as text."""
        if self.claims:
            return f"(NULLIF(current_setting('{CLAIMS}', true), '')::jsonb ->> 'tenant_id')"
        return "NULLIF(current_setting('app.tenant_id', true), '')"

    @property
    def bare_text(self) -> str:
        """The same, which may be empty or raise where the session has none."""
        if self.claims:
            return f"(current_setting('{CLAIMS}', true)::jsonb ->> 'tenant_id')"
        return "current_setting('app.tenant_id', true)"

    @property
    def user(self) -> str:
        """The session's user."""
        if self.claims:
            return "auth.uid()"
        return f"NULLIF(current_setting('app.user_id', true), '')::{self.user_kind}"

    @property
    def whole(self) -> str:
        """The setting that holds who the session is."""
        return CLAIMS if self.claims else "app.tenant_id"

    @property
    def identities(self) -> tuple[str, str]:
        """What is stated of a session: its tenant, and its memberships."""
        if self.claims:
            tenant = f"(current_setting('{CLAIMS}')::jsonb ->> 'tenant_id')"
            return tenant, f"app.{MEMBERS}(tenant_id) where user_id = auth.uid()"
        return (
            "current_setting('app.tenant_id')",
            f"app.{MEMBERS}(tenant_id) where user_id = current_setting('app.user_id')",
        )

    def literal(self, number: int) -> str:
        """Return one of the two tenants as SQL."""
        value = self.tenants[number]
        return value if self.kind == "int" else f"'{value}'"

    def sessions(self, text: str) -> list[Session]:
        """Return the sessions that a schema's text may tell apart. Those that set nothing come first: what was set
        once is never unset again."""
        one, other = self.tenants
        found = [Session("fresh", {})]
        forgeable = "app.admin" in text
        if forgeable:
            found.append(Session("forged alone", {"app.admin": "on"}))
        if not self.claims:
            alone = Session("user alone", {"app.user_id": self.users[0], "app.admin": ""}, (one,))
            found += [
                alone,
                replace(alone, name="two-step, user alone", before=self._join(0), spared=MEMBERS),
            ]
        found += [
            self._session("a", 0),
            self._session("b", 1),
            Session("empty", dict.fromkeys(self._settings(0), ""), ()),
            Session("user only", self._settings(0, tenant=False), (one,)),
            Session("user only b", self._settings(1, tenant=False), (other,)),
            Session("tenant only", self._settings(0, user=False), (one,)),
        ]
        if "user_metadata" in text:
            found.append(Session("edited claim", self._settings(0, edited=True), (one,)))
        if forgeable:
            found.append(Session("forged", {**self._settings(0), "app.admin": "on"}, (one,)))
        for number, name in enumerate("ab"):
            two = self._session(f"two-step {name}", number)
            found.append(replace(two, before=self._join(number), spared=MEMBERS))
        return found

    def _join(self, number: int) -> str:
        return f"pg_temp.join_other('{self.users[number]}', '{self.tenants[1 - number]}')"

    def _session(self, name: str, number: int) -> Session:
        return Session(name, self._settings(number), (self.tenants[number],))

    def _settings(
        self, number: int, tenant: bool = True, user: bool = True, edited: bool = False
    ) -> dict[str, str]:
        who, person = self.tenants[number] if tenant else "", self.users[number] if user else ""
        if not self.claims:
            return {"app.tenant_id": who, "app.user_id": person, "app.admin": ""}
        claims: dict[str, object] = {"role": "authenticated"}
        claims |= {"sub": person} if user else {}
        claims |= {"tenant_id": who} if tenant else {}
        claims |= {"user_metadata": {"admin": "true"}} if edited else {}
        return {CLAIMS: json.dumps(claims), "app.admin": ""}

    def basis(self) -> list[str]:
        """Return what every schema begins with: the members, and functions that say who a session is."""
        others = _OTHERS[self.user_kind]
        rows = ", ".join(
            f"('{user}', '{tenant}', '{role}')"
            for users, role in ((self.users, "admin"), (others, "member"))
            for user, tenant in zip(users, self.tenants, strict=True)
        )
        found = [
            "CREATE SCHEMA app",
            "GRANT USAGE ON SCHEMA app TO PUBLIC",
            "SET search_path = app",
            f"CREATE TABLE {MEMBERS} (user_id {self.user_kind} NOT NULL, tenant_id {self.kind} NOT NULL,"
            " role text NOT NULL DEFAULT 'admin', PRIMARY KEY (user_id, tenant_id))",
            f"INSERT INTO {MEMBERS} VALUES {rows}",
            f"CREATE TABLE {BLOCKED} (tenant_id {self.kind} NOT NULL)",
        ]
        if self.claims:
            found += [
                "CREATE SCHEMA auth",
                "GRANT USAGE ON SCHEMA auth TO PUBLIC",
                "CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS"
                f" $$ SELECT NULLIF(current_setting('{CLAIMS}', true), '')::jsonb $$",
                "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS"
                f" $$ SELECT (NULLIF(current_setting('{CLAIMS}', true), '')::jsonb ->> 'sub')::uuid $$",
            ]
        where = f"FROM app.{MEMBERS} m WHERE m.user_id = {self.user}"
        return [
            *found,
            self._helper("current_tenant()", self.kind, self.tenant),
            self._helper("my_tenants()", f"SETOF {self.kind}", f"SELECT m.tenant_id {where}"),
            self._helper(
                f"is_member(t {self.kind})", "boolean", f"EXISTS (SELECT 1 {where} AND m.tenant_id = t)"
            ),
            self._helper(
                f"has_role(t {self.kind}, r text)",
                "boolean",
                f"EXISTS (SELECT 1 {where} AND m.tenant_id = t AND m.role = r)",
            ),
        ]

    def _helper(self, name: str, returns: str, body: str) -> str:
        several = returns.startswith("SETOF")
        options = "STABLE SECURITY DEFINER" if self.definer else "STABLE"
        if self.plpgsql:
            text = f"BEGIN RETURN {'QUERY ' if several else ''}{body}; END"
        else:
            text = body if several else f"SELECT {body}"
        language = "plpgsql" if self.plpgsql else "sql"
        path = " SET search_path = app, pg_temp" if self.definer else ""
        return f"CREATE FUNCTION {name} RETURNS {returns} LANGUAGE {language} {options}{path} AS $$ {text} $$"
