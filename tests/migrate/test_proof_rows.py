"""Where there are rows, they are compared: what a text does not tell, and what it tells of rows that only move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.migrate.proof import Proof, prove_text
from pgplumb.migrate.rehearsal.workshop import Workshop

SETUP = """
CREATE TABLE things (id int PRIMARY KEY, name text, twice text GENERATED ALWAYS AS (name || name) STORED);
INSERT INTO things SELECT n, 'n' || n FROM generate_series(1, 30) n;
CREATE TABLE rest (id int PRIMARY KEY, name text);
INSERT INTO rest SELECT n, 'r' || n FROM generate_series(1, 10) n;
CREATE SEQUENCE numbers;
CREATE FUNCTION change() RETURNS void LANGUAGE sql AS $$UPDATE things SET name = 'x' WHERE id = 7$$;
CREATE FUNCTION change_back() RETURNS void LANGUAGE sql AS $$UPDATE things SET name = 'n7' WHERE id = 7$$;
"""
MOVE = """CREATE TABLE part (id int PRIMARY KEY, name text);
    WITH moved AS (DELETE FROM rest WHERE id > 4 RETURNING id, name)
    INSERT INTO part (id, name) SELECT id, name FROM moved;"""
BACK = "INSERT INTO rest (id, name) SELECT id, name FROM part; DROP TABLE part;"


@pytest.fixture(scope="module")
def place() -> Iterator[Workshop]:
    with Workshop.start([("setup", SETUP)]) as made:
        yield made


def proved(place: Workshop, up: str, down: str | None) -> Proof:
    return prove_text(place, up, down)


def test_rows_that_move_and_come_back_are_not_lost(place: Workshop) -> None:
    assert proved(place, MOVE, BACK).verdict == "exact"


def test_rows_that_do_not_all_come_back_are_lost(place: Workshop) -> None:
    some = BACK.replace("FROM part;", "FROM part WHERE id > 5;")
    found = proved(place, MOVE, some)
    assert found.verdict == "shape"
    assert any("public.rest" in loss and "1 are gone" in loss for loss in found.losses), found.losses


def test_a_move_that_leaves_a_column_behind_is_a_loss(place: Workshop) -> None:
    up = MOVE.replace("RETURNING id, name)\n    INSERT INTO part (id, name) SELECT id, name", "RETURNING id) "
                      "INSERT INTO part (id) SELECT id")  # fmt: skip
    found = proved(place, up, BACK)
    assert found.verdict == "shape"
    assert any(loss.startswith("rows of rest, which are deleted") for loss in found.losses)


def test_what_a_function_changed_is_seen_in_the_rows(place: Workshop) -> None:
    changed = proved(place, "SELECT change();", "SELECT 1;")
    assert changed.verdict == "shape"
    assert any("values of public.things" in loss for loss in changed.losses), changed
    # Equal rows here say nothing of those on the target.
    assert proved(place, "SELECT change();", "SELECT change_back();").verdict == "unknown"


@pytest.mark.parametrize("down", [None, "ALTER SEQUENCE numbers NO CYCLE;"])
def test_a_position_that_is_set_anew_is_lost(place: Workshop, down: str | None) -> None:
    up = (
        "ALTER SEQUENCE numbers RESTART WITH 1000;"
        if down is None
        else "ALTER SEQUENCE numbers CYCLE RESTART 1000;"
    )
    found = proved(place, up, down)
    assert found.verdict == ("none" if down is None else "shape")
    assert "the position of numbers, which is set anew" in found.losses


def test_a_table_that_changes_places_with_another_gives_its_rows_back(place: Workshop) -> None:
    up = "ALTER TABLE rest RENAME TO rest_old; CREATE TABLE rest (LIKE rest_old);"
    down = "INSERT INTO rest_old SELECT * FROM rest; DROP TABLE rest; ALTER TABLE rest_old RENAME TO rest;"
    assert proved(place, up, down).verdict == "exact"
    wrong = "INSERT INTO rest_old SELECT * FROM things; DROP TABLE rest; ALTER TABLE rest_old RENAME TO rest;"
    assert proved(place, up, wrong.replace("*", "id + 100, name")).verdict == "shape"
