"""A plan as a file: one JSON document that people can read, change and keep in version control.

`{"format": "pgplumb.plan-file.v1", "id", "title", "chosen", "intent", "fields", "strategies": [{"name", "title",
"online", "steps": [{"phase", "about", "up", "down", "autocommit", ...}]}]}`, the names those of `migrate.plan`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from pgplumb.foundation.files import replace_file
from pgplumb.migrate.plan import Plan

FORMAT = "pgplumb.plan-file.v1"
ENDING = ".plan.json"


class PlanFileError(Exception):
    """A file that holds no plan, or one that cannot be read or written: one line that names file and key."""


def dump_plan(plan: Plan) -> str:
    """Return a plan as JSON, equal plans as equal text. Raises PlanFileError for what JSON cannot hold."""
    content: dict[str, object] = {"format": FORMAT}
    content |= {field.name: getattr(plan, field.name) for field in fields(plan)}
    content["fields"] = {name: _plain(value) for name, value in sorted(plan.fields.items())}
    content["strategies"] = [asdict(strategy) for strategy in plan.strategies]
    try:
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise PlanFileError(
            "the plan holds half of a character pair, which UTF-8 cannot: delete it"
        ) from None
    except ValueError:
        raise PlanFileError("fields of the plan hold a number that JSON lacks: give a finite one") from None
    return text


def parse_plan(text: str, name: str = "the plan") -> Plan:
    """Return the plan that a text holds; `name` says in errors where it is from. Raises PlanFileError."""
    from pgplumb.migrate.plan_schema import read

    return read(text, name)


def load_plan(path: Path) -> Plan:
    """Read a plan from its file. Raises PlanFileError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlanFileError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise PlanFileError(f"{path}: {error.strerror or error}; give a file that can be read") from None
    return parse_plan(text, str(path))


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan to a file, replaced in one step. Raises PlanFileError."""
    content = dump_plan(plan).encode("utf-8")
    path = path.resolve()
    try:
        replace_file(path, content, make_folders=True)
    except OSError as error:
        raise PlanFileError(
            f"{path}: cannot be written: {error.strerror or error}; choose another place"
        ) from None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return value
