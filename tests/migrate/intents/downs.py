"""What every strategy of every intent says of its way back, beside what comes out when it is tried in a twin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Fields
from pgplumb.migrate.intents import intent
from pgplumb.migrate.plan import Strategy
from pgplumb.migrate.proof import Proof, prove
from pgplumb.migrate.rehearsal.workshop import Workshop
from tests.conftest import majors
from tests.migrate.intents.cases import CASES, Case, wider
from tests.migrate.intents.cases.case import EVENTS, constraint
from tests.migrate.intents.ground import filled, schema_of

MORE = (
    Case(
        "replace-key-of-partitions",
        "replace-foreign-key",
        EVENTS + "CREATE TABLE {s}.kinds (kind text PRIMARY KEY); INSERT INTO {s}.kinds VALUES ('a');"
        " ALTER TABLE {s}.events ADD CONSTRAINT of_kind FOREIGN KEY (kind) REFERENCES {s}.kinds;",
        {"table": "{s}.events", "constraint": "of_kind", "on_delete": "CASCADE"},
        constraint("of_kind", "convalidated AND confdeltype = 'c'"),
        online=False,
    ),
    Case(
        "enum-value-unused",
        "enum-remove-value",
        "CREATE TYPE {s}.mood AS ENUM ('fine', 'sad');",
        {"enum": "{s}.mood", "value": "sad", "replacement": "fine"},
        "true",
    ),
    Case(
        "sequence-restart-and-more",
        "alter-sequence",
        "CREATE SEQUENCE {s}.q;",
        {"sequence": "{s}.q", "cycle": True, "restart": 50},
        "true",
    ),
    Case(
        "partition-moved",
        "create-partition",
        EVENTS + "CREATE TABLE {s}.events_rest PARTITION OF {s}.events DEFAULT;"
        " INSERT INTO {s}.events SELECT n, '2026-02-01', 'a' FROM generate_series(1, 5) n; ANALYZE;",
        {"table": "{s}.events", "from": "2026-01-01", "to": "2027-01-01", "move": True},
        "true",
    ),
)
"""Ways that other tests need not see: of one major version, or with other claims."""
ALL = (*CASES, *wider.CASES, *MORE)
NOT_TRIED = frozenset({
    "extension-moved", "role", "role-setting", "system-setting", "membership", "function-search-path",
})  # fmt: skip
"""Cases that the cage of the twin does not let happen: they concern the whole server, or take a superuser."""


REFUSED = frozenset({("partition-moved", "online")})
"""Ways that rows of their case stand in the way of: they are for tables without such rows."""


@dataclass(frozen=True, slots=True)
class Down:
    """One strategy of one case."""

    case: Case
    strategy: Strategy
    proof: Proof

    @property
    def claimed(self) -> str:
        """What the plan says: exact, shape or none."""
        steps = self.strategy.steps
        if any(step.down is None or step.reversible == "none" for step in steps):
            return "none"
        return "shape" if any(step.reversible == "shape" for step in steps) else "exact"

    @property
    def agrees(self) -> bool:
        """Whether plan and proof say the same, or the proof says why it cannot tell."""
        if self.case.id in NOT_TRIED or (self.case.id, self.strategy.name) in REFUSED:
            return self.proof.verdict == "unknown" and bool(self.proof.why)
        return self.proof.verdict == self.claimed

    def __str__(self) -> str:
        why = "" if self.proof.verdict == "exact" else f": {self.proof.why}"
        place = f"{self.case.intent} ({self.case.id}, {self.strategy.name})"
        return f"{place}: says {self.claimed}, proved {self.proof.verdict}{why}"


@contextmanager
def workshop(cases: Sequence[Case], major: int | None = None) -> Iterator[tuple[Workshop, Catalog]]:
    """Build every case's schema, rows included, in one server, and read it."""
    bindir = majors()[major].path if major is not None else None
    made = Workshop.start([(case.id, _setup(case)) for case in cases], bindir=bindir)
    with made:
        yield made, made.read()[0]


def strategies(case: Case, catalog: Catalog) -> tuple[Strategy, ...]:
    """Return the ways of a case."""
    fields = {name: filled(value, schema_of(case)) for name, value in case.fields.items()}
    return intent(case.intent).plan(Fields(fields), catalog)


def downs(place: Workshop, catalog: Catalog, case: Case) -> Iterator[Down]:
    """Try every way of a case."""
    for strategy in strategies(case, catalog):
        yield Down(case, strategy, prove(place, strategy.steps))


def _setup(case: Case) -> str:
    schema = schema_of(case)
    return (
        f"CREATE SCHEMA {schema}; SET search_path = {schema};\n"
        f"{case.setup.format(s=schema)};\nRESET search_path;"
    )
