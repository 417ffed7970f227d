"""Whatever the rows of a small table are, what is foretold is what happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Clusters, examples, majors
from tests.databases import Database
from tests.migrate.probes.asked import Asked, outcome

CHANGES = (
    "ALTER TABLE r ALTER a SET NOT NULL",
    "ALTER TABLE r ADD PRIMARY KEY (a, b)",
    "ALTER TABLE r ADD UNIQUE (a, s)",
    "CREATE UNIQUE INDEX ON r (lower(s)) WHERE a > 0",
    "CREATE UNIQUE INDEX ON r ((a + b))",
    "ALTER TABLE r ADD CHECK (a > b OR s LIKE 'a%')",
    "ALTER TABLE r ADD FOREIGN KEY (a) REFERENCES k",
    "ALTER TABLE r ADD FOREIGN KEY (a, b) REFERENCES k (x, y) MATCH FULL",
    "ALTER TABLE r ALTER s TYPE varchar(2)",
    "ALTER TABLE r ALTER s TYPE char(1)",
    "ALTER TABLE r ALTER s TYPE int USING s::int",
    "ALTER TABLE r ALTER b TYPE smallint",
    "ALTER TABLE r ADD EXCLUDE USING btree (a WITH =) WHERE (b IS NULL)",
    "ALTER TABLE q ATTACH PARTITION r FOR VALUES FROM (0, MINVALUE) TO (2, 1)",
    "ALTER TABLE r ADD COLUMN c int DEFAULT 1 CHECK (c < 5) NOT NULL UNIQUE",
)
NUMBERS = st.none() | st.sampled_from([-1, 0, 1, 2, 40000])
TEXTS = st.none() | st.sampled_from(["", "a", "A", "ab", "abc", "ab ", "7", " 12", "x y"])


@pytest.fixture(scope="module")
def asked(clusters: Clusters) -> Iterator[tuple[Asked, Database]]:
    """An empty table of each kind, and a session that knows them."""
    database = Database.create(clusters.get(next(iter(majors()))), "random_rows")
    database.execute(
        "CREATE TABLE k (id int PRIMARY KEY, x int, y int, UNIQUE (x, y)); INSERT INTO k VALUES (0, 0, 0), (1, 1, 2);"
        "CREATE TABLE q (a int, b int, s text) PARTITION BY RANGE (a, b); CREATE TABLE r (a int, b int, s text)"
    )
    with Asked(database) as found:
        yield found, database
    database.drop()


@settings(
    max_examples=examples(16),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, TEXTS), max_size=4))
def test_rows_of_any_kind(
    asked: tuple[Asked, Database], rows: list[tuple[int | None, int | None, str | None]]
) -> None:
    session, database = asked
    database.execute("TRUNCATE r")
    for row in rows:
        database.execute("INSERT INTO r VALUES (%s, %s, %s)", row)
    said = {change: session.foretold(change) for change in CHANGES}
    did = {change: outcome(database, change) for change in CHANGES}
    assert said == did
