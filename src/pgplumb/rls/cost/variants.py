"""A table's policies said in other ways, all of them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.rls.cost import rewrites

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Policy
    from pgplumb.rls.cost.trial import Texts

Variant = Callable[[str, str], rewrites.Rewritten | None]


@dataclass(frozen=True, slots=True)
class NewTexts:
    """New predicates of one policy; None where a side stays."""

    using: rewrites.Rewritten | None
    check: rewrites.Rewritten | None

    @property
    def arguments(self) -> tuple[str, ...]:
        """Why they say the same, each sentence once."""
        found = [a for side in (self.using, self.check) if side is not None for a in side.arguments]
        return tuple(dict.fromkeys(found))

    @property
    def is_array(self) -> bool:
        """Whether anything is compared with an array now."""
        return any(argument != rewrites.ONCE for argument in self.arguments)

    @property
    def texts(self) -> tuple[str | None, str | None]:
        """USING and WITH CHECK."""
        return self.using.text if self.using else None, self.check.text if self.check else None


def once(text: str, _: str) -> rewrites.Rewritten | None:
    """Ask what no row has a part in once a statement."""
    return rewrites.once(text)


def both(text: str, relation: str) -> rewrites.Rewritten | None:
    """Compare with arrays, and ask once what no row has a part in."""
    first = rewrites.as_array(text, relation)
    second = rewrites.once(first.text) if first is not None else None
    if first is None or second is None:
        return None
    return rewrites.Rewritten(second.text, (*first.arguments, *second.arguments))


VARIANTS: tuple[Variant, ...] = (once, rewrites.as_array, both)
"""The simplest first."""


def new_texts(policies: Sequence[Policy], variant: Variant, relation: str) -> dict[str, NewTexts]:
    """Return what of a table's policies a variant changes, by name. One without USING is in no plan."""
    return _each(
        {p.name: (_text(p.using), _text(p.check)) for p in policies if p.has_using}, variant, relation
    )


def priced(new: Mapping[str, NewTexts], relation: str) -> Texts:
    """Return new texts with IN for every EXISTS in them; empty where there is none."""
    texts = {name: one.texts for name, one in new.items()}
    further = _each(texts, rewrites.as_in, relation)
    if not further:
        return {}
    found = {}
    for name, (using, check) in texts.items():
        more = further[name].texts if name in further else (None, None)
        found[name] = (more[0] or using, more[1] or check)
    return found


def _each(texts: Texts, variant: Variant, relation: str) -> dict[str, NewTexts]:
    found = {}
    for name, sides in texts.items():
        using, check = (variant(side, relation) if side is not None else None for side in sides)
        if using is not None or check is not None:
            found[name] = NewTexts(using, check)
    return found


def _text(text: object) -> str | None:
    return text if isinstance(text, str) else None
