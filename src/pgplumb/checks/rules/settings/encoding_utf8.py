"""The database's encoding is UTF-8."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look at pg_database.encoding."""
    database = facts.catalog.database
    report.checked()
    if database.encoding.upper() in ("UTF8", "UNICODE", "UTF-8"):
        return
    what = (
        "the server takes any bytes for text and checks nothing"
        if database.encoding.upper() == "SQL_ASCII"
        else "characters that it lacks are errors"
    )
    report.fail(
        database.id,
        f"{database.name} is encoded in {database.encoding}: {what}; it takes a dump into a new database to "
        "change",
        {"encoding": database.encoding, "collate": database.collate},
    )


RULE = Rule(
    id="encoding-utf8",
    title="The encoding is UTF-8",
    category=Category.SETTINGS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="The database's encoding is UTF8.",
    why="Names and texts from everywhere come sooner or later. SQL_ASCII stores what each client sends, so "
    "that one column holds several encodings and no client can read it all.",
    source="https://www.postgresql.org/docs/current/multibyte.html",
    looks_at="pg_database.encoding",
    whole=check,
    reads=("catalog.database",),
)
