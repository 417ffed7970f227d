"""Making a schema in an empty database of the twin.

Statements go out a hundred at a time, each batch in one transaction. Of a batch that fails, the steps go one by
one; what failed is tried again after everything else, as long as that helps: the order of phases is nearly right
for any schema, and finding the exact order costs more than a second try of the few that need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from pgplumb.foundation.names import dotted
from pgplumb.server.errors import one_line
from pgplumb.sql.split import Statement, split
from pgplumb.twin.gaps import Gaps
from pgplumb.twin.schema.text import MAKES, OWNER_PHASE, BuildReport, SchemaText, Step

if TYPE_CHECKING:
    import psycopg

_Way = Literal["builder", "caged", "both"]
_CREATED = re.compile(
    r'CREATE (FOREIGN )?(?:UNLOGGED )?TABLE ((?:"(?:[^"]|"")*"|[^\s."(])+\.(?:"(?:[^"]|"")*"|[^\s."(])+)'
)

AT_A_TIME = 100
"""Steps of one transaction: all its locks must have room in the table of a small server."""

SETTINGS = (
    ("search_path", "pg_catalog"),
    ("check_function_bodies", "off"),
    ("client_min_messages", "error"),
    ("default_tablespace", ""),
    ("default_table_access_method", "heap"),
    ("standard_conforming_strings", "on"),
    ("row_security", "off"),
    ("statement_timeout", "60000"),
)
"""As the deparse functions wrote the statements; and nothing that is built may run for long."""


OURS = frozenset([0, 1, 6, OWNER_PHASE])
"""Phases whose text is ours alone: roles, memberships, extensions, owners. Only a superuser can run them."""

SHARED_PHASES = frozenset([0])
"""Roles belong to the server: another database of it may have brought them already."""


CALLING_PHASES = frozenset([20, 22, 24, 26])
"""Phases in which the server may call functions of the target: for partition keys, generated columns, checks of
attached tables, exclusions. The first statement of a step does; what follows gives owners and marks."""


def build_schema(
    connection: psycopg.Connection[Any],
    schema: SchemaText,
    *,
    caged: psycopg.Connection[Any],
    stranger: bool = False,
) -> BuildReport:
    """Run the steps in the connection's database and return what came of them.

    The connection is in autocommit mode and a superuser's, of a throwaway server; it keeps the settings that
    this makes. `caged` is the cage role's connection to the same database. It runs whatever may call functions
    of the target and, for a stranger's text (a dump), everything but roles and extensions; its role becomes a member
    of the roles. Raises psycopg.OperationalError where the server is lost, and Breach where the role would get
    rights beyond the database.
    """
    _settle(connection, SETTINGS)
    first = _Builder(connection, caged, OURS)
    first.round([step for step in schema.steps if step.phase in SHARED_PHASES])
    _move_in(connection, caged, schema, stranger)
    _settle(caged, [s for s in SETTINGS if s[0] != "row_security"])
    builder = _Builder(connection, caged, OURS if stranger else None, first.built)
    steps = [step for step in schema.steps if step.phase not in SHARED_PHASES]
    left = builder.until_nothing_moves(steps)
    notes: list[str] = []
    failures: list[tuple[Step, str]] = []
    for step, why in left:
        if step.substitute is not None and not builder.round([replace(step, sql=step.substitute)]):
            notes.append(f"{step.object} is not as in the target: {why}")
        else:
            failures.append((step, why))
    if notes:
        failures = builder.until_nothing_moves([step for step, _ in failures])
    return _report(schema, builder.built, failures, notes)


_OWNED = (
    "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relowner = (SELECT oid FROM pg_roles WHERE rolname = %s)"
)


class _Builder:
    """Runs steps, each on the connection that may, and counts those that were made."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        caged: psycopg.Connection[Any],
        ours: frozenset[int] | None,
        built: int = 0,
    ) -> None:
        self._connection = connection
        self._caged = caged
        self._ours = ours
        """Phases that alone are the superuser's; None where it may run what calls no function of the target."""
        self.built = built

    def until_nothing_moves(self, steps: Sequence[Step]) -> list[tuple[Step, str]]:
        """Try steps round after round; return those that cannot be made, with the reason."""
        left = self.round(steps)
        tried = len(steps)
        while left and len(left) < tried:
            tried = len(left)
            left = self.round([step for step, _ in left])
        return left

    def round(self, steps: Sequence[Step]) -> list[tuple[Step, str]]:
        """Try steps once, in order; return those that were not made, with the reason."""
        left: list[tuple[Step, str]] = []
        for way, group in groupby(steps, self._way):
            together = self._permitted(list(group))
            for start in range(0, len(together), AT_A_TIME):
                left += self._batch(way, together[start : start + AT_A_TIME])
        return left

    def _way(self, step: Step) -> _Way:
        if self._ours is not None:
            return "builder" if step.phase in self._ours else "caged"
        return "both" if step.phase in CALLING_PHASES else "builder"

    def _permitted(self, steps: list[Step]) -> list[Step]:
        """Leave out owners of what the caged role did not make: a system catalog, say."""
        if self._ours is None or all(step.phase != OWNER_PHASE for step in steps):
            return steps
        rows = self._connection.execute(_OWNED, (self._caged.info.user,)).fetchall()
        owned = {dotted(schema, name) for schema, name in rows}
        return [step for step in steps if step.phase != OWNER_PHASE or step.relation in owned]

    def _batch(self, way: _Way, batch: list[Step]) -> list[tuple[Step, str]]:
        if len(batch) > 1 and self._send(way, [step.sql for step in batch]) is None:
            self.built += len(batch)
            return []
        left = []
        for step in batch:
            why = self._send(way, [step.sql], shared=step.phase in SHARED_PHASES)
            if why is None:
                self.built += 1
            else:
                left.append((step, why))
        return left

    def _send(self, way: _Way, texts: Sequence[str], *, shared: bool = False) -> str | None:
        """Run texts, all or none; return why not. On both ways, the first statement of each is the caged role's."""
        if way != "both":
            connection = self._connection if way == "builder" else self._caged
            return _run(connection, ";\n".join(texts), shared=shared)
        parts = [split(text) for text in texts]
        calls = ";\n".join(statements[0].text for statements in parts)
        rest = ";\n".join(
            text[statements[1].start :]
            for text, statements in zip(texts, parts, strict=True)
            if statements[1:]
        )
        self._caged.execute("BEGIN")
        why = _run(self._caged, calls)
        if why is None and rest:
            # What was made must be there for the other session; where that fails, it is taken away again.
            self._caged.execute("COMMIT")
            why = _run(self._connection, rest)
            if why is not None:
                self._undo(parts)
            return why
        self._caged.execute("COMMIT" if why is None else "ROLLBACK")
        return why

    def _undo(self, parts: Sequence[Sequence[Statement]]) -> None:
        """Drop the tables of a batch whose second half was refused."""
        for statements in parts:
            made = _CREATED.match(statements[0].text)
            if made is not None:
                _run(self._connection, f"DROP {made[1]}TABLE {made[2]}")


def _settle(connection: psycopg.Connection[Any], settings: Iterable[tuple[str, str]]) -> None:
    for name, value in settings:
        connection.execute("SELECT pg_catalog.set_config(%s, %s, false)", (name, value))


def _move_in(
    connection: psycopg.Connection[Any], caged: psycopg.Connection[Any], schema: SchemaText, stranger: bool
) -> None:
    """Let the caged role do what the owners of the objects may, and make things in this database."""
    from psycopg import sql

    from pgplumb.twin.cage import admit

    admit(connection, schema.roles)
    role, database = sql.Identifier(caged.info.user), sql.Identifier(connection.info.dbname)
    if not stranger:
        owner = schema.owner if schema.owner in schema.roles else caged.info.user
        connection.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                database, sql.Identifier(owner or caged.info.user)
            )
        )
        return
    connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, role))
    connection.execute(sql.SQL("GRANT CREATE, USAGE ON SCHEMA public TO {}").format(role))


def _run(connection: psycopg.Connection[Any], text: str, *, shared: bool = False) -> str | None:
    """Run statements as one transaction; return why the server refused, or None."""
    import psycopg

    try:
        connection.execute(text.encode())
    except psycopg.Error as error:
        if connection.closed:
            raise
        if shared and error.sqlstate == "42710":
            return None
        return one_line(error.diag.message_primary or str(error))
    return None


HARMLESS_PHASES = frozenset([1, 40, 66, 67, 70, 80, OWNER_PHASE, 90, 98])
"""Memberships, owners of sequences, triggers, publications, grants, comments: no plan changes with them."""

SILENT_PHASE = 82
"""Owners of types and functions of a dump, which the caged role may keep."""


def _report(
    schema: SchemaText, built: int, failures: Iterable[tuple[Step, str]], notes: list[str]
) -> BuildReport:
    relations: dict[str, str] = {}
    failed: dict[str, str] = {}
    absent = dict(schema.gaps.relations)
    for step, why in failures:
        if step.phase in MAKES and step.relation is not None:
            absent.setdefault(step.relation, why)
    for step, why in failures:
        if step.relation in absent and step.phase not in MAKES:
            continue
        failed.setdefault(step.object, why)
        if step.phase == SILENT_PHASE:
            continue
        if step.relation is None:
            notes.append(f"{step.object} could not be made: {why}")
        elif step.phase in MAKES:
            relations.setdefault(step.relation, f"it could not be made: {why}")
        elif step.phase in HARMLESS_PHASES:
            notes.append(f"{step.object} could not be made: {why}")
        else:
            relations.setdefault(step.relation, f"{step.object} could not be made: {why}")
        for name in step.concerns:
            relations.setdefault(name, f"its child {step.relation}: {why}")
    gaps = schema.gaps.and_also(Gaps(relations, {}, tuple(notes)))
    return BuildReport(gaps, built, failed)
