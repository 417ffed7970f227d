"""What stands beside a migration: the checklist as it would be, what the target says now, the way back, the plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pgplumb.catalog.unread import Unread
from pgplumb.tui.marks import MARKS, mark_of
from pgplumb.tui.tabs.migration.trial import Trial
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.glyphs import Mark
from pgplumb.tui.widgets.ink import InkName, Line, Span, ends

if TYPE_CHECKING:
    from pgplumb.checks.checklist import Checklist
    from pgplumb.migrate.probes import Answer
    from pgplumb.migrate.proof import Proof
    from pgplumb.migrate.regressions import Regression
    from pgplumb.migrate.what_if import Flip

BETTER = Mark("+", "better", "pass")
WORSE = Mark("-", "worse", "fail")
OTHER = Mark("~", "changed", "unknown")
VERDICTS: dict[str, tuple[Mark, str]] = {
    "exact": (glyphs.PASS, "exact"),
    "shape": (glyphs.WARN, "shape only: rows are lost"),
    "none": (glyphs.FAIL, "not reversible"),
    "unknown": (glyphs.UNKNOWN, "unknown"),
}
_PLANS: dict[str, Mark] = {
    "breaks": Mark("✗", "breaks", "fail"),
    "worse": Mark("!", "worse", "warn"),
    "unknown": glyphs.UNKNOWN,
    "better": Mark("✓", "better", "pass"),
}
_MOST_PLANS = 8
"""So many queries are listed whose plans change."""
ANSWERS = {"pass": glyphs.PASS, "fail": glyphs.WARN, "unknown": glyphs.UNKNOWN}


@dataclass(frozen=True, slots=True)
class AfterRow:
    """One line; what it is about is told by what is set."""

    key: tuple[object, ...]
    kind: Literal["heading", "note", "flip", "answer", "proof", "plan", "same"]
    left: Line
    right: Line = ()
    flip: Flip | None = None
    answer: Answer | None = None
    proof: Proof | None = None
    plan: Regression | None = None
    note: str = ""
    """What is said in full where the line may be cut."""

    def line(self, width: int) -> Line:
        """Return it at a width."""
        return ends(self.left, self.right, width)

    @property
    def opens(self) -> bool:
        """Whether there is more to show."""
        return self.kind in ("flip", "answer", "proof", "plan")


def after_rows(trial: Trial) -> tuple[AfterRow, ...]:
    """Return everything that trying a migration has brought; an empty line stands before each heading."""
    found: list[AfterRow] = []
    for row in _rows(trial):
        if row.kind == "heading" and found:
            found.append(AfterRow(("gap", *row.key), "heading", ()))
        found.append(row)
    return tuple(found)


def _rows(trial: Trial) -> Iterator[AfterRow]:
    if trial.why_not is not None:
        yield _note("why", f"not rehearsed: {trial.why_not}", "unknown")
    yield from _checklist(trial)
    yield from _target(trial)
    yield from _down(trial)
    yield from _plans(trial)


# The checklist


def _checklist(trial: Trial) -> Iterator[AfterRow]:
    found = trial.found
    if found is None:
        return
    checked = found.checklist
    if checked is None:
        if found.unchecked is not None:
            yield _note("unchecked", f"the checklist after it is not known: {found.unchecked}", "unknown")
        else:
            yield _note("checking", "checking what would be there", "muted")
        return
    flips = [(_sign(flip), flip) for flip in checked.flips]
    order = (WORSE, BETTER, OTHER)
    for sign, flip in sorted(flips, key=lambda pair: order.index(pair[0])):
        title = flip.after.rule.title
        left = (Span(f" {sign.glyph} ", sign.ink), Span(title, "text"))
        yield AfterRow(("flip", flip.rule), "flip", left, (Span(_figures(flip), sign.ink),), flip=flip)
    others = len(checked.after.results) - len(flips)
    same = f"{others:,} others unchanged" if flips else f"all {others:,} unchanged"
    yield AfterRow(("same",), "same", (Span(" = ", "faint"), Span(same, "muted")))


def _sign(flip: Flip) -> Mark:
    """Return whether a rule's answer gets better: findings decide where the status stays a failure."""
    before, after = str(flip.before.status), str(flip.after.status)
    if after == "fail" and (before != "fail" or flip.new):
        return WORSE
    if after == "pass" or (before == "fail" and after == "fail"):
        return BETTER
    return OTHER


def _figures(flip: Flip) -> str:
    """Return findings before and after, or the status where they do not tell it."""
    before, after = flip.before, flip.after
    old, new = len(before.open_findings), len(after.open_findings)
    if old != new or before.status == after.status:
        return f"{old:,} → {new:,}"
    return f"{mark_of(before).word} → {mark_of(after).word}"


def counts_after(before: Checklist, after: Checklist) -> Line:
    """Return how many rules give each answer, and how many did: `✓ 119 was 118`."""
    old, new = (dict.fromkeys(MARKS, 0) for _ in range(2))
    for counted, checklist in ((old, before), (new, after)):
        for result in checklist.results:
            counted[mark_of(result)] += 1
    spans: list[Span] = []
    for mark in MARKS[:-1]:
        if not new[mark] and not old[mark]:
            continue
        spans += [Span("  " if spans else ""), Span(f"{mark.glyph} ", mark.ink)]
        if old[mark] == new[mark]:
            spans.append(Span(f"{new[mark]}", "muted"))
        else:
            spans += [Span(f"{old[mark]} → ", "muted"), Span(f"{new[mark]}", "strong")]
    return tuple(spans)


# The target


def _target(trial: Trial) -> Iterator[AfterRow]:
    answers = trial.answers
    if trial.found is None and answers is None:
        return
    if answers is None:
        yield _heading("TARGET NOW", (Span("p", "key"), Span(" asks it", "muted")))
        return
    if isinstance(answers, Unread):
        yield _heading("TARGET NOW", (Span("not asked", "unknown"),))
        yield _note("target", answers.reason, "unknown")
        return
    yield _heading("TARGET NOW", (Span(_tally(answers), "muted"),))
    order = ("fail", "unknown", "pass")
    for number, answer in sorted(enumerate(answers), key=lambda pair: order.index(pair[1].status)):
        mark = ANSWERS[answer.status]
        said = answer.probe.question if answer.status == "pass" else answer.evidence
        left = (Span(f" {mark.glyph} ", mark.ink), Span(said, "muted" if answer.status == "pass" else "text"))
        right = (
            (Span(answer.evidence, "muted"),) if answer.status == "pass" and len(answer.evidence) < 14 else ()
        )
        yield AfterRow(("answer", number), "answer", left, right, answer=answer)


def _tally(answers: Sequence[Answer]) -> str:
    if not answers:
        return "nothing to ask"
    counted = {status: sum(a.status == status for a in answers) for status in ("pass", "fail", "unknown")}
    words = {"pass": "pass", "fail": "fail", "unknown": "unknown"}
    return " · ".join(f"{number} {words[status]}" for status, number in counted.items() if number)


# The way back, and the plans


def _down(trial: Trial) -> Iterator[AfterRow]:
    if trial.found is None:
        return
    proof = trial.proof
    if proof is None:
        fails = trial.found.rehearsal.executes is False
        yield _heading("DOWN", (Span("not proved: the up fails" if fails else "not proved yet", "faint"),))
        return
    mark, words = VERDICTS[proof.verdict]
    yield _heading(
        "DOWN", (Span(f"{mark.glyph} {'proved: ' if proof.verdict == 'exact' else ''}{words}", mark.ink),)
    )
    if proof.verdict != "exact":
        ink: InkName = "muted"
        yield AfterRow(("proof",), "proof", (Span(f"   {proof.why}", ink),), proof=proof, note=proof.why)


def _plans(trial: Trial) -> Iterator[AfterRow]:
    compared = trial.compared
    if compared is None or trial.older:
        return
    if compared.why_not is not None:
        yield _heading("PLANS", (Span("not compared", "unknown"),))
        yield _note("plans", compared.why_not, "unknown")
        return
    changed = [one for one in compared.found if one.verdict != "same"]
    same = len(compared.found) - len(changed)
    number = len(compared.found)
    yield _heading("PLANS", (Span(f"top {number} queries at 1x and 10x", "muted"),))
    order = ("breaks", "worse", "better", "unknown")
    changed.sort(key=lambda one: order.index(one.verdict))
    for at, one in enumerate(changed[:_MOST_PLANS]):
        mark = _PLANS[one.verdict]
        left = (Span(f" {mark.glyph} ", mark.ink), Span(" ".join(one.query.split()), "text"))
        yield AfterRow(("plan", at, one.query), "plan", left, (Span(_times(one), mark.ink),), plan=one)
    if len(changed) > _MOST_PLANS:
        yield _note("more plans", f"{len(changed) - _MOST_PLANS} more", "muted")
    if same:
        words = f"{same} the same" if changed else f"all {same} the same"
        yield AfterRow(("same plans",), "same", (Span(" = ", "faint"), Span(words, "muted")))


def _times(one: Regression) -> str:
    """Return how much dearer or cheaper a plan gets."""
    if one.verdict == "worse":
        return f"×{_factor(one.ratio)} dearer"
    if one.verdict == "better":
        return f"×{_factor(1 / one.ratio)} cheaper" if one.ratio else "cheaper"
    return _PLANS[one.verdict].word


def _factor(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def worse_plans(trial: Trial) -> int:
    """Return how many queries get a worse plan, or none at all."""
    if trial.compared is None or trial.older:
        return 0
    return sum(one.verdict in ("breaks", "worse") for one in trial.compared.found)


def _heading(title: str, right: Line) -> AfterRow:
    return AfterRow(("heading", title), "heading", (Span(f" {title}", "muted"),), right)


def _note(key: str, text: str, ink: InkName) -> AfterRow:
    return AfterRow(("note", key), "note", (Span(f"   {text}", ink),), note=text)


def strip_line(trial: Trial) -> Line:
    """Return it all in one line, for screens that have no room for it."""
    spans: list[Span] = []
    found = trial.found
    if found is not None and found.checklist is not None and not trial.older:
        signs = [_sign(flip) for flip in found.checklist.flips]
        for mark in (WORSE, BETTER):
            spans += [Span(f"{mark.glyph}{signs.count(mark)} ", mark.ink if mark in signs else "faint")]
        spans.append(Span("in the checklist", "muted"))
    if trial.proof is not None:
        mark, words = VERDICTS[trial.proof.verdict]
        spans += [Span("   " if spans else ""), Span("down ", "muted"), Span(words.split(":")[0], mark.ink)]
    if worse := worse_plans(trial):
        spans += [Span("   "), Span(f"! {worse} worse plan{'s' if worse > 1 else ''}", "warn")]
    if not spans:
        words = trial.why_not or trial.doing or ""
        spans = [Span(words, "muted")]
    return tuple(spans)
