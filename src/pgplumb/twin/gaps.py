"""What a twin lacks of its target, by name: plans that touch any of it are `unknown`, and say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Gaps:
    """Why parts of the target are missing. Names are qualified as `foundation.names.dotted` writes them."""

    relations: Mapping[str, str] = field(default_factory=dict)
    """Relations that are not in the twin: "locked by pid 4121", "type public.geometry is not to be had"."""
    statistics: Mapping[str, str] = field(default_factory=dict)
    """Relations whose statistics are not there: "no SELECT privilege", "never analysed"."""
    notes: tuple[str, ...] = ()
    """What concerns every plan: another major version, a missing collation, an extension left out."""

    def of(self, relations: Iterable[str]) -> Iterator[str]:
        """Yield, for some relations, what stands against trusting a plan that reads them; in their order."""
        for name in relations:
            for why in (self.relations.get(name), self.statistics.get(name)):
                if why is not None:
                    yield f"{name}: {why}"

    def and_also(self, other: Gaps) -> Gaps:
        """Return these and others; the first reason for a name stays."""
        return Gaps(
            {**other.relations, **self.relations},
            {**other.statistics, **self.statistics},
            tuple(dict.fromkeys((*self.notes, *other.notes))),
        )
