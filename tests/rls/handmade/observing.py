"""What a handmade schema really lets through: every command tried as every role in every session it states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.tenant_map import TenantPath
from tests.databases import Database
from tests.rls.handmade.spec import Key, Spec

Connection = psycopg.Connection[tuple[Any, ...]]
Found = dict[Key, tuple[set[str], bool]]
"""Sessions in which a foreign row passed, and whether anything did, by cell."""


class _Undo(Exception):  # noqa: N818
    """Ends a try."""


def observe(database: Database, spec: Spec, judgement: Judgement) -> Found:
    """Try everything, on fresh connections; nothing is left of it."""
    found: Found = {}
    for own, setup in [((), ""), *spec.sessions, ((), "empty")]:
        with database.connect() as connection:
            if setup == "empty":
                # What was set once is empty afterwards, not unset.
                for _, text in spec.sessions:
                    connection.execute(text.encode())
                connection.rollback()
            elif setup:
                connection.execute(setup.encode())
            _Session(connection, spec, judgement, own, found).run(setup)
            connection.rollback()
    return found


class _Session:
    def __init__(
        self, connection: Connection, spec: Spec, judgement: Judgement, own: tuple[str, ...], found: Found
    ) -> None:
        self.connection, self.spec, self.base, self.found = connection, spec, own, found
        self.own = own
        self.catalog: Catalog = judgement.matrix.catalog
        self.paths = judgement.tenants.path_of
        self.judgement = judgement
        self.name = ""

    def foreign(self) -> list[str]:
        """Return the marks of other tenants."""
        return [t for t in self.spec.tokens if not any(t in one for one in self.own)]

    def run(self, name: str) -> None:
        self.name = name or "fresh"
        for object_, role, command in {(c.object, c.role, c.command) for c in self.judgement.cells}:
            if role not in self.spec.roles:
                continue
            key = (object_, role, command)
            # A tenant that is the role itself.
            self.own = (*self.base, role) if "current_user" in self.spec.identities else self.base
            if command == "SELECT":
                self._reads(key, self._columns(object_, role))
            elif command == "EXECUTE" and object_ in self.spec.calls:
                self._reads(key, f"SELECT f::text FROM {self.spec.calls[object_]} f")
            elif command in ("INSERT", "UPDATE", "DELETE"):
                relation = next(r for r in self.catalog.relations.values() if r.qualified == object_)
                if relation.kind in "rp" and relation.oid in self.paths:
                    self._writes(key, relation)
            elif command == "TRUNCATE":
                with self._try(role) as ran:
                    self.connection.execute(f"TRUNCATE {object_} CASCADE".encode())
                    ran.append(1)
                self._note(key, bool(ran), bool(ran))

    def _note(self, key: Key, leak: bool, anything: bool) -> None:
        leaks, passed = self.found.get(key, (set(), False))
        self.found[key] = (leaks | ({self.name} if leak else set()), passed or anything)

    @contextmanager
    def _try(self, role: str = "", replica: bool = False) -> Iterator[list[Any]]:
        """Run what follows as a role; undo it. What was appended before an error stays."""
        seen: list[Any] = []
        try:
            with self.connection.transaction():
                if replica:
                    self.connection.execute("SET LOCAL session_replication_role = replica")
                if role:
                    self.connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
                yield seen
                raise _Undo
        except (_Undo, psycopg.Error):
            pass

    def _columns(self, object_: str, role: str) -> str:
        rows = self.connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND has_column_privilege(%s, attrelid, attnum, 'SELECT')",
            (object_, role),
        ).fetchall()
        names = sql.SQL(", ").join(sql.Identifier(row[0]) for row in rows)
        return sql.SQL("SELECT ROW({})::text FROM {}").format(names, sql.SQL(object_)).as_string()

    def _reads(self, key: Key, query: str) -> None:
        with self._try(key[1]) as ran:
            rows = self.connection.execute(query.encode()).fetchall()
            ran += [row[0] or "" for row in rows]
        self._note(key, any(token in text for text in ran for token in self.foreign()), bool(ran))

    def _tenant(self, path: TenantPath) -> str:
        found = "t"
        wrapped = ""
        for alias, hop in enumerate(path.hops, start=1):
            table = self.catalog.relations[hop.relation].qualified
            wrapped += f"(SELECT %s FROM {table} x{alias} WHERE x{alias}.{hop.key} = {found}.{hop.column}"
            found = f"x{alias}"
        text = f"{found}.{path.column}"
        for piece in reversed(wrapped.split("(SELECT %s")[1:]):
            text = f"(SELECT {text}{piece})"
        return text

    def _rows(self, relation: Relation) -> dict[str, str | None]:
        """Return the tenants of all rows by ctid."""
        tenant = self._tenant(self.paths[relation.oid])
        query = f"SELECT t.tableoid || t.ctid::text, ({tenant})::text FROM {relation.qualified} t"
        return dict(self.connection.execute(query.encode()).fetchall())

    def _is_foreign(self, tenant: str | None) -> bool:
        return tenant not in self.own

    def _writes(self, key: Key, relation: Relation) -> None:
        _, _, command = key
        if command == "INSERT":
            self._inserts(key, relation)
            return
        path = self.paths[relation.oid]
        column = path.hops[0].column if path.hops else path.column
        name = relation.qualified
        if command == "DELETE":
            for row in [None, *self._rows(relation)]:
                self._tries(key, relation, f"DELETE FROM {name}", row)
            return
        generated = {c.name for c in relation.columns if c.generated}
        others = [c.name for c in relation.columns if c.name not in generated]
        foreign = [
            v
            for (v,) in self.connection.execute(
                f"SELECT DISTINCT {column}::text FROM {name}".encode()
            ).fetchall()
        ]
        for row in [None, *self._rows(relation)]:
            for other in others:
                self._tries(key, relation, f'UPDATE {name} SET "{other}" = "{other}"', row)
                constant = f'UPDATE {name} SET "{other}" = DEFAULT'
                self._tries(key, relation, constant, row)
            for value in foreign if column not in generated else ():
                said = "NULL" if value is None else f"'{value}'"
                self._tries(key, relation, f"UPDATE {name} SET {column} = {said}", row)

    def _tries(self, key: Key, relation: Relation, statement: str, alone: str | None) -> None:
        """Run one statement, on all rows or with one row alone in the table, and see which rows it touched."""
        replica = not any(t for t in relation.triggers)
        with self._try(replica=True) as ran:
            if alone is not None:
                self.connection.execute(
                    f"DELETE FROM {relation.qualified} t WHERE t.tableoid || t.ctid::text <> %s".encode(),
                    (alone,),
                )
            if not replica:
                self.connection.execute("SET LOCAL session_replication_role = origin")
            before = self._rows(relation)
            self.connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(key[1])))
            self.connection.execute(statement.encode())
            self.connection.execute("RESET ROLE")
            after = self._rows(relation)
            gone = [tenant for place, tenant in before.items() if place not in after]
            made = [tenant for place, tenant in after.items() if place not in before]
            ran += gone + made
        self._note(key, any(self._is_foreign(tenant) for tenant in ran), bool(ran))

    def _inserts(self, key: Key, relation: Relation) -> None:
        name = relation.qualified
        may = {
            row[0]
            for row in self.connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attgenerated = '' AND has_column_privilege(%s, attrelid, attnum, 'INSERT')",
                (name, key[1]),
            ).fetchall()
        }
        columns = ", ".join(f'"{c}"' for c in may)
        if not may:
            return
        rows = self.connection.execute(
            f"SELECT t.tableoid || t.ctid::text, to_jsonb(t) FROM {name} t".encode()
        )
        for place, row in rows.fetchall():
            with self._try() as ran:
                self.connection.execute("SET LOCAL session_replication_role = replica")
                self.connection.execute(
                    f"DELETE FROM {name} t WHERE t.tableoid || t.ctid::text = %s".encode(), (place,)
                )
                self.connection.execute("SET LOCAL session_replication_role = origin")
                before = self._rows(relation)
                self.connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(key[1])))
                self.connection.execute(
                    f"INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE"
                    f" SELECT {columns} FROM jsonb_populate_record(NULL::{name}, %s)".encode(),
                    (Jsonb(row),),
                )
                self.connection.execute("RESET ROLE")
                after = self._rows(relation)
                ran += [tenant for new, tenant in after.items() if new not in before]
            self._note(key, any(self._is_foreign(tenant) for tenant in ran), bool(ran))
