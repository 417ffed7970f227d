"""The fields of an intent as they come from a command line, and what to do where one of them is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pgplumb.cli.failures import UsageError

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.checks.finding import Value
    from pgplumb.migrate.change import Field, Intent
    from pgplumb.migrate.plan import Plan

_MOST = 5
"""Names that are proposed."""


def intent_named(name: str) -> Intent:
    """Return an intent. Raises UsageError with those that are called much like it."""
    from pgplumb.migrate.intents import intent, intent_names

    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    if wanted in intent_names():
        return intent(wanted)
    near = get_close_matches(wanted, intent_names(), _MOST, 0.6)
    proposed = f" Did you mean {_or(near)}?" if near else ""
    raise UsageError(f"there is no intent {name}.{proposed} `pgplumb compose --list` names them all.")


def typed_values(of: Intent, settings: Sequence[str]) -> dict[str, str]:
    """Return what --set gives, by field. Raises UsageError."""
    known = [field.name for field in of.fields]
    found: dict[str, str] = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        name = name.strip().replace("-", "_")
        if not sign:
            raise UsageError(f"--set {setting} gives no value: write --set {name or 'FIELD'}=VALUE.")
        if name not in known:
            near = get_close_matches(name, known, 1, 0.6)
            proposed = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"{of.name} has no field {name}.{proposed} It has {', '.join(known)}.")
        if name in found:
            raise UsageError(f"--set {name} is given twice: of a list, write {name}=A,B or a JSON list.")
        if not _is_text(value):
            raise UsageError(f"--set {name} is not UTF-8: write the value in UTF-8.")
        found[name] = value
    return found


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def plan_for(of: Intent, typed: Mapping[str, str], catalog: Catalog, *, known: bool) -> Plan:
    """Return the plan. `known` says whether the catalog is that of a schema. Raises UsageError that names the field."""
    from datetime import UTC, datetime

    from pgplumb.migrate.by_intent import plan_of
    from pgplumb.migrate.change import Unwritable
    from pgplumb.migrate.intents import read_form

    try:
        values = read_form(of, typed)
    except Unwritable as error:
        raise UsageError(
            f"{of.name}: {error}. `pgplumb compose {of.name} --list` says what each holds."
        ) from None
    try:
        return plan_of(of, values, catalog, datetime.now(UTC))
    except Unwritable as error:
        raise UsageError(f"{of.name}: {_why(of, values, catalog, str(error), known=known)}") from None


def with_strategy(plan: Plan, name: str | None) -> Plan:
    """Return a plan done in the way that was asked for. Raises UsageError for one that it lacks."""
    if name is None:
        return plan
    names = [strategy.name for strategy in plan.strategies]
    for found in names:
        if found == name:
            return plan.with_strategy(found)
    raise UsageError(f"{plan.intent} cannot be done as {name} with these fields: there is {_or(names)}.")


def _why(of: Intent, values: Mapping[str, Value], catalog: Catalog, error: str, *, known: bool) -> str:
    """Return what is wrong with the field that it comes from, and the next step."""
    from pgplumb.migrate.intents.parts.choices import choices

    if not known:
        return (
            f"{error}: nothing is known of the schema. Name the database (TARGET), or give --setup FILE with the"
            " SQL that builds it."
        )
    for field in of.fields:
        if field.choices:
            continue
        listed = choices(field, catalog, values) if field.kind not in ("type", "setting") else ()
        for value in _values(values.get(field.name)):
            if listed and value not in listed and value in error:
                return f"{field.name}: {error}. {_instead(field, value, listed)}"
    return f"{error}. Change that first, or other fields: `pgplumb compose {of.name} --list` says what each holds."


def _instead(field: Field, value: str, listed: Sequence[str]) -> str:
    ending = value.rpartition(".")[2].strip('"').lower()
    near = [name for name in listed if name.rpartition(".")[2].strip('"').lower() == ending]
    near += [name for name in get_close_matches(value, listed, _MOST, 0.6) if name not in near]
    if near:
        return f"Did you mean {_or(near[:_MOST])}?"
    more = f" and {len(listed) - _MOST} more" if len(listed) > _MOST else ""
    return f"There is {', '.join(listed[:_MOST])}{more}."


def _values(value: Value) -> Sequence[str]:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list | tuple) else ()


def _or(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
