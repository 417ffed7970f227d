"""Nothing holds back the removal of dead rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pgplumb.catalog.unread import Unread
from pgplumb.checks.clients import NEEDS_STATS, named
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id
from pgplumb.foundation.text import age as age_text

_TRANSACTIONS = 1_000_000
_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Holder:
    """Something that keeps old row versions alive."""

    object: str
    what: str
    transactions: int | None
    seconds: float | None


def holders(facts: Facts) -> Iterator[Holder]:
    """Yield what holds the horizon back: sessions, slots, prepared transactions, standbys."""
    database = facts.catalog.database.id
    if not isinstance(facts.activity, Unread):
        for session in facts.activity.sessions:
            if session.backend_xmin_age is not None and session.leader is None:
                owner = object_id("role", session.user) if session.user else database
                seconds = facts.activity.seconds(session.xact_start)
                yield Holder(owner, named(session), session.backend_xmin_age, seconds)
    if isinstance(facts.statistics, Unread):
        return
    if not isinstance(facts.statistics.slots, Unread):
        for slot in facts.statistics.slots:
            ages = [a for a in (slot.xmin_age, slot.catalog_xmin_age) if a is not None]
            if ages:
                yield Holder(object_id("slot", slot.name), f"slot {slot.name}", max(ages), None)
    if not isinstance(facts.statistics.replicas, Unread):
        for replica in facts.statistics.replicas:
            if replica.backend_xmin_age is not None:
                what = f"standby {replica.application_name or replica.pid} (hot_standby_feedback)"
                yield Holder(database, what, replica.backend_xmin_age, None)
    for prepared in facts.statistics.prepared:
        seconds = (facts.now - prepared.prepared).total_seconds()
        yield Holder(database, f"prepared transaction {prepared.gid}", None, seconds)


def check(facts: Facts, report: Report) -> None:
    """Compare the age of each holder with an hour and a million transactions."""
    for part, name in ((facts.activity, "sessions"), (facts.statistics, "slots and standbys")):
        if isinstance(part, Unread):
            report.unknown(f"{name}: {part.reason}")
    if not isinstance(facts.activity, Unread):
        report.checked()
        if not facts.activity.visible:
            report.unknown(NEEDS_STATS)
    transactions = facts.profile.threshold("xmin-horizon-fresh", _TRANSACTIONS)
    for holder in holders(facts):
        report.checked()
        old = holder.transactions is not None and holder.transactions >= transactions
        long = holder.seconds is not None and holder.seconds >= _SECONDS
        if not (old or long):
            continue
        said = [f"{holder.transactions:,} transactions"] if holder.transactions is not None else []
        said += [f"for {age_text(holder.seconds)}"] if holder.seconds is not None else []
        report.fail(
            holder.object,
            f"{holder.what} keeps dead rows from being removed: {', '.join(said)}",
            {"holder": holder.what, "transactions": holder.transactions, "seconds": holder.seconds},
        )


RULE = Rule(
    id="xmin-horizon-fresh",
    title="Nothing holds vacuum back",
    category=Category.VACUUM,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No session, replication slot, prepared transaction or standby has held the oldest transaction "
    "for an hour or for a million transactions (threshold xmin-horizon-fresh).",
    why="Vacuum removes only what no running transaction can see. One forgotten session, slot or prepared "
    "transaction keeps all dead rows of the database, while autovacuum runs and runs.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html",
    looks_at="pg_stat_activity.backend_xmin, pg_replication_slots (xmin, catalog_xmin), pg_prepared_xacts, "
    "pg_stat_replication.backend_xmin",
    whole=check,
    reads=("activity", "statistics", "now"),
    unknown_when="other roles' sessions are hidden, or the statistics were not read",
)
