"""An intent's fields as a typed form: what is typed is read as the kind says, and what is wrong names its field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pgplumb.checks.finding import Value
from pgplumb.migrate.change import Field, Intent, Unwritable
from pgplumb.migrate.intents.parts.naming import LIMIT
from pgplumb.sql.lexer import significant
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement

if TYPE_CHECKING:
    from pydantic import BaseModel

_DOTTED = frozenset({"tables", "relations", "sequences", "functions"})
LISTS = _DOTTED | {"columns", "triggers", "schemas", "roles", "names", "expressions", "choices", "texts"}
"""Kinds whose value is a list."""
_VERBATIM = frozenset({"text", "options", "flag", "number"})
_BARE = frozenset({"targetList", "limitOption", "op", "groupDistinct", "all"})
"""What a SELECT of one expression has in its tree."""


_WORDS = {
    "missing": "the field is missing",
    "extra_forbidden": "there is no such field",
    "bool_parsing": "say yes or no",
    "bool_type": "say yes or no",
    "int_parsing": "this is no whole number",
    "int_type": "this is no whole number",
    "string_type": "this is no text",
    "list_type": "this is no list",
    "dict_type": "these are no names with values",
}
"""What pydantic finds wrong, in our words."""


def model(intent: Intent) -> type[BaseModel]:
    """Return the form of an intent as a pydantic model; fields go by their names as aliases.

    `model_validate` takes JSON values and, for every kind, the text that somebody typed.
    """
    from pydantic import BeforeValidator, ConfigDict, create_model
    from pydantic import Field as Described

    fields: dict[str, Any] = {}
    for field in intent.fields:
        kind: Any = _type(field)
        wanted: Any = kind if field.required else kind | None
        read: Any = Annotated[wanted, BeforeValidator(_reader(field))]
        described = Described(... if field.required else None, alias=field.name, description=field.about)
        # A prefix keeps names such as `schema` off those that every model has.
        fields[f"field_{field.name}"] = (read, described)
    config = ConfigDict(extra="forbid", frozen=True)
    title = "".join(word.capitalize() for word in intent.name.split("-"))
    made: type[BaseModel] = create_model(title, __config__=config, **fields)
    return made


def read(intent: Intent, typed: Mapping[str, object]) -> dict[str, Value]:
    """Return the values of a filled form as an intent takes them.

    Raises Unwritable with one line that names each field that is wrong.
    """
    from pydantic import ValidationError

    try:
        filled = model(intent).model_validate(dict(typed))
    except ValidationError as error:
        raise Unwritable("; ".join(_line(problem) for problem in error.errors(include_url=False))) from None
    return dict(filled.model_dump(by_alias=True, exclude_none=True))


def _line(problem: Any) -> str:
    """Return one of pydantic's problems in our words."""
    place = ".".join(map(str, problem["loc"])) or "the form"
    return f"{place}: {_WORDS.get(problem['type'], problem['msg'].removeprefix('Value error, '))}"


def _type(field: Field) -> Any:
    if field.kind in LISTS:
        return list[str]
    return {"flag": bool, "number": int, "options": dict[str, str]}.get(field.kind, str)


def _reader(field: Field) -> Callable[[object], object]:
    """Return what turns typed text into a field's value. It raises ValueError for what is none."""
    checks: dict[str, Callable[[str], None]] = {
        "name": _check_name,
        "names": _check_name,
        "type": _check_type,
        "expression": _check_expression,
        "expressions": _check_expression,
        "query": _check_query,
    }
    check = checks.get(field.kind)

    def read_one(value: object) -> object:
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and field.kind not in ("number", "flag")
        ):
            value = str(value)
        if value is None or (isinstance(value, str) and not value.strip() and field.kind not in _VERBATIM):
            if field.required and value is not None:
                raise ValueError("the field is empty")
            return None
        if field.kind in LISTS:
            value = _list(value, field.kind in _DOTTED or field.kind == "expressions")
            if not value and field.required:
                raise ValueError("the list is empty")
        elif field.kind == "options":
            return _options(value)
        elif isinstance(value, str) and field.kind not in ("text", "flag", "number"):
            value = value.strip()
        if field.kind in ("choice", "choices"):
            return _chosen(value, field.choices)
        for item in value if isinstance(value, list) else [value]:
            if check is not None and isinstance(item, str):
                check(item)
        return value

    return read_one


def _list(value: object, whole: bool) -> object:
    if not isinstance(value, str):
        return list(value) if isinstance(value, Sequence) else value
    if value.lstrip().startswith("["):
        try:
            return [_scalar(item) for item in json.loads(value)]
        except ValueError:
            raise ValueError("this list is no JSON") from None
    parts = _split(value)
    return parts if whole else [_raw(part) for part in parts]


def _scalar(value: object) -> object:
    """Return a number or flag of JSON as the text that stands for it in SQL."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def _split(value: str) -> list[str]:
    """Split at commas outside of quotes and parentheses."""
    parts, start, depth = [], 0, 0
    for token in significant(value):
        if token.text in ("(", "["):
            depth += 1
        elif token.text in (")", "]"):
            depth -= 1
        elif token.text == "," and not depth:
            parts.append(value[start : token.start].strip())
            start = token.end
    parts.append(value[start:].strip())
    if not all(parts):
        raise ValueError("one of the list is empty")
    return parts


def _raw(part: str) -> str:
    quoted = len(part) > 1 and part.startswith('"') and part.endswith('"')
    return part[1:-1].replace('""', '"') if quoted else part


def _options(value: object) -> object:
    if not isinstance(value, str):
        return {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else value
    if value.lstrip().startswith("{"):
        try:
            return {name: _scalar(item) for name, item in json.loads(value).items()}
        except ValueError:
            raise ValueError("this is no JSON object") from None
    pairs = [part.partition("=") for part in _split(value)]
    if not all(sign for _, sign, _ in pairs):
        raise ValueError("write name=value, name=value")
    return {key.strip(): text.strip() for key, _, text in pairs}


def _chosen(value: object, choices: tuple[str, ...]) -> object:
    if isinstance(value, list):
        return [_chosen(item, choices) for item in value]
    wanted = str(value).strip().replace("_", " ").casefold()
    for choice in choices:
        if choice.casefold() == wanted:
            return choice
    raise ValueError(f"{value} is not one of {', '.join(choices)}")


def _check_name(text: str) -> None:
    if "\0" in text:
        raise ValueError("a name holds no null character")
    if len(text.encode()) > LIMIT:
        raise ValueError(f"a name has at most {LIMIT} bytes, PostgreSQL would cut this one")


def _check_type(text: str) -> None:
    _check_target(f"SELECT NULL::\n{text}\n", "a type", "TypeCast")


def _check_expression(text: str) -> None:
    _check_target(f"SELECT (\n{text}\n)", "an expression")


def _check_target(statement: str, what: str, kind: str = "") -> None:
    """Raise ValueError where a text does not stay inside the one expression that it is put into."""
    try:
        node = parse_statement(statement)
    except (ParserMissing, TooDeep):
        return
    except SyntaxProblem as problem:
        raise ValueError(f"this is not {what}: {problem.message}") from None
    targets = node.nodes("targetList")
    inside = node.kind == "SelectStmt" and len(targets) == 1 and set(node.fields.keys()) <= _BARE
    value = targets[0].node("val") if inside else None
    if value is None or targets[0].text("name") or (kind and value.kind != kind):
        raise ValueError(f"this is not {what}")


def _check_query(text: str) -> None:
    try:
        node = parse_statement(text)
    except (ParserMissing, TooDeep):
        return
    except SyntaxProblem as problem:
        raise ValueError(f"this is no query: {problem.message}") from None
    if node.kind != "SelectStmt":
        raise ValueError("this is no query")
