"""Names, lists and words that intents are made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.checks.finding import Fix
from pgplumb.foundation.names import dotted
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents import intent, intent_names
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.index_ddl import split_list
from pgplumb.migrate.intents.parts.naming import LIMIT, compose, cut, free
from pgplumb.migrate.intents.parts.quoting import function_parts, split_dotted
from pgplumb.migrate.intents.parts.settings import setting_name, setting_value
from tests.changes import change_for
from tests.migrate.intents.empty import CATALOG
from tests.tui.saved import demo_state

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_a_dotted_name_gives_its_parts_back(parts: list[str]) -> None:
    assert split_dotted(dotted(*parts)) == tuple(parts)
    assert function_parts(f"{dotted(*parts)}(int4,text)") == tuple(parts)


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", '"a', 'a"b"', "a(b)"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(Unwritable):
        split_dotted(text)


@given(NAMES, st.lists(NAMES, max_size=5), st.sampled_from(["", "key", "not_null"]))
def test_a_composed_name_is_never_cut_by_the_server(first: str, middle: list[str], last: str) -> None:
    name = compose(first, middle, last)
    assert 0 < len(name.encode()) <= LIMIT
    assert name.endswith(last)


def test_a_long_name_loses_its_longer_part_first() -> None:
    name = compose("idx_" + "t" * 80, ["customer_id"])
    assert name == "idx_" + "t" * 47 + "_customer_id"
    assert len(name) == LIMIT


def test_a_name_is_never_cut_inside_a_character() -> None:
    assert cut("aé", 2) == "a"
    assert free("é" * 31, {"é" * 31}.__contains__) == "é" * 30 + "_1"


def test_a_taken_name_gets_the_smallest_free_number() -> None:
    assert free("a", {"a", "a_1", "a_2"}.__contains__) == "a_3"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("lower(email)", ["lower(email)"]),
        ("lower(a), (b + 1)", ["lower(a)", "(b + 1)"]),
        ("COALESCE(a, ','::text), b", ["COALESCE(a, ','::text)", "b"]),
        ("f('it''s, (', \"a,b\"), (ARRAY[1, 2])[1]", ["f('it''s, (', \"a,b\")", "(ARRAY[1, 2])[1]"]),
    ],
)
def test_expressions_are_split_at_their_own_commas(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


@pytest.mark.parametrize(
    ("setting", "value", "sql"),
    [
        ("statement_timeout", "30s", "'30s'"),
        ("random_page_cost", "1.1", "1.1"),
        ("log_line_prefix", "it's %m", "'it''s %m'"),
        ("search_path", "", "''"),
        ("search_path", '""', "''"),
        ("search_path", '"$user", public', "\"$user\", 'public'"),
        (
            "shared_preload_libraries",
            "pg_stat_statements,auto_explain",
            "'pg_stat_statements', 'auto_explain'",
        ),
    ],
)
def test_a_setting_is_written_as_set_takes_it(setting: str, value: str, sql: str) -> None:
    assert setting_value(setting, value) == sql


@pytest.mark.parametrize("text", ["", "a b", "x; DROP TABLE t", "a.", "1a"])
def test_what_is_no_setting_is_refused(text: str) -> None:
    with pytest.raises(Unwritable):
        setting_name(text)


def test_every_intent_is_found_by_its_name_and_says_what_it_takes() -> None:
    for name in intent_names():
        found = intent(name)
        assert found.name == name
        assert found.title
        assert found.fields
        assert len({field.name for field in found.fields}) == len(found.fields)


def test_an_unknown_intent_has_no_change() -> None:
    assert change_for(Fix("no-such-intent"), CATALOG) is None
    with pytest.raises(KeyError):
        intent("no-such-intent")


@pytest.mark.parametrize("name", intent_names())
def test_a_fix_that_names_nothing_of_the_catalog_has_no_change(name: str) -> None:
    fields = {"table": "public.gone", "index": "public.gone", "object": "table:public.gone", "role": "gone"}
    if name not in ("alter-system-setting", "analyze", "vacuum", "reindex", "create-extension"):
        assert change_for(Fix(name, fields), CATALOG) is None


def test_a_column_that_nobody_named_is_said_to_be_missing_in_words() -> None:
    catalog = demo_state().catalog
    assert catalog is not None
    with pytest.raises(Unwritable, match=r"^no column of .+ is named$"):
        find.column(next(iter(catalog.tables)), "")
