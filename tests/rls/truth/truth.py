"""What a random schema really lets through, seen on the server, beside what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.databases import Database
from tests.rls.truth.schema import Made
from tests.rls.truth.world import Session

HERE = Path(__file__).parent
Key = tuple[str, str, str]
"""Object without its schema, role, command."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one cell over all sessions."""

    leaks: frozenset[str]
    """Sessions in which a row of another tenant was read, taken, given or removed; others may leak too."""
    anything: bool
    """Whether anything passed at all."""


def build(database: Database, made: Made) -> None:
    """Make the schema in an empty database."""
    existing = {name for (name,) in database.execute("SELECT rolname FROM pg_roles")}
    if "staff" not in existing:
        database.execute((HERE / "roles.sql").read_text())
    database.execute(made.sql)


def planned(made: Made, sessions: Iterable[Session]) -> str:
    """Return what is to be tried, as observe.sql takes it."""
    plan = {
        "roles": made.roles,
        "objects": [{**asdict(o), "call": ""} for o in made.objects],
        "functions": [{**asdict(f), "call": "()"} for f in made.functions],
        "tenants": list(made.tenants.items()),
        "sessions": [asdict(session) for session in sessions],
    }
    return json.dumps(plan)


def observe(database: Database, made: Made) -> Mapping[Key, Seen]:
    """Try everything, on a connection of its own. What nothing has set yet comes first: it never comes back."""
    with database.connect() as connection:
        connection.autocommit = True
        connection.execute((HERE / "observe.sql").read_text())
        connection.execute("SELECT pg_temp.observe(%s)", (planned(made, made.sessions),))
        rows = connection.execute("SELECT * FROM pg_temp.seen").fetchall()
    found: dict[Key, Seen] = {}
    for name, role, command, session, leaks, anything in rows:
        before = found.get((name, role, command), Seen(frozenset(), False))
        leaking = before.leaks | {session} if leaks else before.leaks
        found[name, role, command] = Seen(leaking, before.anything or anything)
    return found
