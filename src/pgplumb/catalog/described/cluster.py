"""The database itself, roles and settings as facts by name."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.described.names import Names
from pgplumb.catalog.described.thing import Fact, Thing
from pgplumb.catalog.model import Role, Setting
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.names import part

_KINDS = {
    "r": "tables",
    "S": "sequences",
    "f": "functions",
    "T": "types",
    "n": "schemas",
    "L": "large objects",
}
_OF_A_SESSION = ("client", "session", "override", "interactive")
"""Sources of settings that are those of our own session."""
_OF_A_PLACE = frozenset(
    [
        *("data_directory", "config_file", "hba_file", "ident_file", "external_pid_file"),
        *("unix_socket_directories", "port", "listen_addresses", "cluster_name", "primary_conninfo"),
    ]
)
"""Settings that say where a server is and not how it works."""


def database_thing(names: Names, title: str) -> Thing:
    """Give the database under `title`: two that are compared may have two names."""
    found = names.catalog.database
    facts: dict[str, Fact] = {
        "owner": names.role(found.owner),
        "encoding": found.encoding,
        "collation": found.collate,
        "character type": found.ctype,
        "collation version": found.collation_version,
        "connection limit": found.connection_limit,
        "privileges": names.granted(found.acl, found.owner, "database"),
        "comment": found.comment,
        **_overrides(names, 0),
    }
    return Thing(title, facts)


def _overrides(names: Names, role: int) -> dict[str, Fact]:
    """Return what ALTER ROLE or ALTER DATABASE ... SET says of a role, 0 for all of them; of this database alone."""
    found: dict[str, Fact] = {}
    for override in names.catalog.setting_overrides:
        if override.role != role or override.database not in (0, names.catalog.database.oid):
            continue
        if not role and not override.database:
            continue
        where = " in this database" if role and override.database else ""
        for text in override.settings:
            name, _, value = text.partition("=")
            found[f"setting {name}{where}"] = value
    return found


def role_things(names: Names) -> Iterator[Thing]:
    """Give the roles but PostgreSQL's own, and these where something was said of them."""
    for role in names.catalog.roles.values():
        facts = _of_role(names, role)
        if not role.predefined:
            yield Thing(role.id, _attributes(role) | facts, "can log in" if role.can_login else "")
        elif facts:
            yield Thing(role.id, facts)
    everyone = _overrides_of_all(names)
    if everyone:
        yield Thing("role:ALL", everyone)


def _overrides_of_all(names: Names) -> dict[str, Fact]:
    """Return what ALTER ROLE ALL SET says for every database."""
    found: dict[str, Fact] = {}
    for override in names.catalog.setting_overrides:
        if not override.role and not override.database:
            found |= {f"setting {t.partition('=')[0]}": t.partition("=")[2] for t in override.settings}
    return found


def _attributes(role: Role) -> dict[str, Fact]:
    return {
        "superuser": role.superuser,
        "inherit": role.inherit,
        "create role": role.createrole,
        "create database": role.createdb,
        "can log in": role.can_login,
        "replication": role.replication,
        "bypass row level security": role.bypass_rls,
        "connection limit": role.connection_limit,
        "valid until": role.valid_until,
        "comment": role.comment,
    }


def _of_role(names: Names, role: Role) -> dict[str, Fact]:
    facts = _overrides(names, role.oid)
    for membership in names.catalog.memberships:
        if membership.member == role.oid:
            options = {"admin": membership.admin, "inherit": membership.inherit, "set": membership.set_role}
            granted = tuple(word for word, on in options.items() if on)
            name = f"member of {part(names.role(membership.role))}"
            # A role may be granted by several: what it may then do is all of it.
            before = facts.get(name)
            facts[name] = tuple(sorted({*granted, *(before if isinstance(before, tuple) else ())}))
    for default in names.catalog.default_privileges:
        if default.role == role.oid:
            where = f" in schema {names.schema(default.schema)}" if default.schema else ""
            kind = _KINDS.get(default.kind, default.kind)
            facts[f"default privileges on {kind}{where}"] = names.granted(default.acl, role.oid, "column")
    return facts


def setting_things(names: Names) -> Iterator[Thing]:
    """Give the server's settings; not those of a session, of a place, or that cannot be set."""
    for setting in names.catalog.settings.values():
        if setting.context != "internal" and setting.name not in _OF_A_PLACE:
            yield Thing(setting.id, {} if setting.source in _OF_A_SESSION else {"value": _value(setting)})


def _value(setting: Setting) -> Fact:
    if setting.value is None:
        return Unread("this role may not see the setting")
    return f"{setting.value}{setting.unit or ''}" if setting.value else setting.value
