"""Values for parameters: what each is compared with, what is chosen, and which plans come of it."""

from __future__ import annotations

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.workload.column_values import read_values
from pgplumb.workload.compared import ColumnKey, comparisons
from pgplumb.workload.explained import Explained, explain_settings
from pgplumb.workload.insights.context import Context
from pgplumb.workload.parameters import (
    Setting,
    columns_compared,
    quote_typed,
    settings_for,
    with_literals,
)
from pgplumb.workload.plan import Plan, explain_all
from tests.databases import Database
from tests.workload.corpus import SCHEMA, SINCE, STATEMENTS

SKEWED = """
CREATE TYPE state AS ENUM ('open', 'done', 'lost');
CREATE TABLE tasks (id bigint PRIMARY KEY, owner_id int, state state NOT NULL, at timestamptz NOT NULL, title text);
INSERT INTO tasks SELECT g, g % 300, (CASE WHEN g % 1000 = 0 THEN 'lost' WHEN g % 50 = 0 THEN 'open'
                                      ELSE 'done' END)::state,
                         '2026-01-01'::timestamptz + g * interval '1 minute', 'it''s \\ task ' || g
                    FROM generate_series(1, 20000) g;
CREATE INDEX tasks_state ON tasks (state);
CREATE INDEX tasks_at ON tasks (at);
CREATE VIEW done AS SELECT id, owner_id FROM tasks WHERE state = 'done';
CREATE SCHEMA app;
CREATE TABLE app.tasks (id int, name text);
ANALYZE;
"""


@pytest.fixture
def work(every_database: Database) -> Database:
    every_database.execute(SKEWED)
    return every_database


def catalog_of(database: Database) -> Catalog:
    return read_whole(database.session())[0]


def settings(database: Database, query: str, rows: float | None = None) -> tuple[Setting, ...]:
    catalog = catalog_of(database)
    values = read_values(database.session(), columns_compared(query, catalog))
    return settings_for(query, catalog, values, rows)


def explained(database: Database, query: str, rows: float | None = None) -> Explained:
    return explain_settings(database.session(), settings(database, query, rows), Context())


def test_a_skewed_column_has_a_plan_for_the_common_value_and_one_for_the_rare(work: Database) -> None:
    found = explained(work, "SELECT * FROM tasks WHERE state = $1")
    few, many = found.distinct
    assert [[one.setting for one in view] for view in (few, many)] == [["generic", "rare"], ["common"]]
    scans = {n.index for one in found.plans if isinstance(one.answer, Plan) for n in one.answer.root.walk()}
    assert "tasks_state" in scans
    assert "most common value (98 % of the rows)" in many[0].why


def test_an_even_column_has_one_plan_for_all(work: Database) -> None:
    (views,) = explained(work, "SELECT * FROM tasks WHERE id = $1").distinct
    assert len(views) == 3


def rows_of(found: Explained) -> dict[str, float]:
    return {one.setting: one.answer.root.rows for one in found.plans if isinstance(one.answer, Plan)}


def test_a_range_is_wide_or_narrow(work: Database) -> None:
    for condition in ("at >= $1 AND at < $2", "tasks.at BETWEEN $1 AND $2", "$2 > at AND $1 <= at"):
        rows = rows_of(explained(work, f"SELECT * FROM tasks WHERE {condition}"))
        assert rows["common"] == pytest.approx(10_000, rel=0.1)
        assert rows["rare"] == pytest.approx(200, rel=0.5)


def test_a_range_of_one_side_is_half_of_the_rows_or_few(work: Database) -> None:
    for condition in ("at > $1", "$1 <= at", "at < $1", "(at, id) > ($1, $2)"):
        rows = rows_of(explained(work, f"SELECT * FROM tasks WHERE {condition}"))
        assert rows["common"] == pytest.approx(10_000, rel=0.1)
        assert rows["rare"] < 500


def test_limit_is_what_a_call_returns(work: Database) -> None:
    query = "SELECT * FROM tasks ORDER BY title LIMIT $1"
    (plain,) = settings(work, query)
    (known,) = settings(work, query, rows=19.2)
    assert plain.text == query
    assert known.text == "SELECT * FROM tasks ORDER BY title LIMIT ('20'::bigint)"
    plans = explain_all(work.session(), [s.text for s in (plain, known)])
    assert [p.root.rows for p in plans if isinstance(p, Plan)] == [2000, 20]


def test_limits_of_subqueries_are_left(work: Database) -> None:
    query = "SELECT * FROM (SELECT * FROM tasks LIMIT $1) t LIMIT $2"
    (found,) = settings(work, query, rows=5)
    assert found.text == "SELECT * FROM (SELECT * FROM tasks LIMIT $1) t LIMIT ('5'::bigint)"


def test_without_sample_values_there_is_the_generic_setting_alone(work: Database) -> None:
    (found,) = settings_for("SELECT * FROM tasks WHERE state = $1", catalog_of(work), None)
    assert (found.name, found.text) == ("generic", "SELECT * FROM tasks WHERE state = $1")


def test_a_role_that_may_not_read_a_column_gets_none_of_its_values(
    plain_role: str, every_database: Database
) -> None:
    every_database.execute(SKEWED)
    every_database.execute(f"GRANT SELECT (id, state) ON tasks TO {plain_role}")
    keys = [ColumnKey("public", "tasks", name) for name in ("state", "title")]
    assert list(read_values(every_database.session(plain_role), keys)) == keys[:1]
    assert list(read_values(every_database.session(), keys)) == keys


def test_values_are_not_in_what_is_printed_by_accident(work: Database) -> None:
    key = ColumnKey("public", "tasks", "title")
    values = read_values(work.session(), [key])
    found = settings(work, "SELECT * FROM tasks WHERE title = $1")
    assert "task 1" in found[1].text
    assert "task 1" not in repr((values, found)) + "".join(s.why for s in found)


def test_values_with_quotes_and_backslashes_arrive_as_they_are(work: Database) -> None:
    for setting in settings(work, "SELECT count(*) FROM tasks WHERE title = $1 AND title = ANY ($2)")[1:]:
        assert work.execute(setting.text) == [(1,)]


HOSTILE = "x'; DROP TABLE tasks; -- \\' $1 $$ \" /*"


def test_a_hostile_value_is_a_value(work: Database) -> None:
    work.execute("INSERT INTO tasks VALUES (-1, 1, 'open', now(), %s)", [HOSTILE])
    text = with_literals(
        'SELECT id, \'$1\', "$1" FROM (SELECT id, 1 AS "$1", title FROM tasks) x -- $1\n WHERE title = $1',
        {1: quote_typed(HOSTILE, "text")},
    )
    assert work.execute(text) == [(-1, "$1", 1)]


def test_parameters_left_over_are_numbered_anew() -> None:
    assert with_literals("SELECT $3, $1 + $2, $10", {2: "7"}) == "SELECT $2, $1 + (7), $3"


COMPARED = {
    "SELECT 1 FROM tasks WHERE owner_id = $1 AND $2 <= at": [("owner_id", "="), ("at", ">=")],
    "SELECT 1 FROM tasks t JOIN app.tasks a USING (id) WHERE a.name = $1 AND t.title = $2": [
        ("name", "="),
        ("title", "="),
    ],
    "SELECT 1 FROM tasks t WHERE EXISTS (SELECT 1 FROM app.tasks WHERE name = t.title AND t.owner_id = $1)": [
        ("owner_id", "=")
    ],
    "WITH x (a, b) AS (SELECT owner_id, at FROM tasks) SELECT 1 FROM x y WHERE y.b > $1 AND a IN ($2, $3)": [
        ("at", ">"),
        ("owner_id", "="),
        ("owner_id", "="),
    ],
    "SELECT 1 FROM (SELECT t.*, 1 AS one FROM tasks t) s WHERE s.state = $1 AND one = $2": [("state", "=")],
    "UPDATE tasks SET title = $1 WHERE (at, id) < ($2, $3) AND id = ANY ($4)": [("at", "<"), ("id", "any")],
    "DELETE FROM tasks USING app.tasks a WHERE a.id = $1 AND tasks.id = a.id": [("id", "=")],
    "INSERT INTO app.tasks SELECT id, title FROM tasks WHERE owner_id = $1::int": [("owner_id", "=")],
    "SELECT 1 FROM tasks WHERE lower(title) = $1 OR at > now() - $2 OR id = $3 + 1": [],
    "SELECT 1 FROM done WHERE owner_id = $1": [],
    "SELECT 1 FROM tasks WHERE state = state $1 AND day = date $2": [("state", "=")],
    "SELECT 1 FROM nowhere WHERE id = $1": [],
    "not SQL $1": [],
}


def test_parameters_find_their_columns(work: Database) -> None:
    catalog = catalog_of(work)
    for query, expected in COMPARED.items():
        found = [(c.column.column, c.operator) for c in comparisons(query, catalog) if c.column]
        assert found == expected, query


def test_unqualified_names_are_found_along_the_search_path(work: Database) -> None:
    catalog = catalog_of(work)
    for path, schema in ((None, "public"), ("app, public", "app"), ('"$user", public', "public")):
        found = columns_compared("SELECT 1 FROM tasks WHERE id = $1", catalog, path)
        assert found == {ColumnKey(schema, "tasks", "id")}


def test_every_setting_of_a_plannable_statement_can_be_planned(every_database: Database) -> None:
    every_database.execute(SCHEMA)
    catalog = catalog_of(every_database)
    texts = [*STATEMENTS, *(t for t, since in SINCE.items() if since <= every_database.server.major)]
    session = every_database.session()
    keys = frozenset(key for text in texts for key in columns_compared(text, catalog))
    values = read_values(session, keys)
    varied = 0
    for text in texts:
        found = settings_for(text, catalog, values, 10)
        varied += len(found) > 1
        for plan in explain_all(session, [one.text for one in found]):
            assert isinstance(plan, Plan), (text, str(plan))
    assert varied > 20
