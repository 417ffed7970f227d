"""Nobody comes in from afar without proof."""

from __future__ import annotations

from pgplumb.catalog.statistics import HostRule
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_WEAK = {
    "trust": "asks for no proof at all",
    "password": "sends the password as it is",
    "ident": "believes what the client's machine says",
}
_HERE = ("127.", "::1", "localhost", "samehost")


def is_remote(rule: HostRule) -> bool:
    """Whether a line of pg_hba.conf lets in clients of other machines."""
    return rule.kind != "local" and not (rule.address or "all").startswith(_HERE)


def check(facts: Facts, report: Report) -> None:
    """Look at the method of each line for clients of other machines."""
    statistics = facts.statistics
    rules = report.known(
        statistics if isinstance(statistics, Unread) else statistics.host_rules, "pg_hba.conf"
    )
    if rules is None:
        return
    for rule in rules:
        if rule.error is not None:
            report.unknown(f"line {rule.line} of pg_hba.conf: {rule.error}")
            continue
        report.checked()
        why = _WEAK.get(rule.method or "")
        # Over TLS alone a password is not sent in the open.
        if why is None or not is_remote(rule) or (rule.method == "password" and rule.kind == "hostssl"):
            continue
        report.fail(
            "setting:hba_file",
            f"line {rule.line} of pg_hba.conf lets in {', '.join(rule.users)} from {rule.address or 'anywhere'} by "
            f"{rule.method}, which {why}",
            {
                "line": rule.line,
                "method": rule.method,
                "address": rule.address,
                "users": rule.users,
                "databases": rule.databases,
            },
        )


RULE = Rule(
    id="hba-no-trust",
    title="Remote clients must prove who they are",
    category=Category.PRIVILEGES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No line of pg_hba.conf lets clients of other machines in by trust or ident, or by password outside TLS. "
    "Lines for this machine alone are not meant.",
    why="By trust whoever reaches the port is whoever they say, a superuser too. It is left over from a first setup "
    "more often than anybody thinks.",
    source="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html",
    looks_at="pg_hba_file_rules",
    whole=check,
    reads=("statistics",),
    unknown_when="pg_hba_file_rules may not be read: it needs a superuser's rights",
    not_applicable_when="pg_hba.conf has no line that could be read",
)
