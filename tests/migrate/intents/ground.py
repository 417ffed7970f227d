"""A database whose schemas belong to a role that is no superuser, and how strategies run there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.checks.finding import Value
from pgplumb.migrate.plan import Step, Strategy
from pgplumb.sql.split import split
from tests.databases import Database
from tests.migrate.intents.cases import Case

OWNER = "intents_owner"
SHAPE = (Path(__file__).parent / "shape.sql").read_text()
STRONG = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
LOCKS = """SELECT c.oid::regclass::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.pid = pg_backend_pid() AND l.granted AND c.relnamespace = %s::regnamespace"""
FILES = """SELECT oid::regclass::text, relfilenode FROM pg_class
    WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'm', 'i')"""
READS = "SELECT relid::regclass::text, seq_tup_read FROM pg_stat_xact_user_tables WHERE schemaname = %s"


def filled(value: Value, schema: str) -> Value:
    """Put a case's schema into the value of a field."""
    if isinstance(value, str):
        return value.replace("{s}", schema)
    if isinstance(value, Mapping):
        return {k: v.replace("{s}", schema) for k, v in value.items()}
    if isinstance(value, Sequence):
        return [item.replace("{s}", schema) for item in value]
    return value


def schema_of(case: Case) -> str:
    """The schema that a case has for itself."""
    return "c_" + case.id.replace("-", "_")


def _make(database: Database, owner: psycopg.Connection[tuple[Any, ...]], case: Case) -> None:
    schema = schema_of(case)
    database.execute(f"CREATE SCHEMA {schema} AUTHORIZATION {OWNER}")
    owner.execute((f"SET search_path = {schema}; " + case.setup.format(s=schema)).encode())
    owner.execute("RESET search_path")


@dataclass
class Seen:
    """What the transactions of a strategy did under locks that keep writers or readers out."""

    existed: frozenset[str] = frozenset()
    """Tables, materialized views and indexes from before."""
    work: list[str] = field(default_factory=list)
    """Relations that were there before, read in full or written anew under such a lock."""


@dataclass
class Ground:
    """One database with a schema for each case, and the catalog as it was read before anything ran."""

    database: Database
    catalog: Catalog
    owner: psycopg.Connection[tuple[Any, ...]]

    @classmethod
    def with_cases(cls, database: Database, cases: Sequence[Case]) -> Ground:
        """Make the cases' schemas."""
        exists = database.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER])
        if not exists:
            database.execute(f"CREATE ROLE {OWNER} LOGIN; GRANT pg_monitor TO {OWNER} WITH ADMIN OPTION")
        database.execute(f"GRANT CREATE ON DATABASE {database.name} TO {OWNER}")
        owner = psycopg.connect(database.server.conninfo(database.name, OWNER), autocommit=True)
        for case in cases:
            _make(database, owner, case)
        return cls(database, read_whole(database.session(OWNER))[0], owner)

    def again(self, case: Case) -> None:
        """Make a case's schema anew, for what could not be taken back. Its oids are others then."""
        self.owner.execute("ROLLBACK")
        self.database.execute(f"DROP SCHEMA {schema_of(case)} CASCADE")
        _make(self.database, self.owner, case)
        self.catalog = read_whole(self.database.session(OWNER))[0]

    def shape(self, schema: str) -> list[str]:
        """Return everything that one schema holds, a line each."""
        return [row[0] for row in self.database.execute(SHAPE, [schema])]

    def up(self, strategy: Strategy, schema: str) -> Seen:
        """Run a strategy forth."""
        seen = Seen(frozenset(dict(self.rows(FILES, schema))))
        for step in strategy.steps:
            self.run(step, step.up, schema, seen)
        return seen

    def down(self, steps: Sequence[Step], schema: str) -> None:
        """Take steps back, the last first."""
        for step in reversed(steps):
            assert step.down is not None
            self.run(step, step.down, schema, Seen())

    def run(self, step: Step, text: str, schema: str, seen: Seen) -> None:
        """Run a step's statements as a runner would: together, or each by itself."""
        for name in ("lock_timeout", "statement_timeout"):
            self.owner.execute(f"SET {name} = '{getattr(step, name)}'".encode())
        groups = [[s] for s in split(text)] if step.autocommit else [list(split(text))]
        for group in groups:
            alone = step.autocommit and any(
                w in group[0].text for w in ("CONCURRENTLY", "VACUUM", "ALTER SYSTEM", "REINDEX")
            )
            if alone or not group:
                for statement in group:
                    self.owner.execute(statement.text.encode())
                continue
            files = dict(self.rows(FILES, schema))
            with self.owner.transaction():
                read = dict(self.rows(READS, schema))
                for statement in group:
                    self.owner.execute(statement.text.encode())
                locked = {r for r, mode in self.rows(LOCKS, schema) if mode in STRONG}
                after = dict(self.rows(FILES, schema))
                for relation in sorted(locked & seen.existed):
                    if relation in after and after[relation] != files.get(relation):
                        seen.work.append(f"{relation} was written anew")
                for relation, rows in self.rows(READS, schema):
                    if relation in locked & seen.existed and rows > read.get(relation, 0):
                        seen.work.append(f"{relation} was read")

    def rows(self, query: str, schema: str) -> list[tuple[Any, ...]]:
        """Return what a query about a schema finds."""
        return self.owner.execute(query.encode(), [schema]).fetchall()
