"""One file an intent; here they are found by name, each imported when it is first asked for."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from pgplumb.migrate.change import Change, Fields, Intent, Unwritable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from pgplumb.catalog.model import Catalog
    from pgplumb.checks.finding import Fix, Value


@cache
def intent_names() -> tuple[str, ...]:
    """Return the names of all intents, sorted, without importing them."""
    modules = pkgutil.iter_modules(__path__)
    return tuple(sorted(m.name.replace("_", "-") for m in modules if not m.ispkg))


@cache
def intent(name: str) -> Intent:
    """Return an intent by its name. Raises KeyError where there is none."""
    if name not in intent_names():
        raise KeyError(name)
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    found: Intent = module.INTENT
    return found


def change_or_why(fix: Fix, catalog: Catalog) -> Change | str:
    """Return the change that a fix stands for, or why it cannot be written, for people."""
    if fix.intent not in intent_names():
        return f"there is no intent {fix.intent}"
    try:
        return intent(fix.intent).write(Fields(fix.fields), catalog)
    except Unwritable as error:
        return str(error)


def form(of: Intent) -> type[BaseModel]:
    """Return an intent's form as a pydantic model: it takes JSON values, and text as somebody types it."""
    from pgplumb.migrate.intents.parts import form as forms

    return forms.model(of)


def read_form(of: Intent, typed: Mapping[str, object]) -> dict[str, Value]:
    """Return the values of a filled form as `Fields` takes them. Raises Unwritable that names each wrong field."""
    from pgplumb.migrate.intents.parts import form as forms

    return forms.read(of, typed)
