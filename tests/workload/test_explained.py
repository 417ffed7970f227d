"""The plans of one statement for unknown, common and rare values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.server.session import Session
from pgplumb.workload.explained import Explained, explain_settings, settings_of
from pgplumb.workload.insights.context import Context
from pgplumb.workload.plan import Plan
from tests.databases import Database

QUERY = "SELECT * FROM letters WHERE sender = $1 AND state <> 'draft' AND weight > $2"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    database.execute(
        """CREATE TABLE public.letters (id int, sender text, state text, weight int);
           INSERT INTO letters
           SELECT n, CASE WHEN n % 10 < 9 THEN 'secret@example.com' ELSE 'rare' || n END, 'sent', n % 977
           FROM generate_series(1, 50000) n;
           CREATE INDEX ON letters (sender);
           ANALYZE letters"""
    )
    with database.session() as session:
        yield session


def explained(session: Session, query: str = QUERY) -> tuple[Explained, Catalog]:
    catalog, statistics = read_whole(session)
    settings = settings_of(session, query, catalog)
    return explain_settings(session, settings, Context(catalog, statistics)), catalog


def printed(one: object) -> str:
    assert isinstance(one, Plan)
    return f"{one.raw} {[node.conditions for node in one.root.walk()]} {one.query}"


def test_a_common_and_a_rare_value_have_plans_of_their_own(session: Session) -> None:
    found, _ = explained(session)
    assert [one.setting for one in found.plans] == ["generic", "common", "rare"]
    assert len(found.distinct) > 1
    kinds = {one.setting: one.answer.root.node_type for one in found.plans if isinstance(one.answer, Plan)}
    assert kinds["common"] == "Seq Scan"
    assert kinds["rare"] != "Seq Scan"


def test_no_value_of_the_tables_is_in_any_plan(session: Session) -> None:
    found, _ = explained(session)
    for one in found.plans:
        assert "secret" not in printed(one.answer)
        assert "rare4" not in printed(one.answer)


def test_constants_of_the_query_itself_stay_in_its_plans(session: Session) -> None:
    found, _ = explained(session)
    assert all("'draft'" in printed(one.answer) for one in found.plans)


def test_a_text_without_parameters_has_one_plan(session: Session) -> None:
    found, _ = explained(session, "SELECT * FROM letters WHERE weight > 970")
    assert [one.setting for one in found.plans] == ["generic"]
    assert "970" in printed(found.generic.answer)
