"""What a filled form comes to: what is wrong at which field, the ways to do it, and what each does to tables.

`work_out` is a function of its job alone and runs in a thread. Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pgplumb.migrate.by_intent import plan_of
from pgplumb.migrate.change import Field, Intent, Unwritable
from pgplumb.migrate.hazards.analysis import Analysis, analyse
from pgplumb.migrate.intents import form
from pgplumb.migrate.intents.parts.choices import choices
from pgplumb.migrate.intents.parts.form import LISTS

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.checks.finding import Value
    from pgplumb.migrate.plan import Plan, Strategy

_THERE = frozenset({
    "table", "tables", "relation", "relations", "view", "matview", "sequence", "sequences", "index", "column",
    "columns", "constraint", "policy", "trigger", "triggers", "role", "roles", "publication", "enum",
})  # fmt: skip
"""Kinds of which only what is there already can be given."""


@dataclass(frozen=True, slots=True)
class Way:
    """One strategy with what is known of its steps without running them."""

    strategy: Strategy
    steps: tuple[Analysis, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What is known of a form as it is filled now."""

    errors: Mapping[str, str] = field(default_factory=dict)
    """By the field's name; of an empty field too."""
    problem: str = ""
    """What is wrong with all of it together."""
    plan: Plan | None = None
    ways: tuple[Way, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it can be gone on from here."""
        return self.plan is not None


def work_out(intent: Intent, typed: Mapping[str, str], catalog: Catalog | None, when: datetime) -> Preview:
    """Return what a form comes to. Never fails."""
    given = {name: text for name, text in typed.items() if text.strip()}
    values, errors = _values(intent, given)
    if catalog is None:
        return Preview(errors, "the schema has not been read yet")
    for one in intent.fields:
        if one.name in values and one.name not in errors:
            wrong = _not_there(one, values, catalog)
            if wrong:
                errors[one.name] = wrong
    if errors:
        return Preview(errors)
    try:
        plan = plan_of(intent, values, catalog, when)
    except Unwritable as reason:
        blamed = _blamed(intent, values, str(reason))
        return Preview({blamed: str(reason)} if blamed else {}, "" if blamed else str(reason))
    return Preview(plan=plan, ways=tuple(_way(strategy, catalog) for strategy in plan.strategies))


def _values(intent: Intent, given: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, str]]:
    """Return the values that can be read, or what is wrong with each field."""
    from pydantic import ValidationError

    from pgplumb.migrate.intents import read_form

    try:
        form(intent).model_validate(dict(given))
    except ValidationError as error:
        errors: dict[str, str] = {}
        for problem in error.errors(include_url=False):
            name = str(problem["loc"][0]) if problem["loc"] else ""
            missing = problem["type"] == "missing"
            errors.setdefault(name, "is missing" if missing else problem["msg"].removeprefix("Value error, "))
        right = {f.name: given[f.name] for f in intent.fields if f.name in given and f.name not in errors}
        return {name: _loosely(intent, name, text) for name, text in right.items()}, errors
    return read_form(intent, given), {}


def _loosely(intent: Intent, name: str, text: str) -> Value:
    """Return a value while another field is wrong: enough to look it up."""
    kind = next(f.kind for f in intent.fields if f.name == name)
    return [part.strip() for part in text.split(",")] if kind in LISTS else text.strip()


def _not_there(one: Field, values: Mapping[str, Value], catalog: Catalog) -> str:
    """Return what is wrong with a field that names what must be there."""
    if one.kind not in _THERE:
        return ""
    known = set(choices(one, catalog, values))
    value = values[one.name]
    names = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
    unknown = [str(name) for name in names if str(name) not in known]
    if not unknown:
        return ""
    if not known and one.kind in ("column", "columns", "constraint", "policy", "trigger", "triggers"):
        return f"{values.get(one.of) or 'the table'} has no {one.kind.removesuffix('s')}"
    return f"there is no {one.kind.removesuffix('s')} {unknown[0]}"


def _blamed(intent: Intent, values: Mapping[str, Value], reason: str) -> str:
    """Return the field that a refusal is about: it is named in it, or its value is."""
    for one in intent.fields:
        if reason == f"the field {one.name} is missing" or reason.startswith(f"the field {one.name} "):
            return one.name
    for one in reversed(intent.fields):
        value = values.get(one.name)
        texts = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
        if any(isinstance(text, str) and len(text) > 2 and text in reason for text in texts):
            return one.name
    return ""


def _way(strategy: Strategy, catalog: Catalog) -> Way:
    return Way(
        strategy,
        tuple(
            analyse(step.up, catalog, mode="autocommit" if step.autocommit else "transaction")
            for step in strategy.steps
        ),
    )
