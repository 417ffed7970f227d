"""Records for tests of the screen: a small believable schema, answers about it, and a feed that posts states."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pgplumb.catalog.model import Catalog, Database, Role
from pgplumb.catalog.relation import Column, Constraint, Index, Policy, Relation, Trigger
from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.finding import Finding, Fix
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Status
from pgplumb.tui.requests import Request
from pgplumb.tui.state import Connection, Phase, State

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
NAMES = {
    "sales": "customers orders order_items order_events order_notes invoices payments refunds carts coupons",
    "app": "organisations users memberships projects tasks comments attachments tags settings audit_log",
    "archive": "orders_2019 orders_2020 orders_2021 invoices_2019 invoices_2020",
}


def column(number: int, name: str, *, not_null: bool = True, type_oid: int = 20) -> Column:
    """A column."""
    return Column(number, name, type_oid, -1, not_null, False, "", "", 0, -1, None)


def relation(
    oid: int,
    schema: str,
    name: str,
    *,
    kind: str = "r",
    tuples: float = 1000,
    columns: Iterable[Column] = (),
    constraints: Iterable[Constraint] = (),
    indexes: Iterable[Index] = (),
    policies: Iterable[Policy] = (),
    triggers: Iterable[Trigger] = (),
) -> Relation:
    """A relation with its parts."""
    return Relation(
        oid=oid,
        schema=schema,
        name=name,
        kind=kind,
        owner=10,
        persistence="p",
        pages=int(tuples / 80) + 1,
        tuples=tuples,
        all_visible=0,
        row_security=False,
        force_row_security=False,
        is_partition=False,
        parents=(),
        replica_identity="d",
        options=(),
        acl=None,
        access_method="heap",
        tablespace=0,
        attribute_count=3,
        toast=0,
        frozen_age=0,
        multixact_age=0,
        extension=None,
        comment=None,
        depends_on=(),
        partition_key=None,
        partition_bound=None,
        sequence=None,
        foreign_server=None,
        _columns=tuple(columns) or (column(1, "id"), column(2, "tenant_id"), column(3, "created_at")),
        _constraints=tuple(constraints),
        _indexes=tuple(indexes),
        _policies=tuple(policies),
        _triggers=tuple(triggers),
    )


def catalog(relations: Iterable[Relation] | None = None) -> Catalog:
    """A catalog of some relations; without any, of a shop."""
    if relations is None:
        pairs = [(schema, name) for schema, names in NAMES.items() for name in names.split()]
        relations = [
            relation(16384 + n, schema, name, tuples=(n * 7919 % 997) ** 3 / 10)
            for n, (schema, name) in enumerate(pairs)
        ]
    return Catalog(
        read_at=NOW,
        server_version=160004,
        server_version_text="PostgreSQL 16.4",
        database=Database(5, "shop", 10, "UTF8", "C.UTF-8", "C.UTF-8", -1, None, 0, 0, None, None),
        current_role=10,
        is_standby=False,
        roles={10: Role(10, "app", False, True, False, False, True, False, False, -1, None)},
        relations={r.oid: r for r in relations},
        expressions=None,
    )


def checklist(of: Catalog) -> Checklist:
    """Answers of every kind, spread in a fixed way over rules named in a file: new rules move no drawn screen."""
    tables = of.tables
    results: list[RuleResult] = []
    rules = {rule.id: rule for rule in all_rules()}
    answered = Path(__file__).with_name("answered_rules.txt").read_text().split()
    for n, rule in enumerate(rules[name] for name in answered):
        status = (Status.FAIL, Status.PASS, Status.PASS, Status.UNKNOWN, Status.PASS, Status.NOT_APPLICABLE)[
            n % 6
        ]
        findings: tuple[Finding, ...] = ()
        if status is Status.FAIL and tables:
            findings = tuple(
                Finding(
                    t.id,
                    f"{t.qualified} does not hold to this rule in a way that takes some words to explain",
                    {"rows": int(t.tuples), "columns": ("id", "tenant_id")},
                    fix=Fix("create-index", {"table": t.qualified, "columns": ("tenant_id",)}),
                )
                for t in tables[n % 5 : n % 5 + 1 + n % 4]
            )
        reason = "needs pg_monitor" if status is Status.UNKNOWN else ""
        results.append(RuleResult(rule, rule.severity, status, 25, findings, reason=reason))
    return Checklist(tuple(results))


def live_state(of: Catalog | None = None, *, environment: str | None = "prod") -> State:
    """A state as it is a moment after everything was read."""
    shown = of or catalog()
    now = time.monotonic()
    return State(
        connection=Connection(
            label="shop-eu",
            phase=Phase.LIVE,
            database="shop",
            role="app_ro",
            version="16.4",
            standby=False,
            environment=environment,
            since=now,
            used=41,
            maximum=100,
        ),
        catalog=shown,
        checklist=checklist(shown),
        databases=("shop", "reports"),
        ages={"catalog": now + 1e6},
    )


class FakeFeed:
    """Posts the states that a test gives it, and remembers what was asked for."""

    def __init__(self, *states: State) -> None:
        self.asked: list[Request] = []
        self.stopped = False
        self._first = states
        self._post: Callable[[State], None] = lambda _: None

    def start(self, post: Callable[[State], None]) -> None:
        """Post the first states."""
        self._post = post
        for state in self._first:
            post(state)

    def post(self, state: State) -> None:
        """Post another state."""
        self._post(state)

    def stop(self) -> None:
        """Remember it."""
        self.stopped = True

    def request(self, request: Request) -> None:
        """Remember it."""
        self.asked.append(request)


def changed(state: State, **changes: object) -> State:
    """The state with some parts replaced."""
    return replace(state, **changes)  # type: ignore[arg-type]
