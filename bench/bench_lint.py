"""The linter over its corpus: how often it misses long work under a lock that blocks, or sees it wrongly."""

from __future__ import annotations

import time

from tests.migrate.hazards.measured import SCHEMA
from tests.migrate.lint.corpus import CORPUS, LONG

from bench.figure import Figure
from pgplumb.cli.places import without_cage
from pgplumb.migrate.lint import lint
from pgplumb.migrate.rehearsal import Workshop


def run() -> list[Figure]:
    """Judge every migration, on a schema with rows and by its text and the catalog alone."""
    with Workshop.start([("schema.sql", SCHEMA)]) as workshop:
        catalog = without_cage(workshop.read()[0])
        figures = []
        for name, twin in (("rehearsed", workshop), ("read off the text and the catalog", None)):
            misses = alarms = 0
            begun = time.perf_counter()
            for case in CORPUS:
                found = lint(case.sql, mode=case.mode, catalog=catalog, twin=twin)
                said = any(hazard.id in LONG for hazard in found.hazards)
                misses += case.blocks and not said
                alarms += said and not case.blocks
            took = time.perf_counter() - begun
            bars = (1.0, 2.0) if twin is not None else (None, None)
            blocking = sum(case.blocks for case in CORPUS)
            figures += [
                Figure(f"{name}: misses", 100 * misses / blocking, "%", bars[0]),
                Figure(f"{name}: false alarms", 100 * alarms / (len(CORPUS) - blocking), "%", bars[1]),
                Figure(f"{name}: one migration", 1000 * took / len(CORPUS), "ms"),
            ]
    return figures
