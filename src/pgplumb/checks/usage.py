"""Whether counters can prove that something is not used."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.foundation.text import age

MINIMUM_DAYS = 14.0
"""Long enough for weekly jobs; the profile's `usage-min-days` says otherwise."""


def counted_days(facts: Facts) -> float:
    """Return for how many days the counters have run; 0 where there are none."""
    statistics = facts.statistics
    if isinstance(statistics, Unread):
        return 0.0
    return max((statistics.read_at - statistics.since).total_seconds(), 0.0) / 86400


def too_young(facts: Facts) -> str | None:
    """Return why counters have not run long enough to judge by, or None where they have."""
    statistics = facts.statistics
    if isinstance(statistics, Unread):
        return f"statistics: {statistics.reason}"
    if facts.catalog.setting("track_counts") == "off":
        return "nothing is counted: track_counts is off"
    wanted = facts.profile.threshold("usage-min-days", MINIMUM_DAYS)
    days = counted_days(facts)
    if days < wanted:
        return f"the counters have run for {age(days * 86400)}; {wanted:g} d are needed (usage-min-days)"
    return None


def unproven(facts: Facts) -> str | None:
    """Return why no use counted here does not mean no use at all, or None where it does.

    Standbys count for themselves: `--replica` adds what they count. Where they serve no reads,
    `usage-ignore-standbys = 1` in the profile says so.
    """
    reason = too_young(facts)
    if reason is not None:
        return reason
    if facts.catalog.is_standby:
        return "this is a standby: the primary counts for itself"
    statistics = facts.statistics
    if isinstance(statistics, Unread) or facts.profile.threshold("usage-ignore-standbys", 0):
        return None
    asked = 0
    if facts.replicas is not None:
        if facts.replicas.problems:
            return facts.replicas.problems[0]
        reason = _young_standby(facts)
        if reason is not None:
            return reason
        asked = len(facts.replicas.labels)
    if isinstance(statistics.replicas, Unread):
        return None if asked else f"whether standbys use it: {statistics.replicas.reason}"
    standbys = sum(r.state in ("streaming", "catchup", None) for r in statistics.replicas)
    if standbys > asked and asked:
        return f"{standbys} standbys may use it, and {asked} of them were asked (--replica)"
    if standbys > asked:
        return (
            f"{standbys} standbys count for themselves and may use it: name them with --replica"
            " (usage-ignore-standbys = 1 if they serve no reads)"
        )
    return None


def _young_standby(facts: Facts) -> str | None:
    """Return why the counters of standbys have not run long enough, or None where they have."""
    statistics, replicas = facts.statistics, facts.replicas
    if replicas is None or replicas.since is None or isinstance(statistics, Unread):
        return None
    wanted = facts.profile.threshold("usage-min-days", MINIMUM_DAYS)
    seconds = max((statistics.read_at - replicas.since).total_seconds(), 0.0)
    if seconds / 86400 < wanted:
        return f"a standby has counted for {age(seconds)}; {wanted:g} d are needed (usage-min-days)"
    return None
