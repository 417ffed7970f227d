"""Cases for rules: a schema with what is wrong or only looks wrong, and what the rule must say of it.

All cases of a module stand in one database, each in a schema of its own, and are read together. A rule then
sees the catalog cut down to one schema, so that cases do not disturb each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_structure
from pgplumb.catalog.statistics import Statistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database

_serial = itertools.count()


@dataclass(frozen=True)
class Case:
    """One schema and the answer of one rule. `{s}` in the texts stands for the schema's name."""

    rule: str
    title: str
    """A statement of fact, the test's name."""
    sql: str
    fails: Sequence[str] = ()
    """The identifiers of all findings; empty means that it passes."""
    status: Status | None = None
    """Where it is neither pass nor fail."""
    says: str = ""
    """A part of the first finding's message, or of the reason."""
    breaks: Sequence[str] = ()
    """Statements run one by one after `sql`, each of which must fail."""
    days: float = 0
    """How long counting has gone on by then, instead of since the test server started."""
    unread: bool = False
    """Whether no expression could be read."""
    thresholds: tuple[tuple[str, float], ...] = ()
    since: int = 130000
    """The first server version that takes the SQL."""

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.rule}: {self.title}"


class CaseDatabase:
    """All cases of a module in one database, as the rules see them."""

    def __init__(self, server: EmbeddedServer, cases: Sequence[Case]) -> None:
        self._schemas = {case.id: f"s{number}" for number, case in enumerate(cases)}
        assert len(self._schemas) == len(cases), "two cases have one title"
        self.database = Database.create(server, f"cases_{next(_serial)}")
        version = self.database.session().server_version
        writer = self.database.connect()
        writer.autocommit = True
        for case in cases:
            if case.since <= version:
                self._build(writer, case)
        if version >= 150000:
            writer.execute("SELECT pg_stat_force_next_flush()")
        writer.close()
        self.version = version
        self.built = tuple(case for case in cases if case.since <= version)
        self.read()

    def read(self) -> None:
        """Read everything anew."""
        session = self.database.session()
        self._facts = gather(session, Profile())
        self._bare = read_structure(session).catalog
        session.close()

    def _build(self, writer: psycopg.Connection[tuple[object, ...]], case: Case) -> None:
        schema = self._schemas[case.id]
        writer.execute(f"CREATE SCHEMA {schema}; SET search_path = {schema}")
        try:
            writer.execute(case.sql.replace("{s}", schema).encode())
        except psycopg.Error as error:
            raise AssertionError(f"{case.id}: {error}") from error
        for statement in case.breaks:
            try:
                writer.execute(statement.replace("{s}", schema).encode())
            except psycopg.Error:
                continue
            raise AssertionError(f"{case.id}: {statement} did not fail")

    def facts(self, case: Case) -> Facts:
        """Return what a rule sees of a case."""
        schema = self._schemas[case.id]
        facts = self._facts
        catalog = only_schema(self._bare if case.unread else facts.catalog, schema)
        assert not isinstance(facts.statistics, Unread)
        statistics = aged(facts.statistics, case.days) if case.days else facts.statistics
        profile = Profile(thresholds=dict(case.thresholds), enabled=frozenset((case.rule,)))
        return replace(facts, catalog=catalog, statistics=statistics, profile=profile)

    def run(self, case: Case) -> RuleResult:
        """Return the rule's answer to a case."""
        rule = next(r for r in all_rules() if r.id == case.rule)
        return Engine([rule]).run(self.facts(case)).results[0]

    def confirm(self, case: Case) -> None:
        """Assert that the rule says what the case expects."""
        schema = self._schemas[case.id]
        result = self.run(case)
        found = sorted(f.object for f in result.findings)
        assert found == sorted(o.replace("{s}", schema) for o in case.fails), [
            f.message for f in result.findings
        ]
        wanted = case.status or (Status.FAIL if case.fails else Status.PASS)
        assert result.status is wanted, (result.status, result.reason, result.checked)
        said = "; ".join((result.reason, *(f.message for f in result.findings)))
        assert case.says.replace("{s}", schema) in said, said
        if wanted in (Status.PASS, Status.FAIL):
            assert (
                result.checked
                >= max(len({f.object for f in result.findings}) * (wanted is Status.FAIL), 1)
                > 0
            )

    def close(self) -> None:
        """Drop the database."""
        self.database.drop()


def only_schema(catalog: Catalog, schema: str) -> Catalog:
    """Return a catalog as if the database had this one schema."""
    relations = {oid: r for oid, r in catalog.relations.items() if r.schema == schema}
    return replace(
        catalog,
        relations=relations,
        schemas={oid: s for oid, s in catalog.schemas.items() if s.name == schema},
        functions={oid: f for oid, f in catalog.functions.items() if f.schema == schema},
        types={oid: t for oid, t in catalog.types.items() if t.schema in (schema, "pg_catalog", "public")},
        publications={
            oid: p
            for oid, p in catalog.publications.items()
            if not relations.keys().isdisjoint(p.relations)
            or any(s in p.schemas for s, found in catalog.schemas.items() if found.name == schema)
        },
    )


def aged(statistics: Statistics, days: float) -> Statistics:
    """Return statistics as if the server had counted for some days."""
    since = statistics.read_at - timedelta(days=days)
    database = statistics.database
    return replace(
        statistics, started_at=since, database=replace(database, stats_reset=since) if database else None
    )


def built(server: EmbeddedServer, cases: Sequence[Case]) -> Iterator[CaseDatabase]:
    """Yield the database of some cases, for a fixture of a module."""
    database = CaseDatabase(server, cases)
    yield database
    database.close()
