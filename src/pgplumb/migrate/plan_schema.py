"""Checking the JSON of a plan with pydantic. Imported when there is a file to be read."""

from __future__ import annotations

import json
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pgplumb.checks.finding import Value
from pgplumb.migrate.plan import Batches, Phase, Plan, Step, Strategy, StrategyName
from pgplumb.migrate.plan_file import FORMAT, PlanFileError

_Words = Annotated[str, Field(min_length=1)]
_Timeout = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)? ?(us|ms|s|min|h|d)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Batches(_Strict):
    table: _Words
    key: Annotated[list[_Words], Field(min_length=1)]
    assign: _Words | None
    where: _Words
    source: str = ""


class _Step(_Strict):
    phase: Phase
    up: str
    down: str | None
    autocommit: bool = False
    about: str = ""
    waits_for: str = ""
    batches: _Batches | None = None
    gate: str = ""
    lock_timeout: _Timeout = "2s"
    statement_timeout: _Timeout = "0"
    reversible: Literal["exact", "shape", "none"] = "exact"

    @field_validator("up", "down")
    @classmethod
    def _is_sql(cls, text: str | None) -> str | None:
        if text and "\0" in text:
            raise ValueError("holds a null character")
        return text


class _Strategy(_Strict):
    name: StrategyName
    title: str
    steps: Annotated[list[_Step], Field(min_length=1)]
    online: bool


class _File(_Strict):
    format: str
    id: _Words
    title: str
    strategies: Annotated[list[_Strategy], Field(min_length=1, max_length=3)]
    chosen: StrategyName
    intent: str | None = None
    fields: dict[str, str | int | float | bool | list[str] | dict[str, str] | None] = {}

    @field_validator("format")
    @classmethod
    def _is_ours(cls, text: str) -> str:
        if text != FORMAT:
            raise ValueError(f'is not "{FORMAT}"')
        return text

    @field_validator("strategies")
    @classmethod
    def _are_told_apart(cls, found: list[_Strategy]) -> list[_Strategy]:
        names = [strategy.name for strategy in found]
        if len(set(names)) < len(names):
            raise ValueError("has two strategies of one name")
        return found

    @model_validator(mode="after")
    def _has_the_chosen(self) -> Self:
        if self.chosen not in {strategy.name for strategy in self.strategies}:
            raise ValueError(f'chosen names "{self.chosen}", which is none of the strategies')
        return self


def read(text: str, name: str) -> Plan:
    """Return the plan that a text holds. Raises PlanFileError."""
    try:
        content = _File.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise PlanFileError(f"{name}, line {error.lineno}: not valid JSON: {error.msg}; correct it") from None
    except RecursionError:
        raise PlanFileError(f"{name}: is nested too deeply to be a plan; write it again") from None
    except ValidationError as error:
        raise PlanFileError(_explain(name, error)) from None
    return Plan(
        id=content.id,
        title=content.title,
        strategies=tuple(_strategy(strategy) for strategy in content.strategies),
        chosen=content.chosen,
        intent=content.intent,
        fields={key: _value(value) for key, value in content.fields.items()},
    )


def _strategy(found: _Strategy) -> Strategy:
    return Strategy(found.name, found.title, tuple(map(_step, found.steps)), found.online)


def _step(found: _Step) -> Step:
    batches = found.batches and Batches(**{**found.batches.model_dump(), "key": tuple(found.batches.key)})
    return Step(**{**found.model_dump(), "batches": batches})


def _value(value: Value) -> Value:
    return tuple(value) if isinstance(value, list) else value


_NEXT_STEP = {
    "extra_forbidden": ("is no key of a plan", "remove it or correct its spelling"),
    "missing": ("is missing", "add it"),
    "string_type": ("must be a string", "put it in quotes"),
    "string_too_short": ("is empty", "write something"),
    "string_pattern_mismatch": ("is no time", 'write it as "2s", "500ms" or "0"'),
    "bool_type": ("must be true or false", "write one of them without quotes"),
    "list_type": ("must be a list", "put it in square brackets"),
    "too_short": ("is empty", "write at least one"),
    "too_long": ("holds too many", "leave at most three"),
    "model_type": ("must be an object", "put it in braces"),
    "dict_type": ("must be an object", "put it in braces"),
}


def _explain(name: str, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "literal_error":
        message = "must be " + message.removeprefix("Input should be ")
    what, step = _NEXT_STEP.get(first["type"], (message, "correct it"))
    location = list(first["loc"][:2] if first["loc"][:1] == ("fields",) else first["loc"])
    if location[:1] == ["fields"] and len(location) > 1:
        what, step = "must be a text, number, flag, list of texts or object of texts", "correct it"
    key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in location).lstrip(".")
    return f"{name}: {key or 'the document'} {what}; {step}"
