"""Migrations under pgplumb and the linters: which do work that grows with a table under a lock that blocks."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.databases import Database
from tests.migrate.hazards.measured import SCHEMA
from tests.migrate.lint import wide
from tests.migrate.lint.corpus import CORPUS, LONG, Case
from tests.migrate.lint.truth import Judge

from bench.peers import migrations, pgfence, sqlfluff, squawk
from bench.peers.answers import SCHEMAS
from bench.peers.filled import fill
from bench.peers.installed import find
from pgplumb.migrate.lint import lint
from pgplumb.migrate.lint.psql import sent
from pgplumb.migrate.rehearsal import Workshop
from pgplumb.server.embedded import EmbeddedServer

ROWS = 3000
Told = Callable[[Sequence[Path], bool], tuple[set[Path], float]]
Verdict = bool | None
"""Whether a tool says that it blocks; None where it says that it does not know."""


def compare() -> list[str]:
    """Return lines for the two corpora of the tests, and for migrations that no tool was tried on before."""
    shop, third = _measured()
    lines: list[str] = []
    for name, schema, cases in (
        ("first corpus of pgplumb's tests", SCHEMA, CORPUS),
        ("second corpus of pgplumb's tests", wide.SCHEMA, wide.WIDE),
        ("the shop", shop, third),
    ):
        blocking = sum(case.blocks for case in cases)
        lines.append(f"{name}: {len(cases)} migrations, {blocking} block")
        # psql's own commands are no SQL: the others are given what it sends.
        texts = [wide.REALLY.get(case.sql) or sent(case.sql).text for case in cases]
        for peer in (squawk, pgfence, sqlfluff):
            if find(peer.PROGRAM):
                lines += _lines(peer.NAME, cases, *_files(peer.told, cases, texts))
        with Workshop.start([("schema.sql", schema)]) as workshop:
            catalog = workshop.read()[0]
            for label, place in (("pgplumb, text and catalog", None), ("pgplumb, rehearsed", workshop)):
                begun = time.perf_counter()
                said: list[Verdict] = []
                for case in cases:
                    script = sent(case.sql)
                    found = lint(
                        script.text, mode=case.mode, catalog=catalog, twin=place, unknown=script.unknown
                    )
                    told = any(hazard.id in LONG for hazard in found.hazards)
                    said.append(None if not told and found.undecided else told)
                lines += _lines(label, cases, said, time.perf_counter() - begun)
    return lines


def _lines(name: str, cases: Sequence[Case], said: Sequence[Verdict], took: float) -> list[str]:
    pairs = list(zip(cases, said, strict=True))
    missed = [case for case, told in pairs if case.blocks and told is False]
    alarms = [case for case, told in pairs if told and not case.blocks]
    unknown = [case for case, told in pairs if told is None]
    hits = sum(case.blocks and told is True for case, told in pairs)
    hidden = sum(case.blocks for case in unknown)
    silent = len(cases) - hits - len(missed) - len(alarms) - len(unknown)
    return [
        f"  {name:28} found {hits:3}  missed {len(missed):3}  false {len(alarms):3}  rightly silent {silent:3}  "
        f"unknown, blocks {hidden:3}  unknown, free {len(unknown) - hidden:3}  {took:.2f} s",
        *(f"      missed  {case.sql[:150]!r}" for case in missed),
        *(f"      false   {case.sql[:150]!r}" for case in alarms),
        *(f"      unknown {case.sql[:150]!r}" for case in unknown if case.blocks),
    ]


def _files(told: Told, cases: Sequence[Case], texts: Sequence[str]) -> tuple[list[Verdict], float]:
    """Write each migration into a file of its own and give a tool all of one mode at once."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number:03}.sql" for number in range(len(cases))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text.rstrip().removesuffix(";") + ";\n")
        found: set[Path] = set()
        took = 0.0
        for inside in (True, False):
            files = [
                p for p, case in zip(paths, cases, strict=True) if (case.mode == "transaction") is inside
            ]
            if files:
                more, seconds = told(files, inside)
                found |= more
                took += seconds
        return [path in found for path in paths], took


def _measured() -> tuple[str, tuple[Case, ...]]:
    """Return the shop and its migrations, each with what a server with rows did."""
    text = (SCHEMAS / "shop.sql").read_text().split("UPDATE pg_index")
    schema = text[0] + text[1].split("\n", 1)[1] + migrations.EXTRA
    cases: list[Case] = []
    with EmbeddedServer.start() as server:
        base = Database.create(server, "base")
        base.execute(schema)
        fill(base.connect(), ROWS)
        base.close()
        for sql in migrations.WRITTEN:
            alone = sql.startswith(("BEGIN", "VACUUM")) or "CONCURRENTLY" in sql
            case = Case(sql, False, "autocommit" if alone else "transaction")
            database = Database.create(server, "tried", "base")
            try:
                cases.append(Case(sql, Judge(database).blocks(case, sql), case.mode))
            finally:
                database.drop()
    return schema, tuple(cases)
