"""Forms read what is typed, and say which field is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.change import GROUPS, Field, Unwritable
from pgplumb.migrate.intents import form, intent, intent_names, read_form
from pgplumb.migrate.intents.parts.choices import choices
from tests.databases import Database
from tests.migrate.intents.cases import CASES, Case
from tests.migrate.intents.ground import filled


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_form_takes_what_an_intent_takes_and_changes_nothing(case: Case) -> None:
    fields = {name: filled(value, "s") for name, value in case.fields.items()}
    wanted = {f.name: fields[f.name] for f in intent(case.intent).fields if fields.get(f.name) is not None}
    found = read_form(intent(case.intent), fields)
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert (
            found[name] in (value, [value], str(value))
            or str(found[name]).upper() == str(value).upper()
            or (
                [str(v).upper() for v in value] == list(found[name])  # type: ignore[union-attr, arg-type]
            )
        )


def test_typed_text_becomes_lists_flags_and_options() -> None:
    typed = {"table": " public.orders ", "columns": 'id, "a,b",c', "unique": "yes", "where": ""}
    assert read_form(intent("create-index"), typed) == {
        "table": "public.orders",
        "columns": ["id", "a,b", "c"],
        "unique": True,
    }
    typed = {"table": "public.orders", "options": "fillfactor=90, autovacuum_enabled = off"}
    assert read_form(intent("set-storage"), typed)["options"] == {
        "fillfactor": "90",
        "autovacuum_enabled": "off",
    }
    typed = {"table": "public.t", "expressions": "lower(a), coalesce(a, ',')"}
    assert read_form(intent("create-index"), typed)["expressions"] == ["lower(a)", "coalesce(a, ',')"]
    typed = {"table": "t.c", "columns": "a", "references": "t.p", "on_delete": "set_null"}
    assert read_form(intent("add-foreign-key"), typed)["on_delete"] == "SET NULL"


@pytest.mark.parametrize(
    ("name", "typed", "wrong"),
    [
        ("add-check", {"table": "public.t"}, "expression: the field is missing"),
        ("add-check", {"table": "public.t", "expression": "a >"}, "expression: this is not an expression"),
        ("add-check", {"table": "public.t", "expression": "1); DROP TABLE t; --"}, "expression: "),
        ("add-check", {"table": "public.t", "expression": "1) FROM t WHERE (true"}, "expression: "),
        (
            "add-check",
            {"table": "public.t", "expression": "a > 1", "name": "é" * 32},
            "name: a name has at most 63",
        ),
        (
            "add-check",
            {"table": "public.t", "expression": "a > 1", "nmae": "x"},
            "nmae: there is no such field",
        ),
        ("add-check", {"table": "", "expression": "a > 1"}, "table: the field is empty"),
        ("add-column", {"table": "t", "column": "c", "type": "int NOT NULL"}, "type: this is not a type"),
        ("add-column", {"table": "t", "column": "c", "type": "int, ADD d int"}, "type: this is not a type"),
        ("add-column", {"table": "t", "column": "c", "type": "int", "not_null": "perhaps"}, "not_null: "),
        (
            "add-foreign-key",
            {"table": "t", "columns": "a", "references": "p", "on_delete": "drop"},
            "on_delete: drop",
        ),
        ("alter-sequence", {"sequence": "s", "maximum": "many"}, "maximum: this is no whole number"),
        ("create-enum", {"name": "e", "values": "[]"}, "values: the list is empty"),
        ("create-enum", {"name": "e", "values": "[[1]]"}, "values.0: this is no text"),
        ("create-index", {"table": "t", "columns": "a,,b"}, "columns: one of the list is empty"),
        ("set-storage", {"table": "t", "options": "fillfactor"}, "options: write name=value"),
    ],
)
def test_wrong_input_names_its_field(name: str, typed: dict[str, object], wrong: str) -> None:
    with pytest.raises(Unwritable) as caught:
        read_form(intent(name), typed)
    assert str(caught.value).startswith(wrong)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", intent_names())
def test_every_intent_has_a_form_with_its_fields(name: str) -> None:
    found = intent(name)
    properties = form(found).model_json_schema(by_alias=True)["properties"]
    assert list(properties) == [field.name for field in found.fields]
    assert all(properties[field.name]["description"] == field.about for field in found.fields)


def test_choices_come_from_the_catalog(database: Database) -> None:
    database.execute(
        'CREATE TABLE t (id int PRIMARY KEY, "B" text); CREATE VIEW v AS SELECT 1; CREATE ROLE chosen'
    )
    database.execute("CREATE TYPE mood AS ENUM ('a')")
    catalog = read_whole(database.session())[0]

    def listed(kind: str, **values: str) -> tuple[str, ...]:
        return choices(Field("x", "", kind=kind), catalog, values)  # type: ignore[arg-type]

    assert listed("table") == ("public.t",)
    assert listed("relation") == ("public.t", "public.v")
    assert listed("columns", table="public.t") == ("id", "B")
    assert listed("columns", table="public.gone") == ()
    assert listed("constraint", table="public.t") == ("t_pkey",)
    assert listed("index") == ("public.t_pkey",)
    assert "chosen" in listed("role")
    assert listed("roles")[0] == "PUBLIC"
    assert listed("type")[-1] == "public.mood"
    assert listed("name") == ()
    database.execute("DROP ROLE chosen")


def test_pydantic_is_not_loaded_before_a_form_is_asked_for() -> None:
    program = (
        "import sys; from pgplumb.migrate.intents import intent, intent_names\n"
        "for name in intent_names(): intent(name)\nassert 'pydantic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", intent_names())
def test_every_intent_says_what_it_is_about_in_one_line(name: str) -> None:
    found = intent(name)
    assert found.group in GROUPS
    assert found.about.endswith(".")
    assert not {"\n", "\t"} & set(found.about)
    assert len(found.about) <= 100
    assert found.about.rstrip(".") != found.title
