"""`pgplumb diff`: files and servers compared, for people and for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pgplumb.cli.diff import is_file
from tests.cli.running import SHOP, here, pgplumb
from tests.databases import Database


def saved(database: Database, path: Path) -> str:
    done = here("snapshot", database.uri, str(path))
    assert done.returncode == 0, done.stderr
    return str(path)


def test_a_snapshot_and_its_own_server_do_not_differ(database: Database, tmp_path: Path) -> None:
    database.execute(SHOP)
    file = saved(database, tmp_path / "shop.snapshot")
    for pair in ((file, database.uri), (database.uri, file), (file, file), (database.uri, database.uri)):
        done = here("diff", *pair, "--exit-code", "--format", "json")
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert document["differences"] == []
        assert document["unknown"] == []


def test_what_changed_since_a_snapshot_is_told(database: Database, tmp_path: Path) -> None:
    database.execute(SHOP)
    file = saved(database, tmp_path / "shop.snapshot")
    database.execute(
        "ALTER TABLE notes ADD total numeric(10,2) NOT NULL DEFAULT 0; DROP TABLE orders;"
        "COMMENT ON TABLE customers IS 'who buys'; GRANT SELECT ON customers TO PUBLIC"
    )
    done = here("diff", file, database.uri, "--format", "json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["format"] == "pgplumb.diff.v1"
    found = {(d["object"], d["change"], d["what"]) for d in document["differences"]}
    assert {
        ("column:public.notes.total", "added", None),
        ("table:public.orders", "removed", None),
        ("fk:public.orders.orders_customer_id_fkey", "removed", None),
        ("table:public.customers", "changed", "comment"),
        ("table:public.customers", "changed", "privileges"),
    } <= found
    text = here("diff", file, database.uri).stdout
    assert "- table:public.orders  table, 2 columns" in text
    assert "    + column:public.notes.total  numeric(10,2), not null, default 0" in text
    assert "    comment: none → who buys" in text
    assert "      + PUBLIC: SELECT" in text
    assert "Not compared: bodies of functions" in text


def test_differences_are_no_failure_unless_asked_for(database: Database, tmp_path: Path) -> None:
    file = saved(database, tmp_path / "empty.snapshot")
    database.execute(SHOP)
    assert here("diff", file, database.uri).returncode == 0
    assert here("diff", file, database.uri, "--exit-code").returncode == 1


def test_the_same_input_gives_the_same_bytes(database: Database, tmp_path: Path) -> None:
    file = saved(database, tmp_path / "empty.snapshot")
    database.execute(SHOP)
    other = saved(database, tmp_path / "shop.snapshot")
    first, second = (pgplumb("diff", file, other, "--format", "json").stdout for _ in range(2))
    assert first == second


def test_text_of_the_database_reaches_no_terminal_as_it_is(database: Database, tmp_path: Path) -> None:
    database.execute(SHOP)
    file = saved(database, tmp_path / "shop.snapshot")
    database.execute("COMMENT ON TABLE notes IS E'a\\x1b[31mb\\nc'")
    text = here("diff", file, database.uri).stdout
    assert "\x1b" not in text
    assert "a␛[31mb␤c" in text


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = here("diff", str(tmp_path / "none.snapshot"), str(tmp_path / "none.snapshot"))
    assert done.returncode == 2
    assert "cannot read" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_that_is_not_there_is_status_3(tmp_path: Path) -> None:
    done = here("diff", f"host={tmp_path} dbname=a", f"host={tmp_path} dbname=b")
    assert done.returncode == 3


def test_one_argument_is_too_few() -> None:
    assert pgplumb("diff", "a").returncode == 2


@pytest.mark.parametrize(
    ("word", "file"),
    [
        ("shop", False),
        ("host=/tmp dbname=a", False),
        ("postgresql://u@h/d", False),
        ("@saved", False),
        ("./shop", True),
        ("shop.snapshot", True),
    ],
)
def test_a_word_is_a_file_or_a_target(
    word: str, file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_file(word) is file
