"""A large cache lies in large pages."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN
from pgplumb.foundation.text import size

_LARGE = 8 * 1024**3


def check(facts: Facts, report: Report) -> None:
    """Look at whether a large shared_buffers has huge pages; the setting alone says what was tried."""
    catalog = facts.catalog
    value = catalog.setting("shared_buffers")
    if value is None:
        report.unknown(f"shared_buffers: {HIDDEN}")
        return
    held = int(value) * int(catalog.setting("block_size") or 8192)
    if held < facts.profile.threshold("huge-pages-bytes", _LARGE):
        return
    report.checked()
    status, wanted = catalog.setting("huge_pages_status"), catalog.setting("huge_pages")
    if status == "on" or wanted == "on":
        # With huge_pages = on the server does not start without them.
        return
    if status in (None, "unknown") and wanted != "off":
        report.unknown("huge_pages is try: whether there are any is shown from PostgreSQL 17 on")
        return
    report.fail(
        "setting:huge_pages",
        f"shared_buffers is {size(held)}, and no huge pages are in use",
        {"bytes": held, "huge_pages": wanted, "status": status},
    )


RULE = Rule(
    id="huge-pages",
    title="A large cache lies in huge pages",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="Where shared_buffers is 8 GB or more (threshold huge-pages-bytes), huge pages are in use.",
    why="With pages of 4 kB every connection keeps a table of millions of them, which takes memory by the gigabyte and "
    "makes each access slower. The operating system has to set huge pages aside first.",
    source="https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-HUGE-PAGES",
    looks_at="pg_settings (shared_buffers, huge_pages, huge_pages_status)",
    whole=check,
    reads=("catalog.settings",),
    unknown_when="huge_pages is try on a server before 17",
    not_applicable_when="shared_buffers is below 8 GB",
)
