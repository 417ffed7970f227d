"""Asks the target about a migration, then runs it, so that what was foretold can be held against what happened."""

from __future__ import annotations

import psycopg

from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.probes import Answer, probes_for, run
from pgplumb.server.session import Session
from tests.databases import Database


class Asked:
    """One session on a database whose catalog was read once: migrations are rolled back."""

    def __init__(self, database: Database, user: str = "postgres") -> None:
        self.session: Session = database.session(user)
        self.catalog, _ = read_whole(self.session)

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def answers(self, migration: str, *, allow_rows: bool = True, force: bool = False) -> tuple[Answer, ...]:
        """Return every answer to what a migration raises."""
        return run(self.session, probes_for(migration, self.catalog), allow_rows, force=force)

    def foretold(self, migration: str) -> str:
        """Return the answers about rows as one: fail where any fails, else unknown where any is, else pass."""
        found = {a.status for a in self.answers(migration) if a.probe.settles}
        return "fail" if "fail" in found else "unknown" if "unknown" in found else "pass"


def ask(
    database: Database, migration: str, *, allow_rows: bool = True, force: bool = False
) -> tuple[Answer, ...]:
    """Return every answer to what a migration raises."""
    with Asked(database) as asked:
        return asked.answers(migration, allow_rows=allow_rows, force=force)


def outcome(database: Database, migration: str) -> str:
    """Run a migration, roll it back, and return whether rows make it fail."""
    with psycopg.connect(database.conninfo) as connection:
        try:
            connection.execute(migration.encode())
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            state = error.sqlstate or "?"
            return "fail" if state[:2] in ("22", "23") else f"another failure: {error}"
        finally:
            connection.rollback()
    return "pass"


def of(answers: tuple[Answer, ...], name: str) -> Answer:
    """Return the one answer about a fact."""
    (found,) = [a for a in answers if a.probe.id == name]
    return found
