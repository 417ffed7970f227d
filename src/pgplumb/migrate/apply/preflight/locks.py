"""Who holds locks on the tables of a plan now: what its steps would wait for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.catalog.locked import verb
from pgplumb.foundation.text import age
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.preflight.item import Item, passed, unknown
from pgplumb.migrate.apply.preflight.touched import Scope
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session


def lock_items(session: Session, touched: Scope, limits: Limits, *, sees_all: bool) -> Iterator[Item]:
    """Yield what is known of long, prepared and vacuuming transactions on the tables."""
    rows = session.once(query_file(__package__, "holders"), {"oids": list(touched.related)})
    prepared = [row for row in rows if row[0] is None]
    wraparound = [row for row in rows if row[8]]
    sessions = [row for row in rows if row[0] is not None and not row[8]]
    old = [row for row in sessions if row[6] is None or row[6] >= limits.old_transaction]
    title = "No old transaction holds locks on the tables"
    tables = f"on {len(touched.related)} tables, foreign key partners included"
    if old:
        next_step = "Let it end: steps wait for it, are tried again, and give up in the end."
        yield Item("long-transactions", title, "warn", _holders(old), next_step)
    elif not touched.related:
        yield unknown("long-transactions", title, "no table of the plan is there yet")
    elif not sees_all and sessions:
        yield unknown(
            "long-transactions",
            title,
            f"{len(sessions)} sessions whose age this role may not see",
            "GRANT pg_monitor.",
        )
    else:
        yield passed(
            "long-transactions",
            title,
            f"{len(sessions)} younger than {limits.old_transaction:.0f} s, {tables}",
        )
    title = "No prepared transaction holds locks on the tables"
    if prepared:
        names = ", ".join(
            f"{row[1] or 'of another database'}, {age(row[6] or 0)} old, holds {row[7]}" for row in prepared
        )
        next_step = "It never ends by itself: COMMIT PREPARED or ROLLBACK PREPARED, or stop what left it."
        yield Item("prepared-transactions", title, "fail", names, next_step)
    else:
        yield passed("prepared-transactions", title, f"none {tables}")
    title = "No vacuum against wraparound is on the tables"
    if wraparound:
        next_step = "Let it end: it does not give way to others, and must not be cancelled."
        yield Item("wraparound-vacuum", title, "fail", _holders(wraparound), next_step)
    else:
        yield passed("wraparound-vacuum", title, f"none {tables}")


def _holders(rows: Sequence[Row]) -> str:
    return "; ".join(
        " ".join(
            part
            for part in (
                f"pid {row[0]}",
                f"({row[2]})" if row[2] else "",
                verb(row[5]) or "",
                row[4] or "",
                f"since {age(row[6])}," if row[6] is not None else "",
                f"holds {row[7]}",
            )
            if part
        )
        for row in rows
    )
