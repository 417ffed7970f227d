"""However a schema is changed: two states compare alike exactly where pg_dump writes the same of both.

pg_dump's lines are compared without their order, which goes by dependencies. A seed is a sequence of changes; what the
server refuses is passed over.
"""

from __future__ import annotations

import random
import re
import subprocess

import psycopg
import pytest

from pgplumb.catalog.diff import CatalogDiff, diff
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
from pgplumb.twin.fingerprint import differences, fingerprint
from tests.checks.test_random_ddl import CHANGES, START, change
from tests.databases import Database

_NOT_COMPARED = re.compile(r"^(?:--.*|\\.*|SET .*|SELECT pg_catalog\.set_config.*|)$")
_NOT_DUMPED = {"disabled triggers of constraints", "triggers of constraints"}
"""What pg_dump does not tell, but for roles, which no database owns: triggers of constraints that somebody disabled."""


def dumped(database: Database) -> list[str]:
    """Return what pg_dump writes, without comments and settings, in no order."""
    program = database.server.bindir.path / "pg_dump"
    text = subprocess.run(
        [program, "--schema-only", "-d", database.conninfo],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    return sorted(line for line in text.splitlines() if not _NOT_COMPARED.match(line))


def alike_but_for(found: CatalogDiff) -> bool:
    """Whether nothing differs that pg_dump would tell."""
    return not found.unknown and all(
        d.what in _NOT_DUMPED or d.object.startswith("role:") for d in found.differences
    )


def follow(database: Database, seed: int, changes: int) -> tuple[int, int]:
    """Make changes and compare after each; return how many states differed and how many were alike."""
    r = random.Random(seed)
    database.execute(START)
    differed = alike = 0
    with (
        database.session() as session,
        psycopg.connect(database.conninfo, autocommit=True) as connection,
    ):

        def catalog() -> Catalog:
            return with_expressions(read_structure(session), read_expressions(session)).catalog

        before, print_before, text_before = catalog(), fingerprint(connection), dumped(database)
        while differed + alike < changes:
            text = r.choice(CHANGES)(r)
            if not change(database, text):
                continue
            after, text_after = catalog(), dumped(database)
            print_after = fingerprint(connection, print_before)
            found, printed = diff(before, after), differences(print_before, print_after)
            same = text_before == text_after
            assert alike_but_for(found) == same, (seed, text, found, set(text_before) ^ set(text_after))
            assert alike_but_for(printed) == same, (seed, text, printed, set(text_before) ^ set(text_after))
            assert differences(print_after, fingerprint(connection)).same, (seed, text)
            differed, alike = differed + (not same), alike + same
            before, print_before, text_before = after, print_after, text_after
    return differed, alike


def test_states_compare_as_their_dumps_do(database: Database) -> None:
    differed, alike = follow(database, seed=1, changes=15)
    assert differed > 5
    assert alike > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 8))
def test_many_states_compare_as_their_dumps_do(database: Database, seed: int) -> None:
    assert sum(follow(database, seed, changes=150)) == 150
