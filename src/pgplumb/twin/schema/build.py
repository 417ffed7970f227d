"""Making a schema in an empty database of the twin.

Statements go out a hundred at a time, each batch in one transaction. Of a batch that fails, the steps go one by
one; what failed is tried again after everything else, as long as that helps: the order of phases is nearly right
for any schema, and finding the exact order costs more than a second try of the few that need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pgplumb.server.errors import one_line
from pgplumb.twin.gaps import Gaps
from pgplumb.twin.schema.text import BuildReport, SchemaText, Step

if TYPE_CHECKING:
    import psycopg

AT_A_TIME = 100
"""Statements of one transaction: all its locks must have room in the table of a small server."""

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


def build_schema(
    connection: psycopg.Connection[Any], schema: SchemaText, *, settings: bool = True
) -> BuildReport:
    """Run the steps in the connection's database and return what came of them.

    The connection is in autocommit mode and a superuser's, of a throwaway server; it keeps the settings that
    this makes. Raises psycopg.OperationalError where the server is lost.
    """
    if settings:
        for name, value in SETTINGS:
            connection.execute("SELECT pg_catalog.set_config(%s, %s, false)", (name, value))
    built, left = _round(connection, schema.steps)
    while left:
        more, still = _round(connection, [step for step, _ in left])
        built += more
        if not more:
            left = still
            break
        left = still
    notes: list[str] = []
    failures: list[tuple[Step, str]] = []
    for step, why in left:
        if step.substitute is not None and _run(connection, step.substitute) is None:
            built += 1
            notes.append(f"{step.object} is not as in the target: {why}")
        else:
            failures.append((step, why))
    if notes:
        more, left = _round(connection, [step for step, _ in failures])
        built += more
        failures = left
    return _report(schema, built, failures, notes)


def _round(connection: psycopg.Connection[Any], steps: Sequence[Step]) -> tuple[int, list[tuple[Step, str]]]:
    """Try steps once, in order; return how many were made, and the others with the reason."""
    built = 0
    left: list[tuple[Step, str]] = []
    for start in range(0, len(steps), AT_A_TIME):
        batch = steps[start : start + AT_A_TIME]
        if len(batch) > 1 and _run(connection, ";\n".join(step.sql for step in batch)) is None:
            built += len(batch)
            continue
        for step in batch:
            why = _run(connection, step.sql, shared=step.phase in SHARED_PHASES)
            if why is None:
                built += 1
            else:
                left.append((step, why))
    return built, left


SHARED_PHASES = frozenset([0])
"""Roles belong to the server: another database of it may have brought them already."""


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


HARMLESS_PHASES = frozenset([1, 40, 66, 67, 70, 80, 90, 98])
"""Memberships, owners of sequences, triggers, publications, grants, comments: no plan changes with them."""

_MAKES = (17, 20, 28)


def _report(
    schema: SchemaText, built: int, failures: Iterable[tuple[Step, str]], notes: list[str]
) -> BuildReport:
    relations: dict[str, str] = {}
    failed: dict[str, str] = {}
    absent = dict(schema.gaps.relations)
    for step, why in failures:
        if step.phase in _MAKES and step.relation is not None:
            absent.setdefault(step.relation, why)
    for step, why in failures:
        if step.relation in absent and step.phase not in _MAKES:
            continue
        failed.setdefault(step.object, why)
        if step.relation is None:
            notes.append(f"{step.object} could not be made: {why}")
        elif step.phase in _MAKES:
            relations.setdefault(step.relation, f"it could not be made: {why}")
        elif step.phase in HARMLESS_PHASES:
            notes.append(f"{step.object} could not be made: {why}")
        else:
            relations.setdefault(step.relation, f"{step.object} could not be made: {why}")
        for name in step.concerns:
            relations.setdefault(name, f"its child {step.relation}: {why}")
    gaps = schema.gaps.and_also(Gaps(relations, {}, tuple(notes)))
    return BuildReport(gaps, built, failed)
