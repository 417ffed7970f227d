"""Columns that follow from others: what extended statistics and samples show, and what only looks so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.relation import Relation
from pgplumb.checks.gather import gather
from pgplumb.checks.row_samples import sample_rows
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.databases import Database

RULE = "no-functional-dependency"
TABLE = """
CREATE TABLE shops (id int, city int, zip int, area text, near_id int, rare int, mostly text, free int,
  tenant_id int, up int GENERATED ALWAYS AS (zip * 2) STORED, PRIMARY KEY (id));
INSERT INTO shops SELECT i, (i % 90) / 9, i % 90, 'a' || (i % 90) / 9, i, i / 2, CASE i WHEN 9 THEN 'y' ELSE 'n' END,
  (i * 7919) % 13, (i % 90) / 45 FROM generate_series(1, 20000) i;
"""


@pytest.mark.long
def test_what_extended_statistics_say(database: Database) -> None:
    database.execute(
        TABLE
        + "CREATE STATISTICS s (dependencies) ON zip, city, free, mostly, rare, tenant_id, up FROM shops"
    )
    never = r.run(RULE, gather(database.session(), Profile()))
    assert (never.status, "not analysed yet" in never.reason) == (Status.UNKNOWN, True)
    database.execute("ANALYZE shops")
    found = r.run(RULE, gather(database.session(), Profile(tenant_columns=("tenant_id",))))
    assert [f.object for f in found.findings] == ["column:public.shops.city"]
    assert found.findings[0].evidence["determinants"] == ("zip",)
    stated = r.run(RULE, gather(database.session(), Profile(thresholds={RULE: 1.1})))
    assert stated.status is Status.PASS
    database.execute("DROP STATISTICS s")
    assert r.run(RULE, gather(database.session(), Profile())).status is Status.NOT_APPLICABLE


def test_two_columns_that_stand_for_each_other_are_one_finding(database: Database) -> None:
    database.execute(TABLE + "CREATE STATISTICS s (dependencies) ON city, area FROM shops; ANALYZE shops")
    assert len(r.run(RULE, gather(database.session(), Profile())).findings) == 1


def test_what_a_foreign_key_holds_together_is_fine(database: Database) -> None:
    database.execute(
        TABLE
        + """CREATE TABLE zips (zip int, city int, UNIQUE (zip, city));
        INSERT INTO zips SELECT DISTINCT zip, city FROM shops;
        ALTER TABLE shops ADD FOREIGN KEY (zip, city) REFERENCES zips (zip, city);
        CREATE STATISTICS s (dependencies) ON zip, city FROM shops; ANALYZE shops"""
    )
    assert r.run(RULE, gather(database.session(), Profile())).status is Status.PASS


def test_samples_are_taken_when_asked_for_and_bring_back_counts_alone(database: Database) -> None:
    database.execute(TABLE + "CREATE TABLE few (a int, b int); ANALYZE")
    session = database.session()
    facts = gather(session, Profile(tenant_columns=("tenant_id",)))
    assert r.run(RULE, facts).status is Status.NOT_APPLICABLE
    told: list[tuple[Relation, str]] = []
    sampled = sample_rows(session, facts, lambda table, text: told.append((table, text)))
    assert [table.name for table, _ in told] == ["shops"]
    found = r.run(RULE, replace(facts, sampled=sampled))
    assert [f.object for f in found.findings] == ["column:public.shops.area", "column:public.shops.city"]
    evidence = found.findings[1].evidence
    assert 1000 < int(str(evidence["sampled_rows"])) <= 10_000
    assert evidence["statement"] == told[0][1]
    assert "TABLESAMPLE" in told[0][1]


def test_a_table_that_may_not_be_read_is_not_known(database: Database) -> None:
    database.execute(TABLE + "ANALYZE; DROP ROLE IF EXISTS no_rows; CREATE ROLE no_rows LOGIN")
    facts = gather(database.session(), Profile())
    plain = database.session("no_rows")
    try:
        sampled = sample_rows(plain, facts, lambda table, text: None)
        result = r.run(RULE, replace(facts, sampled=sampled))
        assert (result.status, "could not be sampled" in result.reason) == (Status.UNKNOWN, True)
    finally:
        plain.close()
        database.execute("DROP ROLE no_rows")
