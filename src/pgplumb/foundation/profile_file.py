"""Reading a profile from TOML, checked with pydantic. Imported when a file is there to be read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pgplumb.foundation.preset import preset, preset_names
from pgplumb.foundation.profile import (
    AcceptedBranch,
    Attestation,
    ConfirmedTenants,
    Known,
    Profile,
    ProfileError,
    Waiver,
)
from pgplumb.foundation.toml_places import NEXT_STEP, Location, dotted, line_of

_Words = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Rules(_Strict):
    enabled: list[_Words] = []
    disabled: list[_Words] = []


class _Waiver(_Strict):
    rule: _Words
    object: _Words
    reason: _Words
    by: _Words
    until: date | None = None


class _Attestation(_Strict):
    rule: _Words
    by: _Words
    on: date
    until: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until < self.on:
            raise ValueError("until lies before on")
        return self


class _Accepted(_Strict):
    object: _Words
    role: _Words
    command: Literal["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "EXECUTE", "*"]
    branch: _Words
    reason: _Words
    by: _Words
    until: date | None = None


class _Rls(_Strict):
    accepted: list[_Accepted] = []


def _pattern(text: str) -> str:
    try:
        re.compile(text.replace("{table}", "t").replace("{columns}", "c"))
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return text


_Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]


class _Naming(_Strict):
    table: _Pattern | None = None
    view: _Pattern | None = None
    sequence: _Pattern | None = None
    column: _Pattern | None = None
    function: _Pattern | None = None
    type: _Pattern | None = None
    index: _Pattern | None = None
    primary_key: _Pattern | None = None
    foreign_key: _Pattern | None = None
    unique: _Pattern | None = None
    check: _Pattern | None = None
    exclusion: _Pattern | None = None
    # `schema` is a method of pydantic's models.
    schema_: _Pattern | None = Field(None, alias="schema")


_MAPPED = re.compile(r'(?:"[^"]+"|[^."\s]+)\.(?:"[^"]+"|[^."\s]+)\Z')


def _path(text: str) -> str:
    steps = [step.strip() for step in text.split("->")]
    if not all(steps) or any("." not in step for step in steps[1:]):
        raise ValueError("is neither a column nor a path such as project_id -> projects.tenant_id")
    return text


class _Confirmed(_Strict):
    by: _Words
    on: date
    columns: list[_Words] = []
    identities: list[_Words] = []
    map: dict[_Words, Annotated[_Words, AfterValidator(_path)]] = {}


class _File(_Strict):
    preset: str | None = None
    naming: _Naming = Field(default_factory=lambda: _Naming.model_validate({}))
    tenant_map: dict[_Words, Annotated[_Words, AfterValidator(_path)]] = {}
    tenants: _Confirmed | None = None
    rls: _Rls = _Rls()
    tenant_columns: list[_Words] = []
    identities: list[_Words] = []
    thresholds: dict[str, float] = {}
    rules: _Rules = _Rules()
    severities: dict[str, Literal["error", "warning", "info"]] = {}
    waivers: list[_Waiver] = []
    attestations: list[_Attestation] = []


def read_profile(path: Path, known: Known | None = None) -> Profile:
    """Read a profile; `known` refuses names of rules and thresholds that are none. Raises ProfileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProfileError(
            f"{path}: {error.strerror or error}; give --profile a file that can be read"
        ) from None
    except UnicodeDecodeError:
        raise ProfileError(f"{path}: is not UTF-8; save it as UTF-8") from None
    try:
        content = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: not valid TOML: {error}; correct that place") from None
    except ValidationError as error:
        raise ProfileError(_explain(path, text, error)) from None
    for location, what, step in _problems(content, known):
        key = dotted(location)
        raise ProfileError(f"{path}, line {line_of(text, location)}: {key} {what}; {step}")
    return _profile(content)


def _profile(content: _File) -> Profile:
    """Return what a file says over what its preset says."""
    base = preset(content.preset) if content.preset else None
    deviations = base.deviations if base else ()
    thresholds = {d.threshold: d.value for d in deviations if d.threshold and d.value is not None}
    severities = {d.rule: d.severity for d in deviations if d.rule and d.severity}
    off = {d.rule for d in deviations if d.rule and d.turn == "off"}
    on = {d.rule for d in deviations if d.rule and d.turn == "on"}
    enabled, disabled = frozenset(content.rules.enabled), frozenset(content.rules.disabled)
    naming = content.naming.model_dump(by_alias=True, exclude_none=True)
    confirmed = content.tenants
    columns = confirmed.columns if confirmed else base.tenant_columns if base else ()
    identities = confirmed.identities if confirmed else base.identities if base else ()
    return Profile(
        tenant_columns=tuple(content.tenant_columns or columns),
        identities=tuple(content.identities or identities),
        thresholds=MappingProxyType(thresholds | content.thresholds),
        enabled=enabled | (on - disabled),
        disabled=disabled | (off - enabled),
        severities=MappingProxyType(severities | content.severities),
        waivers=tuple(Waiver(**w.model_dump()) for w in content.waivers),
        attestations=tuple(Attestation(**a.model_dump()) for a in content.attestations),
        preset=content.preset,
        naming=MappingProxyType(naming),
        tenant_map=MappingProxyType(dict(content.tenant_map)),
        accepted=tuple(AcceptedBranch(**a.model_dump()) for a in content.rls.accepted),
        confirmed=None
        if confirmed is None
        else ConfirmedTenants(
            tuple(confirmed.columns),
            tuple(confirmed.identities),
            MappingProxyType(dict(confirmed.map)),
            confirmed.by,
            confirmed.on,
        ),
    )


Problem = tuple[Location, str, str]


def _problems(content: _File, known: Known | None) -> Iterator[Problem]:
    """Yield names that are none: where, what is wrong, and what to do."""
    if content.preset is not None and content.preset not in preset_names():
        yield ("preset",), f"{content.preset} is no preset", _meant(content.preset, preset_names())
    maps: list[tuple[Location, Iterable[str]]] = [(("tenant_map",), content.tenant_map)]
    if content.tenants is not None:
        maps.append((("tenants", "map"), content.tenants.map))
    for location, names in maps:
        for name in names:
            if not _MAPPED.match(name):
                yield (*location, name), "is no schema.table", "write the schema too"
    if known is None:
        return
    for name in content.thresholds:
        if name not in known.thresholds:
            yield ("thresholds", name), "is no threshold", _meant(name, known.thresholds)
    for name in content.severities:
        if name not in known.rules:
            yield ("severities", name), "is no rule", _meant(name, known.rules)
    named: list[tuple[Location, str]] = [
        *((("rules", "enabled"), name) for name in content.rules.enabled),
        *((("rules", "disabled"), name) for name in content.rules.disabled),
        *((("waivers", i, "rule"), waiver.rule) for i, waiver in enumerate(content.waivers)),
    ]
    for i, given in enumerate(content.attestations):
        if given.rule not in known.rules | known.items:
            meant = _meant(given.rule, known.rules | known.items)
            yield ("attestations", i, "rule"), f"names {given.rule}, which is no rule", meant
    for place, name in named:
        if name not in known.rules:
            yield place, f"names {name}, which is no rule", _meant(name, known.rules)


def _meant(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(names), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else "`pgplumb rules` and docs/profile.md list them"


_NEXT_STEP = {
    **NEXT_STEP,
    "extra_forbidden": ("is no key of a profile", "remove it or correct its spelling"),
    "date_type": ("must be a date", "write it as 2027-01-31 without quotes"),
    "literal_error": ("must be error, warning or info", "write one of them"),
    "list_type": ("must be a list", "put it in square brackets"),
    "float_type": ("must be a number", "write it without quotes"),
}


def _explain(path: Path, text: str, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    location = tuple(part for part in first["loc"] if isinstance(part, str | int))
    what, step = _NEXT_STEP.get(
        first["type"], ("is wrong: " + first["msg"].removeprefix("Value error, "), "correct it")
    )
    return f"{path}, line {line_of(text, location)}: {dotted(location)} {what}; {step}"
