"""Object identifiers on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.foundation.names import object_id
from pgplumb.tui.objects import findings_by_relation, object_entries, place_of, relation_of, split_id
from pgplumb.tui.place import History, Place
from tests.tui.fakes import catalog, checklist, relation


@given(parts=st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_an_identifier_comes_apart_as_it_was_put_together(parts: list[str]) -> None:
    assert split_id(object_id("column", *parts)) == ("column", tuple(parts))


def test_a_functions_arguments_are_not_parted() -> None:
    assert split_id("function:public.f(int4,text)") == ("function", ("public", "f(int4,text)"))


@pytest.mark.parametrize(
    ("object_name", "part"),
    [
        ("table:sales.orders", ""),
        ("column:sales.orders.id", "columns"),
        ("fk:sales.orders.orders_customer_id_fkey", "constraints"),
        ("policy:sales.orders.p", "policies"),
        ("trigger:sales.orders.t", "triggers"),
    ],
)
def test_what_belongs_to_a_table_is_shown_in_its_detail(object_name: str, part: str) -> None:
    assert place_of(object_name, catalog()) == Place("tables", "table:sales.orders", part)


def test_what_no_tab_shows_has_no_place() -> None:
    assert place_of("role:app", catalog()) is None
    assert place_of("table:sales.gone", catalog()) is None


def test_findings_are_gathered_under_their_relation() -> None:
    shown = catalog([relation(1, "sales", "orders"), relation(2, "Sales", "or.ders")])
    answers = checklist(shown)
    found = findings_by_relation(answers, shown)
    total = sum(len(r.open_findings) for r in answers.results)
    assert sum(map(len, found.values())) == total > 0
    assert {relation_of(f.object, shown).oid for _, f in found[2]} == {2}  # type: ignore[union-attr]


def test_every_table_can_be_gone_to_by_name() -> None:
    gone: list[Place] = []
    entries = {entry.label: entry for entry in object_entries(catalog(), gone.append)}
    entries["sales.orders"].run()
    assert gone == [Place("tables", "table:sales.orders")]


def test_going_back_goes_through_the_places_that_were_left() -> None:
    history = History()
    orders, customers = Place("tables", "table:sales.orders"), Place("tables", "table:sales.customers")
    history.leave(orders)
    history.leave(customers)
    history.leave(customers)
    assert [history.back(), history.back(), history.back()] == [customers, orders, None]
