"""What is typed after `/`: words that a row must contain, or with `!` must not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One word. Without a capital letter it matches either case."""

    text: str
    negated: bool = False

    @property
    def exact_case(self) -> bool:
        """Whether capitals were typed, so that case counts."""
        return any(c.isupper() for c in self.text)

    @property
    def wanted(self) -> str:
        """What is looked for: as typed, or case-folded where case does not count."""
        return self.text if self.exact_case else self.text.casefold()

    def matches(self, original: str, folded: str) -> bool:
        """Whether a row's text passes; `folded` is the same text case-folded."""
        found = self.wanted in (original if self.exact_case else folded)
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class RowFilter:
    """All words must pass, in any order. Made by `parse`."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def parse(cls, text: str) -> RowFilter:
        """Return the filter that a person typed; a lone `!` waits for its word."""
        terms = (Term(word.removeprefix("!"), word.startswith("!")) for word in text.split())
        return cls(tuple(term for term in terms if term.text))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, original: str, folded: str) -> bool:
        """Whether a row's text passes every word."""
        return all(term.matches(original, folded) for term in self.terms)

    def refines(self, other: RowFilter) -> bool:
        """Whether nothing can pass this filter that does not pass the other: then only its result is looked at."""
        return all(any(_implies(mine, theirs) for mine in self.terms) for theirs in other.terms)


def _implies(mine: Term, theirs: Term) -> bool:
    """Whether every text that passes `mine` passes `theirs`."""
    if mine.negated is not theirs.negated:
        return False
    if mine.negated:
        return mine == theirs
    if theirs.exact_case:
        return theirs.text in mine.text
    return theirs.wanted in mine.text.casefold()
