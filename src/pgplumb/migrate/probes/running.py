"""Asking the target: read-only, briefly, never behind a lock, and never by reading a large table from end to end.

Source of error codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.catalog.locked import holders
from pgplumb.foundation.text import count
from pgplumb.migrate.hazards.world import split_name
from pgplumb.migrate.probes.fact import Verdict, fact_named
from pgplumb.migrate.probes.probe import Answer, Probe
from pgplumb.server.errors import QueryError
from pgplumb.sql.query_files import query_file
from pgplumb.sql.quote import quote_identifier, quote_literal
from pgplumb.workload.plan_node import PlanNode, read_node

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.server.unit import Unit

LOCK_MS = 50
"""How long a question waits for a lock."""
MOST_COST = 100_000.0
"""The planner's cost of the whole answer, found or not, up to which rows are read: about 400 MB of a table."""
MOST_COST_BY_INDEX = 500_000.0
"""The same where every row comes from an index, in its order."""
_READS_ALL = frozenset({"Seq Scan", "Sort", "Incremental Sort", "Sample Scan"})
_REFUSES_VALUES = ("22", "23")
"""Error classes of data that the server refuses: what the migration would meet too."""
_ROWS_GONE = "the rows of another role are hidden by row-level security"


def run(
    session: Session, probes: Sequence[Probe], allow_rows: bool = False, *, force: bool = False
) -> tuple[Answer, ...]:
    """Ask the target, one read-only transaction each, and return the answers in the order of the questions.

    Questions that read rows run only with `allow_rows`: somebody has seen their SQL. `force` lets them read large
    tables too, still within their time. Raises LostConnection.
    """
    asked: dict[tuple[str, tuple[str, ...] | None], Answer] = {}
    found = []
    for probe in probes:
        known = asked.get((probe.sql, probe.search_path)) if not probe.cannot else None
        if known is not None and known.probe.id == probe.id:
            found.append(_same(known, probe))
            continue
        answer = _answer(session, probe, allow_rows, force)
        asked[(probe.sql, probe.search_path)] = answer
        found.append(answer)
    return tuple(found)


def _same(known: Answer, probe: Probe) -> Answer:
    evidence = probe.violation if known.evidence == known.probe.violation else known.evidence
    return Answer(probe, known.status, evidence, 0.0)


def _answer(session: Session, probe: Probe, allow_rows: bool, force: bool) -> Answer:
    if probe.cannot is not None or not probe.sql:
        return Answer(probe, "unknown", probe.cannot or "it cannot be asked", 0.0)
    if probe.reads_rows and not allow_rows:
        return Answer(probe, "unknown", "it was not asked: it reads rows", 0.0)
    began = time.monotonic()
    try:
        status, evidence = _asked(session, probe, force)
    except QueryError as error:
        status, evidence = _refused(session, probe, error)
    return Answer(probe, status, evidence, time.monotonic() - began)


def _asked(session: Session, probe: Probe, force: bool) -> Verdict:
    judge = fact_named(probe.id).judge
    with session.unit(probe.limit_ms, LOCK_MS, as_user=probe.reads_rows) as unit:
        if probe.reads_rows:
            _prepare(unit, probe)
            if not probe.sql.startswith("EXPLAIN") and not force:
                reason = _too_much(unit, probe)
                if reason is not None:
                    return "unknown", reason
        return judge(probe, unit.query(probe.sql), session)


def _prepare(unit: Unit, probe: Probe) -> None:
    """Have names mean what the migration means, and see every row or none."""
    settings = [
        "SET LOCAL row_security = off",
        "SET LOCAL jit = off",
        "SET LOCAL max_parallel_workers_per_gather = 0",
        "SET LOCAL standard_conforming_strings = on",
    ]
    if probe.search_path is not None:
        path = ", ".join(map(quote_identifier, probe.search_path))
        settings.append(f"SELECT pg_catalog.set_config('search_path', {quote_literal(path)}, true)")
    unit.results(settings)


def _too_much(unit: Unit, probe: Probe) -> str | None:
    """Return why a question costs too much, by the planner's estimate of reading everything that it may have to."""
    plan = unit.query(f"EXPLAIN (FORMAT JSON) {probe.sql}")[0][0][0]["Plan"]
    root = read_node(plan)
    # LIMIT 1 looks cheap where the planner expects a row soon: the answer "none" costs what stands below it.
    cost = max(node.total_cost for node in root.walk())
    by_index = not any(_reads_all(node) for node in root.walk())
    most = MOST_COST_BY_INDEX if by_index else MOST_COST
    if cost <= most:
        return None
    how = "by its indexes" if by_index else "without an index that helps"
    return f"not read: it costs {count(cost)} {how}, more than {count(most)}"


def _reads_all(node: PlanNode) -> bool:
    return node.node_type in _READS_ALL or (node.node_type == "Aggregate" and node.strategy == "Hashed")


def _refused(session: Session, probe: Probe, error: QueryError) -> Verdict:
    """Return what an error means: values that the server refuses now, it refuses in the migration too."""
    state = error.sqlstate or ""
    if probe.settles and state[:2] in _REFUSES_VALUES:
        # The server's own words would show the value.
        return "fail", f"{probe.violation} ({state})"
    if state == "55P03":
        return "unknown", _locked(session, probe) or "not read: a table is locked"
    if error.timed_out:
        return "unknown", f"not known after {probe.limit_ms / 1000:g} s"
    if state == "42501" and "row-level security" in str(error):
        return "unknown", f"not read: {_ROWS_GONE}"
    if state.startswith("42") or not state:
        return "unknown", f"the server cannot be asked so: {error.why} ({state})"
    return "unknown", f"{error.what}: {error.why}"


def _locked(session: Session, probe: Probe) -> str | None:
    """Return who holds the lock that a question did not wait for."""
    try:
        with session.unit(1000, LOCK_MS) as unit:
            found = holders(unit.query(query_file("pgplumb.catalog", "locked")))
            oids = {
                oid
                for name in probe.objects
                for (oid,) in unit.query(
                    "SELECT c.oid::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE n.nspname = %s AND c.relname = %s",
                    split_name(name)[:2],
                )
                if len(split_name(name)) > 1
            }
    except QueryError:
        return None
    who = next((holder for oid, holder in found.items() if oid in oids), None)
    who = who or next(iter(found.values()), None)
    return f"not read: {who.summary}" if who else None
