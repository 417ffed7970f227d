"""Plans of an 18 twin for an older target: without the skips that its planner cannot make."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.twin.gaps import Gaps
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.plan import Plan, explain
from pgplumb.workload.plan_diff import shape
from pgplumb.workload.twin_plan import explain_in_twin, lacking
from tests.conftest import Clusters, majors
from tests.databases import Database

OLDER = min(majors())

pytestmark = pytest.mark.skipif(not OLDER < 18 <= max(majors()), reason="needs 18 and an older server")


@pytest.fixture(scope="module")
def old(clusters: Clusters) -> Iterator[Database]:
    database = Database.create(clusters.get(OLDER), "skips")
    database.execute("CREATE TABLE t (kind int NOT NULL, at int NOT NULL, note text NOT NULL)")
    database.execute("INSERT INTO t SELECT g % 4, g, repeat('x', 50) FROM generate_series(1, 100000) g")
    database.execute('CREATE INDEX "t Kind" ON t (kind, at)')
    database.execute("CHECKPOINT")
    database.execute("VACUUM ANALYZE t")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def twin(old: Database) -> Iterator[Twin]:
    with old.session() as session:
        source = read_source(session)
    with Twin.start(source, bindir=majors()[max(majors())].path) as twin:
        yield twin


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM t WHERE at = 77",
        "SELECT * FROM t AS x WHERE at BETWEEN 5 AND 9",
        "SELECT * FROM t WHERE at = $1",
        "SELECT * FROM t WHERE note = 'kind = 3' AND at = 77",
        "SELECT * FROM t WHERE kind = 2 AND at = 78",
        "SELECT * FROM t WHERE kind = 2 ORDER BY at LIMIT 3",
    ],
)
def test_a_newer_planner_gives_the_older_ones_plan(old: Database, twin: Twin, query: str) -> None:
    with old.session() as session:
        there = explain(session, query)
    here = explain_in_twin(twin.planning(), query)
    assert isinstance(there, Plan)
    assert isinstance(here, Plan)
    assert shape(here.root) == shape(there.root)
    assert here.root.total_cost == pytest.approx(there.root.total_cost, rel=0.02)


def test_the_newer_planner_by_itself_skips(twin: Twin) -> None:
    plan = explain(twin.planning().session, "SELECT * FROM t WHERE at = 77")
    assert isinstance(plan, Plan)
    assert "t Kind" in {node.index for node in plan.root.walk()}


def test_no_index_stays_hidden(twin: Twin) -> None:
    planning = twin.planning()
    explain_in_twin(planning, "SELECT * FROM t WHERE at = 77")
    assert planning.hidden == frozenset()


GAPS = Gaps({"app.held": "locked by 7", '"Sales Ops"."Aufträge"': "it is a foreign table"})


def test_the_relation_that_a_query_names_is_found_with_or_without_its_schema() -> None:
    for query in ("SELECT * FROM app.held", "UPDATE held SET a = $1", "SELECT FROM x, (SELECT FROM held) y"):
        why = lacking(query, GAPS)
        assert why is not None
        assert why.why == "app.held is not in the twin: locked by 7"
    assert "foreign table" in str(lacking('DELETE FROM "Aufträge"', GAPS))


def test_a_query_of_other_relations_lacks_nothing() -> None:
    assert lacking("SELECT held FROM app.upheld", GAPS) is None
    assert lacking("SELECT FROM other.held", GAPS) is None
    assert lacking("SELECT FROM WHERE", GAPS) is None
