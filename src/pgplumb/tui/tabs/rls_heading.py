"""The two lines above the RLS list: how many cells have which verdict, and whose rows are whose."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import count
from pgplumb.rls.tenant_paths import path_text
from pgplumb.rls.verdict import Verdict
from pgplumb.tui.tabs.rls_facts import LOOKS
from pgplumb.tui.verdicts import Verdicts
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, line, width_of

if TYPE_CHECKING:
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.tui.state import State

_ROOMY = 90
"""From so many columns on, things are said in words."""
_ORDER = (Verdict.ISOLATED, Verdict.DENIED, Verdict.PARTIAL, Verdict.OPEN, Verdict.UNPROVED)


def figures(state: State, hidden: int, width: int) -> Line:
    """Return the counts of verdicts and what part of the cells is decided, or why there are none."""
    access, verdicts = state.access, state.verdicts
    if isinstance(verdicts, Verdicts):
        return _counts(verdicts, hidden, width)
    if isinstance(access, Unread):
        return _failed("who may do what could not be read", access)
    if isinstance(verdicts, Unread):
        return _failed("nothing is judged", verdicts)
    if access is None:
        return line(Span("who may do what is not read yet", "muted"))
    return line(Span("policies are being judged", "muted"))


def tenants(state: State, width: int) -> Line:
    """Return how rows lead to tenants and sessions to theirs, and how that is known."""
    verdicts = state.verdicts
    if not isinstance(verdicts, Verdicts):
        return ()
    left_out = _left_out(verdicts.judgement.matrix)
    if left_out is not None:
        return left_out
    found = verdicts.judgement.tenants
    catalog = verdicts.judgement.matrix.catalog
    names = Counter(path_text(catalog, path) if path.hops else path.column for path in found.path_of.values())
    often = [name for name, _ in names.most_common(1)]
    and_more = " and {} more" if width >= _ROOMY else " +{}"
    some = f"{often[0]}{and_more.format(len(names) - 1)}" if len(names) > 1 else "".join(often)
    spans: list[Span] = [Span("tenant ", "muted")]
    if not verdicts.judgement.by_object:
        return ()
    if not names:
        spans.append(Span("none found: state tenant_columns in pgplumb.toml", "warn"))
        return tuple(spans)
    spans.append(Span(some))
    if found.inferred:
        sure = found.reason.partition(":")[0]
        how = f"inferred, {sure} confidence: T" if width >= _ROOMY else f"inferred ({sure}): T"
        spans.append(Span(f" {how}", "accent"))
    else:
        spans.append(Span(" stated", "muted"))
    spans.append(Span(f"  {glyphs.DOT}  ", "faint"))
    spans.append(Span("session ", "muted"))
    for at, text in enumerate(found.identities):
        more = [Span(", ", "muted")] * bool(at) + [Span(text)]
        rest = len(and_more) if at + 1 < len(found.identities) else 0
        if width_of((*spans, *more)) > width - rest and at:
            spans.append(Span(and_more.format(len(found.identities) - at), "muted"))
            break
        spans += more
    if not found.identities:
        spans.append(Span("nothing found that says whose it is", "warn"))
    return tuple(spans)


def _counts(verdicts: Verdicts, hidden: int, width: int) -> Line:
    counts, coverage = verdicts.counts, verdicts.coverage
    if coverage is None:
        objects = bool(verdicts.judgement.by_object)
        who = "no role but superusers logs in or was granted anything here"
        return line(Span(who if objects else "nothing here has rows: there is nothing to judge", "muted"))
    parts: list[Line] = [(Span(count(counts.total())), Span(" cells", "muted"))]
    for verdict in _ORDER:
        number, shown = counts[verdict], LOOKS[verdict]
        ink = shown.ink if number else "faint"
        parts.append(
            (Span(f"{shown.letter} ", ink), Span(f"{verdict.value} ", "muted"), Span(count(number), ink))
        )
    extra: list[Line] = [(Span(f"{100 * coverage:.1f} %"), Span(" decided", "muted"))]
    mistakes = sum(len(look.faults) for look in verdicts.probed.values() if not look.old)
    if mistakes:
        extra.insert(0, (Span(f"{glyphs.FAIL.glyph} {count(mistakes)} contradicted by rows", "fail"),))
    if verdicts.suspected:
        extra.append((Span(count(verdicts.suspected), "warn"), Span(" suspected", "muted")))
    if verdicts.excused:
        extra.append((Span(count(len(verdicts.excused)), "waived"), Span(" accepted", "muted")))
    if verdicts.seeking:
        extra.append((Span("seeking witnesses", "accent"),))
    if verdicts.unbound:
        extra.append((Span(_beside(verdicts), "muted"),))
    if hidden:
        extra.append((Span(f"{count(hidden)} partitions hidden: P", "faint"),))
    gap = "   " if width >= 110 else "  "
    if width < 84:
        # The letter and the number; the word of each is a key away.
        parts = [parts[0], *((p[0], p[2]) for p in parts[1:])]
    spans: list[Span] = []
    for part in (*parts, *extra):
        more = [Span(gap if spans else ""), *part]
        if width_of((*spans, *more)) > width:
            break
        spans += more
    return tuple(spans)


def _beside(verdicts: Verdicts) -> str:
    names = [role.name for role in verdicts.unbound]
    who = ", ".join(names) if len(names) <= 2 else f"{len(names)} roles"
    return f"beside {who}, whom nothing binds"


def _failed(what: str, why: Unread) -> Line:
    return line(Span(f"{what}: {why.reason}", "warn"), Span("   r reads again", "muted"))


def _left_out(access: AccessMatrix) -> Line | None:
    """Return what is not in the matrix because there is too much of it."""
    if access.omitted is None:
        return None
    return line(Span(f"! {access.omitted.partition(':')[0]}: too many to ask about at once", "warn"))
