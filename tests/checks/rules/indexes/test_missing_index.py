"""Which statements are served by an index, on a real server."""

from __future__ import annotations

import re
from dataclasses import replace

from pgplumb.catalog.unread import Unread
from pgplumb.checks.checklist import Checklist
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.quality import quality
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from pgplumb.workload.statements import Statements
from tests.checks.rules import records as r
from tests.databases import Database

RULE = "missing-index-for-query"
SERVED = "SELECT customer FROM big WHERE id = 4"
SMALL = "SELECT a FROM few WHERE a = 4"
UNSERVED = "SELECT id FROM big b WHERE b.customer = 4 AND flag = 1"
HALF = "SELECT id FROM big WHERE flag = 1"
RANGE = "SELECT id FROM big WHERE at > '2026-01-01'"
ALL = "SELECT count(*) FROM big"


def only(facts: Facts, *texts: str) -> Facts:
    """Return the facts with those statements alone, as often called as it takes."""
    assert isinstance(facts.statements, Statements)
    found = []
    for text in texts:
        begins = re.split("[0-9']", text)[0]
        entry = next(s for s in facts.statements.entries if (s.query or "").startswith(begins))
        found.append(replace(entry, calls=10))
    return replace(facts, statements=replace(facts.statements, entries=tuple(found)))


def test_what_is_served_and_what_reads_a_large_table(database: Database) -> None:
    database.execute(
        """CREATE EXTENSION pg_stat_statements; CREATE TABLE few (a int); INSERT INTO few VALUES (1);
        CREATE TABLE big (id int PRIMARY KEY, customer int, flag int, at timestamptz, filler text);
        INSERT INTO big SELECT i, i % 3000, i % 2, now(), repeat('x', 700) FROM generate_series(1, 12000) i;
        ANALYZE big; ANALYZE few"""
    )
    for text in (SERVED, SMALL, UNSERVED, HALF, RANGE, ALL):
        database.execute(text)
    facts = gather(database.session(), Profile())
    poor = r.run(RULE, only(facts, SERVED, SMALL, UNSERVED, ALL))
    assert [(f.related[1], f.fix.fields["columns"]) for f in poor.findings if f.fix] == [
        ("column:public.big.customer", ("customer",))
    ]
    assert poor.note.startswith("2 of 3 frequent statements (67%) are served")
    assert "1 asking for most of a table" in poor.note
    # An index on one of two values would not help, and of ranges it is not known.
    assert r.run(RULE, only(facts, SERVED, HALF)).status is Status.PASS
    assert r.run(RULE, only(facts, SERVED, RANGE)).status is Status.UNKNOWN
    assert r.run(RULE, only(facts, ALL, HALF)).status is Status.NOT_APPLICABLE
    assert r.run(RULE, replace(facts, statements=Unread("not created here"))).status is Status.UNKNOWN
    lenient = replace(only(facts, SERVED, UNSERVED), profile=Profile(thresholds={RULE: 0.5}))
    assert r.run(RULE, lenient).status is Status.PASS
    item = next(
        a
        for a in quality(Checklist((poor,)), Profile(), facts.now.date())
        if a.item.id == "indexes-serve-queries"
    )
    assert "2 of 3 frequent statements" in item.evidence
    database.execute("CREATE INDEX ON big (customer)")
    after = gather(database.session(), Profile())
    assert r.run(RULE, only(after, SERVED, UNSERVED)).status is Status.PASS
