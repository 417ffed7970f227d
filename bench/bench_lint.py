"""The linter over its corpora: how often it misses long work under a lock that blocks, or sees it wrongly."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.migrate.hazards.measured import SCHEMA
from tests.migrate.lint import wide
from tests.migrate.lint.corpus import CORPUS, LONG, Case

from bench.figure import Figure
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.lint import lint
from pgplumb.migrate.lint.psql import sent
from pgplumb.migrate.rehearsal import Workshop
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin


def over(name: str, cases: Sequence[Case], catalog: Catalog, twin: Twin | Workshop | None) -> list[Figure]:
    """Judge every migration."""
    misses = alarms = undecided = 0
    begun = time.perf_counter()
    for case in cases:
        script = sent(case.sql)
        found = lint(script.text, mode=case.mode, catalog=catalog, twin=twin, unknown=script.unknown)
        said = any(hazard.id in LONG for hazard in found.hazards)
        misses += case.blocks and not said
        undecided += case.blocks and not said and bool(found.undecided)
        alarms += said and not case.blocks
    took = time.perf_counter() - begun
    blocking = sum(case.blocks for case in cases)
    bars = (1.0, 2.0) if twin is not None else (None, None)
    free = len(cases) - blocking
    return [
        Figure(f"{name}: misses of {blocking}", 100 * misses / blocking, "%", bars[0]),
        Figure(f"{name}: of these said to be unknown", 100 * undecided / blocking, "%"),
        Figure(f"{name}: false alarms of {free}", 100 * alarms / free, "%", bars[1]),
        Figure(f"{name}: one migration", 1000 * took / len(cases), "ms"),
    ]


def bare(schema: str, cases: Sequence[Case], name: str) -> list[Figure]:
    """Judge them in the twin of a server, which holds no rows."""
    with EmbeddedServer.start() as server, server.connect() as admin:
        admin.execute(schema.encode())
        with Session.open(Target(server.conninfo())) as session:
            catalog, source = read_whole(session)[0], read_source(session)
        with Twin.start(source) as twin:
            return over(f"{name}, in a twin of a target", cases, catalog, twin)


def run() -> list[Figure]:
    """Judge every migration: with rows, in the twin of a target, and by the text and the catalog alone."""
    figures = []
    for name, schema, cases in (("first corpus", SCHEMA, CORPUS), ("second corpus", wide.SCHEMA, wide.WIDE)):
        with Workshop.start([("schema.sql", schema)]) as workshop:
            catalog = workshop.read()[0]
            figures += over(f"{name}, rehearsed with rows", cases, catalog, workshop)
            figures += over(f"{name}, read off the text and the catalog", cases, catalog, None)
        figures += bare(schema, cases, name)
    return figures
