"""pg_stat_statements is there, preloaded and readable."""

from __future__ import annotations

from pgplumb.catalog.unread import NOT_YET, Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_NAME = "pg_stat_statements"


def is_preloaded(facts: Facts) -> bool | None:
    """Whether the library is loaded; None where the setting is hidden."""
    if not isinstance(facts.capabilities, Unread) and _NAME in facts.capabilities.preloaded:
        return True
    # A loaded library has settings of its own, which every role sees.
    if f"{_NAME}.max" in facts.catalog.settings:
        return True
    value = facts.catalog.setting("shared_preload_libraries")
    return None if value is None else _NAME in value


def check(facts: Facts, report: Report) -> None:
    """Look at the library first, since without it the extension's view is an error; then at the view."""
    report.checked()
    installed = any(e.name == _NAME for e in facts.catalog.extensions.values())
    preloaded = is_preloaded(facts)
    if preloaded is None and not installed:
        report.unknown("shared_preload_libraries is hidden from this role: needs pg_read_all_settings")
    elif preloaded is False:
        report.fail(
            "setting:shared_preload_libraries",
            f"{_NAME} is not preloaded, so nothing is known of what the server runs; it takes a restart",
            {"preloaded": False, "extension": installed},
        )
    elif not installed:
        report.fail(
            f"extension:{_NAME}",
            f"the server counts statements, but {_NAME} is not created in {facts.catalog.database.name}, so "
            "nobody can read them here",
            {"preloaded": True, "extension": False},
            fix=Fix("create-extension", {"extension": _NAME}),
        )
    elif isinstance(facts.statements, Unread) and facts.statements is not NOT_YET:
        report.unknown(f"{_NAME}: {facts.statements.reason}")
    elif not isinstance(facts.statements, Unread) and facts.statements.hidden_entries:
        report.unknown(
            f"{facts.statements.hidden_entries} statements of other roles are hidden: needs pg_read_all_stats"
        )


RULE = Rule(
    id="pg-stat-statements-installed",
    title="pg_stat_statements is installed and readable",
    category=Category.QUERIES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="The library pg_stat_statements is preloaded, the extension is created in this database, and "
    "its view shows every role's statements.",
    why="It is the one place where the server says which statements take its time. Without it every search "
    "for a slow query begins with a guess, and switching it on needs a restart.",
    source="https://www.postgresql.org/docs/current/pgstatstatements.html",
    looks_at="pg_extension, pg_settings (shared_preload_libraries), pg_stat_statements",
    whole=check,
    reads=("catalog.extensions", "catalog.settings", "capabilities", "statements"),
    unknown_when="shared_preload_libraries is hidden, or other roles' statements are",
)
