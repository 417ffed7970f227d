"""Verdicts beside what every role really reaches, in random schemas on the real server."""

from __future__ import annotations

import pytest

from tests.databases import Database
from tests.rls.truth.compare import cells, compare, tally
from tests.rls.truth.schema import make
from tests.rls.truth.truth import HERE, build, observe, planned

SCHEMAS = 60
MANY = 600
WRONG = ("unsound", "false alarm", "wrongly denied")


@pytest.mark.parametrize(
    "seed",
    [pytest.param(n, marks=[pytest.mark.long] if n >= SCHEMAS else []) for n in range(MANY)],
)
def test_no_leaking_cell_is_called_isolated_or_denied_and_no_safe_one_open_or_partial(
    database: Database, seed: int
) -> None:
    made = make(seed)
    build(database, made)
    compared = compare(cells(database, made), observe(database, made))
    assert compared
    wrong = [f"seed {seed}: {one.word}: {one}" for one in compared if one.word in WRONG]
    assert not wrong, "\n".join(wrong)


def test_most_is_decided_and_suspicion_is_rarely_wrong(database: Database) -> None:
    made = [make(seed) for seed in range(1000, 1004)]
    total = 0
    undecided = 0
    for number, one in enumerate(made):
        if number:
            database.execute("DROP SCHEMA IF EXISTS app, auth CASCADE")
        build(database, one)
        counts = tally(compare(cells(database, one), observe(database, one)))
        total += counts.total()
        undecided += counts["unproved"] + counts["unproved leak"]
    assert total > 80
    assert undecided <= total * 0.05


def test_equal_seeds_give_equal_schemas() -> None:
    assert make(17) == make(17)
    assert len({make(seed).sql for seed in range(50)}) == 50


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 2, 3, 4, 6, 7, 12, 19])
def test_what_is_seen_of_updates_at_once_is_what_each_row_alone_shows(database: Database, seed: int) -> None:
    made = make(seed)
    build(database, made)
    session = next(s for s in made.sessions if s.name == "a")
    bases = {o.name: o.base for o in made.objects}
    with database.connect() as connection:
        connection.autocommit = True
        for name in ("observe.sql", "one_at_a_time.sql"):
            connection.execute((HERE / name).read_text())
        connection.execute("SELECT pg_temp.observe(%s)", (planned(made, [session]),))
        tried = connection.execute(
            "SELECT object, role, leaks, anything FROM pg_temp.seen WHERE session = 'a' AND command = 'UPDATE'"
        ).fetchall()
        assert tried
        for name, role, leaks, anything in tried:
            alone = connection.execute(
                "SELECT pg_temp.one_at_a_time(t, %s, %s, %s) FROM pg_temp.tries t"
                " WHERE (object, role, command) = (%s, %s, 'UPDATE')",
                (bases[name], made.tenants[bases[name]], list(session.own), name, role),
            ).fetchone()
            assert alone is not None
            assert alone[0] == ("leaks" if leaks else "passes" if anything else "nothing"), (name, role)
