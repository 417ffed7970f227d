"""Locks, new files and full scans, as told without running a statement and as measured by running it."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.hazards.analysis import analyse
from pgplumb.migrate.hazards.effect import ACCESS_SHARE
from tests.databases import Database
from tests.migrate.hazards.cases import CASES
from tests.migrate.hazards.measured import SCHEMA, Measured, measure

NEW_FILE_WITHOUT_WORK = ("TRUNCATE", "ALTER SEQUENCE")
"""Get new files at once, however large the table was: no rewrite in the sense of a hazard."""


def told(statement: str, catalog: Catalog) -> Measured:
    """What the analysis says, in the terms of a measurement."""
    relations = {relation.qualified for relation in catalog.relations.values()}
    (facts,) = analyse(statement, catalog).statements
    assert not facts.unknown, facts.unknown
    return Measured(
        {
            lock.target.id: lock.mode
            for lock in facts.locks
            if lock.mode != ACCESS_SHARE and lock.target.id in relations
        },
        set(facts.rewrites),
        set(facts.scans),
    )


def differences(statement: str, real: Measured, said: Measured) -> list[str]:
    found = []
    if said.locks != real.locks:
        found.append(f"{statement}: locks {real.locks}, we say {said.locks}")
    if said.rewrites != real.rewrites and not statement.startswith(NEW_FILE_WITHOUT_WORK):
        found.append(f"{statement}: rewrites {real.rewrites}, we say {said.rewrites}")
    # Whether a referenced table is read in full or through its index is the planner's choice.
    planned = {"public.customers"} if "REFERENCES" in statement else set()
    if (said.scans ^ real.scans) - real.rewrites - planned:
        found.append(f"{statement}: scans {real.scans}, we say {said.scans}")
    return found


def test_what_is_told_is_what_the_server_does(every_database: Database) -> None:
    every_database.execute(SCHEMA)
    catalog, _ = read_whole(every_database.session())
    connection = every_database.connect()
    found = []
    for statement in CASES:
        found += differences(statement, measure(connection, statement), told(statement, catalog))
    assert found == []
