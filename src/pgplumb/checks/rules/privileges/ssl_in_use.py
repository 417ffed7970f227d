"""Clients of other machines come over TLS."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_HERE = ("127.", "::1")


def check(facts: Facts, report: Report) -> None:
    """Look at whether the server offers TLS where somebody connects over a network."""
    value = facts.catalog.setting("ssl")
    if value is None:
        report.unknown("the setting ssl cannot be seen")
        return
    if value == "on":
        report.checked()
        return
    if isinstance(facts.activity, Unread):
        report.unknown(f"ssl is off; whether clients come over a network: {facts.activity.reason}")
        return
    remote = {s.client for s in facts.activity.clients if s.client and not s.client.startswith(_HERE)}
    if not remote:
        hidden = any(not s.visible for s in facts.activity.clients)
        if hidden:
            report.unknown("ssl is off; whether clients come over a network needs pg_read_all_stats")
        return
    report.checked()
    report.fail(
        "setting:ssl",
        f"ssl is off, and clients at {len(remote)} other addresses send passwords and rows in the open",
        {"addresses": tuple(sorted(remote)[:10]), "clients": len(remote)},
    )


RULE = Rule(
    id="ssl-in-use",
    title="Connections over a network are encrypted",
    category=Category.PRIVILEGES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="ssl is on, so that clients can come over TLS. Whether each does is a matter of pg_hba.conf (hostssl).",
    why="Without TLS everything, rows included, can be read on the way, and nobody notices a server that only poses as "
    "this one. Certificates come for free.",
    source="https://www.postgresql.org/docs/current/ssl-tcp.html",
    looks_at="pg_settings (ssl), pg_stat_activity.client_addr",
    whole=check,
    reads=("catalog.settings", "activity"),
    unknown_when="ssl is off and the addresses of clients are hidden",
    not_applicable_when="ssl is off and nobody connects over a network",
)
