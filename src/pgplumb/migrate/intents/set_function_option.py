"""Change how a function runs: its settings, whose rights it has, what the planner may assume."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Function
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import qualified
from pgplumb.migrate.intents.parts.settings import setting_name, setting_value
from pgplumb.migrate.intents.parts.types import argument_types

_VOLATILITY = {"i": "IMMUTABLE", "s": "STABLE", "v": "VOLATILE"}
_PARALLEL = {"s": "SAFE", "r": "RESTRICTED", "u": "UNSAFE"}


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER FUNCTION with everything that is asked for, and the way back."""
    found = find.function(catalog, fields.text("function"))
    if found.kind == "a":
        raise Unwritable(f"{found.name} is an aggregate")
    up, down = _clauses(fields, found)
    if not up:
        raise Unwritable("there is nothing to change")
    word = "PROCEDURE" if found.kind == "p" else "FUNCTION"
    alter = f"ALTER {word} {qualified(found.schema, found.name)}({argument_types(catalog, found)})"
    return Change(script(f"{alter} {' '.join(up)}"), script(f"{alter} {' '.join(down)}"), online=True)


def _clauses(fields: Fields, found: Function) -> tuple[list[str], list[str]]:
    up: list[str] = []
    down: list[str] = []
    if fields.has("setting"):
        setting = setting_name(fields.text("setting"))
        up.append(f"SET {setting} = {setting_value(setting, fields.text('value'))}")
        before = dict(entry.partition("=")[::2] for entry in found.config).get(setting)
        down.append(
            f"RESET {setting}" if before is None else f"SET {setting} = {setting_value(setting, before)}"
        )
    for field, words, now in (
        ("security", ("INVOKER", "DEFINER"), "DEFINER" if found.security_definer else "INVOKER"),
        ("parallel", tuple(_PARALLEL.values()), _PARALLEL[found.parallel]),
    ):
        if fields.has(field):
            up.append(f"{field.upper()} {_one_of(fields, field, words)}")
            down.append(f"{field.upper()} {now}")
    if fields.has("volatility"):
        up.append(_one_of(fields, "volatility", tuple(_VOLATILITY.values())))
        down.append(_VOLATILITY[found.volatility])
    if fields.has("leakproof"):
        up.append("LEAKPROOF" if fields.flag("leakproof") else "NOT LEAKPROOF")
        down.append("LEAKPROOF" if found.leakproof else "NOT LEAKPROOF")
    return up, down


def _one_of(fields: Fields, field: str, words: tuple[str, ...]) -> str:
    word = fields.text(field).upper()
    if word not in words:
        raise Unwritable(f"{word} is not one of {', '.join(words)}")
    return word


INTENT = Intent(
    name="set-function-option",
    title="Change how a function runs",
    group="Programmability",
    about="Its search_path, volatility, security, parallel safety or other settings.",
    fields=(
        Field("function", "the function with its argument types: public.f(int4,text)", kind="function"),
        Field("setting", "a setting that holds while it runs: search_path", required=False, kind="setting"),
        Field("value", "that setting's value, which may be empty", required=False),
        Field(
            "security", "INVOKER or DEFINER", required=False, kind="choice", choices=("INVOKER", "DEFINER")
        ),
        Field(
            "volatility",
            "IMMUTABLE, STABLE or VOLATILE",
            required=False,
            kind="choice",
            choices=("IMMUTABLE", "STABLE", "VOLATILE"),
        ),
        Field("leakproof", "whether it tells nothing of its arguments", required=False, kind="flag"),
        Field(
            "parallel",
            "SAFE, RESTRICTED or UNSAFE",
            required=False,
            kind="choice",
            choices=("SAFE", "RESTRICTED", "UNSAFE"),
        ),
    ),
    write=write,
)
