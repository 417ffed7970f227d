"""Names as words: the parts of snake_case and camelCase, what sounds like money, singular and plural."""

from __future__ import annotations

import re
from functools import lru_cache


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text: a set that reads like one."""
    return frozenset(text.split())


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")

_MONEY = vocabulary(
    """
    amount amounts price prices subtotal balance balances cost costs fee fees tax taxes salary salaries
    wage wages revenue payout refund budget income deposit rent usd eur gbp chf
    """
)
_NO_MONEY = vocabulary(
    """
    ratio ratios rate rates pct percent percentage percentile score scores lat latitude long lng lon
    longitude factor weight count counts quantity qty hours minutes seconds secs ms days months years
    duration distance time times size bytes km kg lb grams miles meters metres litres liters volume area
    length height width points level rank id ids index number hash code codes type types status currency
    date name
    """
)

_NEITHER = vocabulary(
    """
    news status series species data metadata media info information equipment staff inventory feedback
    content history analytics statistics stats mail email spam billing traffic usage storage config
    configuration audit inbox outbox queue cache log access software hardware research music money
    merchandise archive backup staging schema progress sms dns aws ios canvas bias atlas gps https http
    tls os settings preferences details stock chess sales goods means headquarters lens gas
    """
)
"""Words that are no sign of either: mass nouns, and plurals that name one thing."""

_PLURALS = vocabulary(
    """
    people children men women feet teeth mice geese indices vertices matrices appendices criteria
    phenomena schemata alumni cacti foci radii syllabi menus
    """
)


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: `orderTotal_usd` has order, total and usd."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=65536)
def sounds_like_money(name: str) -> bool:
    """Whether a column of this name holds an amount of money; counts, rates and measures do not."""
    parts = words(name)
    if not _NO_MONEY.isdisjoint(parts):
        return False
    # "total" is money where nothing says what is summed: order_total, but not total_steps.
    return parts[-1:] == ("total",) or any(word in _MONEY for word in parts)


def is_plural(word: str) -> bool | None:
    """Whether an English word is a plural; None where the word tells nothing."""
    if word in _NEITHER or not word.isalpha() or len(word) < 3:
        return None
    if word in _PLURALS:
        return True
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


_IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women"}


def plurals(word: str) -> tuple[str, ...]:
    """Return the spellings that the plural of an English word may have."""
    found = [word + "s"]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        found.append(word[:-1] + "ies")
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        found.append(word + "es")
    if word in _IRREGULAR:
        found.append(_IRREGULAR[word])
    return tuple(found)


def singulars(word: str) -> tuple[str, ...]:
    """Return the words that one may be the plural of, as `plurals` spells it, and some more."""
    found = [word[:-1], word[:-2]] if word.endswith("s") else []
    if word.endswith("ies"):
        found.append(word[:-3] + "y")
    return (*found, *(one for one, several in _IRREGULAR.items() if several == word))
