"""Schemas as people write them: each cell is called what it must be called, and what is called safe is safe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pgplumb.rls.judgement import Judgement
from pgplumb.rls.verdict import Verdict
from pgplumb.rls.witness.seek import search
from pgplumb.server.embedded import EmbeddedServer
from tests.conftest import sampled
from tests.databases import Database
from tests.rls.handmade.observing import observe
from tests.rls.handmade.spec import Key, Spec, every
from tests.rls.judging import judged

ROLES = (Path(__file__).parent / "roles.sql").read_text(encoding="utf-8")
SPECS = {spec.name: spec for spec in every()}
SAFE = (Verdict.ISOLATED, Verdict.DENIED)
LEAKS = (Verdict.OPEN, Verdict.PARTIAL)


@contextmanager
def made(server: EmbeddedServer, spec: Spec) -> Iterator[tuple[Database, Judgement]]:
    """Make a schema and judge it."""
    database = Database.create(server, f"handmade_{spec.name}")
    try:
        database.execute(ROLES)
        database.execute(spec.sql)
        found = judged(database, spec.columns, spec.written, spec.identities, spec.roles)
        yield database, found.judgement
    finally:
        database.drop()


def said(judgement: Judgement, expected: dict[Key, str]) -> dict[Key, str]:
    """Return what cells are called, in the words of what is expected."""
    found: dict[Key, str] = {}
    for cell in judgement.cells:
        key = (cell.object, cell.role, cell.command)
        leak = cell.verdict in LEAKS or cell.suspected
        found[key] = "leak" if leak and expected.get(key) == "leak" else cell.verdict.value
    return {key: found.get(key, "missing") for key in expected}


@pytest.mark.parametrize("name", sampled(SPECS, 3))
def test_a_handmade_schema_is_judged_as_a_reviewer_would(server: EmbeddedServer, name: str) -> None:
    spec = SPECS[name]
    with made(server, spec) as (_, judgement):
        assert said(judgement, spec.expected) == spec.expected


@pytest.mark.long
@pytest.mark.parametrize("name", SPECS)
def test_what_is_said_of_a_handmade_schema_holds_on_the_server(server: EmbeddedServer, name: str) -> None:
    spec = SPECS[name]
    with made(server, spec) as (database, judgement):
        proofs = search(database.session(), judgement, asked=True).proofs
        seen = observe(database, spec, judgement)
        cells = {(c.object, c.role, c.command): c for c in judgement.confirm(proofs).cells}
        unsafe = [key for key, (leaks, _) in seen.items() if leaks and cells[key].verdict in SAFE]
        passed = [k for k, (_, any_) in seen.items() if any_ and cells[k].verdict is Verdict.DENIED]
        alarms = [
            key
            for key, (leaks, _) in seen.items()
            if not leaks and cells[key].verdict in LEAKS and spec.expected.get(key) != "leak"
        ]
        assert (unsafe, passed, alarms) == ([], [], [])


def test_few_cells_of_handmade_schemas_are_expected_to_stay_unproved() -> None:
    words = [word for spec in SPECS.values() for word in spec.expected.values()]
    assert words.count("unproved") < 0.02 * len(words)
