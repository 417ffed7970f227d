"""Questions about the relations that a statement locks, answered by catalogs and by what the server shows of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.migrate.hazards.effect import SHARE_UPDATE_EXCLUSIVE, Lock, rank
from pgplumb.migrate.hazards.world import split_name
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.sql.query_files import query_file
from pgplumb.sql.quote import quote_literal

MOST_NAMED = 200
"""Relations that one question names."""


def relations_locked(moment: Moment, weakest: str = SHARE_UPDATE_EXCLUSIVE) -> list[Relation]:
    """Return the target's relations on which a statement takes at least such a lock, partitions included."""
    found: dict[int, Relation] = {}
    for lock in moment.effects.locks:
        record = _record(moment, lock)
        if record is not None and rank(lock.mode) >= rank(weakest):
            found[record.oid] = record
            if record.kind == "p":
                found |= {child.oid: child for child in moment.children(record)}
    return list(found.values())[:MOST_NAMED]


def new_ones(moment: Moment, fact: str, relations: Iterable[Relation]) -> list[Relation]:
    """Return those that were not asked about before by this fact, and take note of them."""
    asked = moment.situation.asked
    found = [r for r in relations if (fact, r.qualified) not in asked]
    asked |= {(fact, r.qualified) for r in found}
    return found


def once(moment: Moment, fact: str) -> bool:
    """Whether the server was not asked this before for the migration."""
    if (fact, "") in moment.situation.asked:
        return False
    moment.situation.asked.add((fact, ""))
    return True


def about(
    moment: Moment, fact: str, question: Callable[[str], str], relations: Iterable[Relation], query: str
) -> Iterator[Probe]:
    """Ask about relations, those alone that were not asked about before."""
    wanted = new_ones(moment, fact, relations)
    if wanted:
        names = ", ".join(r.qualified for r in wanted[:3]) + (" ..." if len(wanted) > 3 else "")
        sql = filled(query, relations=pairs(wanted))
        yield standing(moment, fact, question(names), tuple(r.qualified for r in wanted), sql)


def standing(moment: Moment, fact: str, question: str, objects: tuple[str, ...], sql: str) -> Probe:
    """Return a question that no row of users is read for."""
    return Probe(fact, question, moment.step.index, objects, sql, reads_rows=False)


def filled(query: str, **values: str) -> str:
    """Return a query file's text with its `:names` filled in, on as few lines as it has."""
    text = query_file(__package__, query).strip()
    for name, value in values.items():
        text = text.replace(f":{name}", value)
    return text


def pairs(relations: Iterable[Relation]) -> str:
    """Return names as a list for IN: `('public', 'orders'), ...`."""
    return ", ".join(f"({quote_literal(r.schema)}, {quote_literal(r.name)})" for r in relations)


def listed(names: Iterable[object], most: int = 5) -> str:
    """Return names for people, the first of many."""
    texts = [str(name) for name in names]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def _record(moment: Moment, lock: Lock) -> Relation | None:
    return moment.world.find(split_name(lock.target.id))[1] if lock.target.existed else None
