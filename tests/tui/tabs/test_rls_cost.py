"""What the RLS tab says of the costs of policies: asked for, worked out in the twin, fixed in the composer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pgplumb.catalog.relation import Policy, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.rls.cost.cost import Alteration, Effect, Looked, Mend, PolicyCost, PolicyCosts
from pgplumb.tui.live.costed_policies import CostedPolicies
from pgplumb.tui.requests import CostPolicies, Request
from pgplumb.tui.state import State, TwinState
from pgplumb.tui.tabs.rls_cost import cost_items
from pgplumb.tui.tabs.rls_detail import Item
from pgplumb.tui.verdicts import Verdicts
from pgplumb.tui.widgets.ink import text_of
from pgplumb.workload.statements import Statements, StatementsUnread
from tests.checks.rules.records import catalog, table
from tests.databases import Database
from tests.tui.live.test_feed import Running, checked
from tests.tui.live.test_twins import asked, key_of

POLICY = Policy(7, "own", 5, "*", True, (0,), True, False, "(t = f())", None)
DOCS = table(5, "docs", row_security=True, _policies=(POLICY,))
FOUND = PolicyCost(
    "rewrite",
    5,
    "table:public.docs",
    "public.docs",
    ("own",),
    "(docs.t = f())",
    "filter",
    20_000,
    False,
    "policy own of public.docs is a filter on about 20 k rows",
    (Effect((10, 1, 1, True), "SELECT \x1b[31m1", "web", 0.25, 900.0, 300.0),),
    Mend((Alteration("own", "(t = ( SELECT f()))", None),), (), ("f() is STABLE",), 4),
)


def state(answer: object = None, **fields: object) -> State:
    """Return a state in which statements are known."""
    answers: Mapping[Request, object] = {CostPolicies(): answer} if answer is not None else {}
    known = {"statements": Statements(datetime.now(UTC), None, ()), "answers": answers, **fields}
    return State(**known)  # type: ignore[arg-type]


def costed(*findings: PolicyCost, looked: Mapping[int, Looked] | None = None) -> CostedPolicies:
    return CostedPolicies(PolicyCosts(9, findings, looked or {}), catalog(relations={5: DOCS}))


def shown(state: State, relation: Relation = DOCS) -> tuple[str, tuple[Item, ...]]:
    items = tuple(cost_items(state, relation))
    return "\n".join(text_of(one) for item in items for _, one in item.lines), items


def test_nothing_is_said_of_a_table_without_policies() -> None:
    assert list(cost_items(state(), table(6, "plain"))) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (state(), "$ plan the queries seen"),
        (state(statements=StatementsUnread("the extension is missing")), "unknown: the extension is missing"),
        (state(twin=TwinState(doing="starting a local server")), "starting a local server"),
        (state(Unread("given up")), "given up   $ plan"),
        (
            state(twin=TwinState(why_not="there is no server to start")),
            "there is no server to start   $ plan",
        ),
        (
            state(costed()),
            "none of the queries that were planned reads it through its policies; 9 were planned",
        ),
        (
            state(costed(looked={5: Looked(3, {"index": 3})})),
            "in the plans of 3 queries its predicate ends in an index",
        ),
    ],
)
def test_what_is_not_known_says_why_and_how_to_know_it(given: State, said: str) -> None:
    assert said in shown(given)[0]


def test_a_finding_has_its_proof_and_its_fix() -> None:
    text, items = shown(state(costed(FOUND)))
    assert "policy own of public.docs is a filter on about 20 k rows   f fix" in text
    assert "USING      t = ( SELECT f())" in text
    assert "proved     the same for 4 gates" in text
    assert "25 %  900 → 300  web: SELECT" in text
    assert "\x1b" not in text
    finding = items[-1].finding
    assert finding is not None
    assert finding.fix is not None
    assert finding.fix.intent == "alter-policy"
    assert finding.fix.fields == {"table": "public.docs", "policy": "own", "using": "(t = ( SELECT f()))"}


def test_what_was_found_of_policies_that_changed_is_not_shown() -> None:
    given = state(costed(FOUND))
    analysed = table(5, "docs", tuples=9.0, row_security=True, _policies=(POLICY,))
    assert shown(given, analysed)[0] == shown(given)[0]
    changed = table(5, "docs", row_security=True, _policies=(replace(POLICY, using="(t = 5)"),))
    text, items = shown(given, changed)
    assert "its policies were changed since" in text
    assert all(item.finding is None for item in items)


@pytest.mark.long
def test_costs_are_worked_out_in_the_twin_of_what_is_shown(database: Database) -> None:
    database.execute(
        """CREATE EXTENSION pg_stat_statements;
           CREATE ROLE web;
           CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
           INSERT INTO docs SELECT n, n % 500, 'text ' || n FROM generate_series(1, 20000) AS n;
           ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
           CREATE POLICY own ON docs USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
           GRANT SELECT ON docs TO web;
           ANALYZE docs;
           SELECT pg_stat_statements_reset()"""
    )
    database.execute("SET ROLE web; SELECT count(*) FROM docs WHERE body > 'text 1'; RESET ROLE")
    run = Running(database.target())
    try:
        run.seen.wait(
            lambda s: (
                checked(s) and isinstance(s.verdicts, Verdicts) and key_of(s, "SELECT count(*) FROM docs")
            )
        )
        answer = asked(run, CostPolicies())
        assert isinstance(answer, CostedPolicies)
        kinds = {one.kind for one in answer.costs.findings}
        assert kinds == {"rewrite", "index"}
        last = run.seen.states[-1]
        relation = next(r for r in answer.catalog.relations.values() if r.name == "docs")
        assert "f fix" in shown(last, relation)[0]
    finally:
        run.feed.stop()
