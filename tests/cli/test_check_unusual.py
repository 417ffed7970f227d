"""Keys over periods, partitions of partitions, inheritance: fixes that the server takes, or none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.registry import all_rules
from pgplumb.cli.writers import check_json
from pgplumb.cli.writers.answer import Answer
from pgplumb.foundation.profile import Profile
from pgplumb.sql.split import split
from tests.databases import Database

PERIODS = """
CREATE EXTENSION btree_gist;
CREATE TABLE room (id int, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE booking (id int, during daterange, note text UNIQUE,
                      CONSTRAINT held FOREIGN KEY (id, PERIOD during) REFERENCES room (id, PERIOD during));
CREATE TABLE loose (id int NOT NULL, during daterange NOT NULL, UNIQUE (id, during WITHOUT OVERLAPS));
"""
TREES = """
CREATE TABLE p (id bigint, k int, at date) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (k);
CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1);
CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
"""


def facts_of(database: Database) -> Facts:
    with database.session() as session:
        return gather(session, Profile())


def fixes(database: Database, *rules: str) -> dict[str, str]:
    facts = facts_of(database)
    answer = Answer(facts, Engine([r for r in all_rules() if r.id in rules]).run(facts), None, complete=True)
    document = json.loads("".join(check_json.write(answer)))
    findings = [finding for rule in document["rules"] for finding in rule["findings"]]
    return {f["object"]: f["fix"]["sql"] if f["fix"] else "" for f in findings}


def test_a_foreign_key_over_a_period_allows_no_action_alone(database: Database) -> None:
    database.execute(PERIODS)
    assert fixes(database, "fk-explicit-on-delete") == {}


def test_no_fix_takes_the_period_out_of_a_key(database: Database) -> None:
    database.execute(PERIODS)
    found = fixes(database, "fk-composite-nullable-uses-match-full", "table-has-primary-key")
    assert found["fk:public.booking.held"] == ""
    assert "during" not in found["table:public.loose"]


@pytest.mark.parametrize("wide", [3, 1600])
def test_every_primary_key_that_is_proposed_can_be_added(database: Database, wide: int) -> None:
    columns = ", ".join(f"c{i} int" for i in range(wide))
    database.execute(TREES + f"CREATE TABLE wide ({columns})")
    found = fixes(database, "table-has-primary-key")
    assert '"' not in found["table:public.p"]
    assert found["table:public.parent"] == ""
    assert bool(found["table:public.wide"]) == (wide < 1600)
    for text in filter(None, found.values()):
        # Several statements, each in a transaction of its own.
        for statement in split(text):
            database.execute(statement.text)


def test_two_runs_over_one_database_differ_in_nothing_but_the_time(database: Database) -> None:
    database.execute(TREES + PERIODS)
    facts = facts_of(database)
    later = replace(facts, now=facts.now + timedelta(milliseconds=1))
    one, other = (
        "".join(check_json.write(Answer(f, Engine().run(f), None, complete=False))) for f in (facts, later)
    )
    assert one == other
