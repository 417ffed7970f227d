"""The server's version still gets fixes, and has those that there are."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.releases import END_OF_LIFE, NEWEST_MINOR
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Compare the version with a table of releases that says how old it is."""
    major, minor = divmod(facts.catalog.server_version, 10000)
    end, known = END_OF_LIFE.get(major), NEWEST_MINOR.get(major)
    if end is None or known is None:
        report.unknown(f"PostgreSQL {major} is not in the table of releases that comes with this program")
        return
    newest, released = known
    report.checked()
    shown = f"{major}.{minor}"
    evidence = {"version": shown, "end_of_life": str(end), "newest_of": str(released)}
    if facts.now.date() > end:
        report.fail(
            facts.catalog.database.id,
            f"PostgreSQL {major} got its last release on {end}: errors and holes found since stay open",
            evidence,
        )
    elif minor < newest:
        report.fail(
            facts.catalog.database.id,
            f"the server is {shown}, and {major}.{newest} came out on {released}: minor releases hold fixes "
            "alone and need a restart alone",
            {**evidence, "newest": f"{major}.{newest}"},
        )


RULE = Rule(
    id="version-supported",
    title="The version is supported and current",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="The major version is not past its end of life, and the minor release is the newest in the "
    "table that comes with this program, each row of which is dated, and so is the evidence.",
    why="Minor releases mend data loss and security holes that are public from that day on. A major "
    "version past its end gets neither.",
    source="https://www.postgresql.org/support/versioning/",
    looks_at="server_version_num, and a table of releases that comes with this program",
    whole=check,
    reads=("catalog.server_version", "now"),
    unknown_when="the version is newer than the table",
)
