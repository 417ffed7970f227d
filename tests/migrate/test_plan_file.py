"""Plans as files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgplumb.migrate.plan import Batches, Plan, Step, Strategy
from pgplumb.migrate.plan_file import FORMAT, PlanFileError, dump_plan, load_plan, parse_plan, save_plan
from tests.migrate.formats.plans import PLAN

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
WORDS = TEXT.filter(bool)
BATCHES = st.builds(
    Batches,
    table=WORDS,
    key=st.lists(WORDS, min_size=1, max_size=2).map(tuple),
    assign=st.none() | WORDS,
    where=WORDS,
    source=TEXT,
)
STEPS = st.builds(
    Step,
    phase=st.sampled_from(["expand", "backfill", "validate", "switch", "contract"]),
    up=TEXT,
    down=st.none() | TEXT,
    autocommit=st.booleans(),
    about=TEXT,
    waits_for=TEXT,
    batches=st.none() | BATCHES,
    gate=TEXT,
    lock_timeout=st.sampled_from(["0", "2s", "1.5 min"]),
    statement_timeout=st.sampled_from(["0", "5000"]),
    reversible=st.sampled_from(["exact", "shape", "none"]),
)
WAYS = st.builds(
    Strategy,
    name=st.just("online"),
    title=TEXT,
    steps=st.lists(STEPS, min_size=1, max_size=3).map(tuple),
    online=st.booleans(),
)
VALUES = (
    TEXT | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(TEXT, max_size=3).map(tuple) | st.dictionaries(TEXT, TEXT, max_size=3)
)  # fmt: skip
PLANS = st.builds(
    Plan,
    id=WORDS,
    title=TEXT,
    strategies=st.tuples(WAYS),
    chosen=st.just("online"),
    intent=st.none() | TEXT,
    fields=st.dictionaries(TEXT, VALUES, max_size=4),
)


@settings(deadline=None)
@given(plan=PLANS)
def test_what_is_written_is_read(plan: Plan) -> None:
    text = dump_plan(plan)
    found = parse_plan(text)
    assert found == plan
    assert dump_plan(found) == text


def test_a_file_keeps_a_plan_and_is_replaced_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.plan.json"
    save_plan(PLAN, path)
    path.chmod(0o600)
    save_plan(replace(PLAN, title="other"), path)
    assert load_plan(path) == replace(PLAN, title="other")
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == ["x.plan.json"]
    assert json.loads(path.read_text())["format"] == FORMAT


def test_fields_in_another_order_give_the_same_file() -> None:
    one, other = replace(PLAN, fields={"a": 1, "b": 2}), replace(PLAN, fields={"b": 2, "a": 1})
    assert dump_plan(one) == dump_plan(other)


def changed(*path: str | int, value: object) -> str:
    """The plan's JSON with one value set, or taken away."""
    content = json.loads(dump_plan(PLAN))
    place = content
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(content)


BAD = (
    ("{", "p.json, line 1: not valid JSON"),
    ("[" * 100_000, "p.json: is nested too deeply"),
    ("[]", "p.json: the document must be an object"),
    (changed("format", value="pgplumb.plan.v1"), 'p.json: format is not "pgplumb.plan-file.v1"'),
    (changed("chosen", value="shim"), 'chosen names "shim", which is none of the strategies'),
    (changed("strategies", 0, "steps", 1, "lock_timeout", value="soon"), "steps[1].lock_timeout is no time"),
    (changed("strategies", 0, "steps", 1, "phase", value="now"), "strategies[0].steps[1].phase must be 'expand'"),
    (changed("strategies", 0, "steps", 2, "autocommit", value="yes"), "steps[2].autocommit must be true or false"),
    (changed("strategies", 0, "steps", 0, "up", value=...), "strategies[0].steps[0].up is missing; add it"),
    (changed("strategies", 0, "steps", 0, "up", value="\0"), "strategies[0].steps[0].up holds a null character"),
    (changed("strategies", 0, "steps", 0, "undo", value=""), "steps[0].undo is no key of a plan; remove it"),
    (changed("strategies", 0, "steps", value=[]), "strategies[0].steps is empty"),
    (changed("fields", value={"a": [1]}), "fields.a must be a text, number, flag"),
    (changed("id", value=""), "id is empty"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD, ids=[message for _, message in BAD])
def test_an_error_names_the_file_and_the_key(text: str, message: str) -> None:
    with pytest.raises(PlanFileError) as error:
        parse_plan(text, "p.json")
    assert str(error.value).startswith("p.json")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_plan_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff")
    with pytest.raises(PlanFileError, match="not UTF-8"):
        load_plan(tmp_path / "x")
    with pytest.raises(PlanFileError, match="No such file"):
        load_plan(tmp_path / "y")
    with pytest.raises(PlanFileError, match="cannot be written"):
        save_plan(PLAN, tmp_path / "x" / "y")
    with pytest.raises(PlanFileError, match="half of a character pair"):
        dump_plan(replace(PLAN, title="\ud800"))
    with pytest.raises(PlanFileError, match="number that JSON lacks"):
        dump_plan(replace(PLAN, fields={"a": float("nan")}))


def test_importing_it_does_not_import_pydantic() -> None:
    code = "import sys, pgplumb.migrate.plan_file, pgplumb.migrate.formats.sql; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
