"""Somebody restored a backup lately."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_ID = "restore-test-declared"
_DAYS = 90


def check(facts: Facts, report: Report) -> None:
    """Look for somebody's word in the profile, and at its age."""
    attested = facts.profile.attestation(_ID)
    today = facts.now.date()
    if attested is None:
        report.unknown("nobody attested that a restore was tested; no server knows of it")
    elif not attested.holds(today):
        report.unknown(f"what {attested.by} attested on {attested.on} held until {attested.until}")
    else:
        report.checked()
        age = (today - attested.on).days
        if age > facts.profile.threshold(_ID, _DAYS):
            report.fail(
                facts.catalog.database.id,
                f"the last restore that {attested.by} attested was {age} days ago",
                {"on": attested.on.isoformat(), "by": attested.by, "days": age},
            )


RULE = Rule(
    id=_ID,
    title="A restore was tested lately",
    category=Category.AVAILABILITY,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="Somebody attested in the profile a restore of the last 90 days (threshold restore-test-declared), and the "
    "attestation has not expired.",
    why="A backup that was never restored is a hope: files may be missing, the key may be lost, and nobody knows how "
    "long it takes. A tested restore answers all three, with a date.",
    source="https://www.postgresql.org/docs/current/backup.html",
    looks_at="attestations of the profile",
    whole=check,
    reads=("now",),
    unknown_when="nobody attested it, or the attestation has expired",
)
