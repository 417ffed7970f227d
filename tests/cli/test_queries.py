"""`pgplumb queries` on real servers: the document, the text, intervals, and what stands in the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgplumb.cli.main import main
from tests.cli.running import here, pgplumb
from tests.databases import Database
from tests.workload.conftest import plain_role

__all__ = ["plain_role"]

KEYS = {
    *("queryid", "fingerprint", "role", "query", "calls", "total_ms", "mean_ms", "stddev_ms", "p95"),
    *("rows", "rows_per_call", "blocks", "share", "findings"),
}


@pytest.fixture
def counted(every_database: Database) -> Database:
    """A database whose statements are counted from now on, in a schema that no search_path has."""
    every_database.execute("CREATE SCHEMA ext; CREATE EXTENSION pg_stat_statements SCHEMA ext")
    every_database.execute("CREATE TABLE t (a int, b int)")
    every_database.execute("SELECT ext.pg_stat_statements_reset()")
    return every_database


@pytest.fixture
def document(counted: Database, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return a function that runs the command and gives its document."""

    def run(*arguments: str) -> Any:
        assert main(["queries", counted.uri, "--format", "json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def one(document: Any, text: str) -> Any:
    (found,) = [q for q in document["queries"] if q["query"] and text in q["query"]]
    return found


def test_the_document_has_every_key_and_its_sums_add_up(
    counted: Database, document: Callable[..., Any]
) -> None:
    for _ in range(3):
        counted.execute("SELECT a FROM t WHERE b = 1")
    found = document()
    assert found["format"] == "pgplumb.queries.v1"
    assert {"server_version", "read_at", "stats_reset", "evictions"} <= found.keys()
    assert found["seconds"] is None
    assert set(found["hidden"]) == {"entries", "calls", "ms"}
    query = one(found, "FROM t WHERE b")
    assert query.keys() >= KEYS
    assert (query["calls"], query["rows"], query["role"]) == (3, 0, "postgres")
    assert isinstance(query["queryid"], str)
    assert query["p95"]["kind"] == "bound"
    assert query["min_ms"] <= query["mean_ms"] <= query["p95"]["ms"] <= query["max_ms"]
    listed = sum(q["total_ms"] for q in found["queries"])
    assert listed + sum(found[part]["ms"] for part in ("hidden", "own", "more")) == pytest.approx(
        found["total"]["ms"]
    )
    totals = [q["total_ms"] for q in found["queries"]]
    assert totals == sorted(totals, reverse=True)


def test_lengths_of_a_list_are_one_query_on_every_server(
    counted: Database, document: Callable[..., Any]
) -> None:
    for n in (1, 3, 3, 5):
        counted.execute(f"SELECT a FROM t WHERE b IN ({', '.join(map(str, range(n)))})")
    found = one(document(), "b IN (")
    assert found["calls"] == 4
    assert found["list_lengths"] == len(found["queryids"]) >= 2
    assert found["queryid"] == found["queryids"][0]


def test_a_fingerprint_is_that_of_every_database_and_major(
    counted: Database, document: Callable[..., Any]
) -> None:
    counted.execute("SELECT a FROM t WHERE b IN (1, 2) LIMIT 5")
    assert one(document(), "LIMIT")["fingerprint"] == "f3ae5bb6f6ea3596"


def test_an_interval_holds_what_ran_in_it_alone(
    counted: Database, document: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(seconds: float) -> None:
        assert seconds == 30
        for _ in range(2):
            counted.execute("SELECT a FROM t WHERE b = 1")

    for _ in range(5):
        counted.execute("SELECT a FROM t WHERE b = 1")
        counted.execute("SELECT a, b FROM t")
    monkeypatch.setattr("pgplumb.cli.queries.sleep", work)
    found = document("--seconds", "30")
    query = one(found, "FROM t WHERE b")
    assert query["calls"] == 2
    assert query["max_ms"] is None
    assert query["p95"]["kind"] == "bound"
    assert not any("SELECT a, b" in (q["query"] or "") for q in found["queries"])
    assert 0 < found["seconds"] < 30


def test_the_limit_keeps_the_dearest_and_counts_the_rest(
    counted: Database, document: Callable[..., Any]
) -> None:
    counted.execute("SELECT pg_sleep(0.01)")
    counted.execute("SELECT a FROM t")
    everything, first = document("--limit", "1000"), document("--limit", "1")
    assert [q["query"] for q in first["queries"]] == ["SELECT pg_sleep($1)"]
    assert everything["more"]["entries"] == 0
    assert first["more"]["entries"] > 0


def test_our_own_statements_are_left_out_and_counted(document: Callable[..., Any]) -> None:
    document()
    found = document()
    assert found["own"]["calls"] > 0
    assert not any("pgplumb" in (q["query"] or "") for q in found["queries"])


def test_statements_of_other_roles_are_one_figure(
    plain_role: str, counted: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    counted.execute(f"GRANT USAGE ON SCHEMA ext TO {plain_role}")
    counted.execute("SELECT a FROM t WHERE b = 1")
    assert main(["queries", counted.server.conninfo(counted.name, plain_role), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hidden"]["calls"] > 0
    assert not any("FROM t" in (q["query"] or "") for q in found["queries"])
    assert main(["queries", counted.server.conninfo(counted.name, plain_role)]) == 0
    assert f"are hidden from {plain_role}" in capsys.readouterr().out


def test_a_privilege_that_lacks_is_status_4_with_its_grant(
    plain_role: str, counted: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["queries", counted.server.conninfo(counted.name, plain_role)]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert f"GRANT USAGE ON SCHEMA ext TO {plain_role}" in said.err


def test_a_missing_extension_is_status_2_with_what_creates_it(database: Database) -> None:
    done = pgplumb("queries", database.uri)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "CREATE EXTENSION pg_stat_statements" in done.stderr


def test_no_server_is_status_3(tmp_path: object) -> None:
    done = here("queries", f"host={tmp_path} dbname=nowhere")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [("--limit", "0"), ("--limit", "many"), ("--seconds", "0"), ("--seconds", "nan"), ("--format", "xml")],
)
def test_an_argument_that_cannot_be_used_is_status_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["queries", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_the_text_shows_figures_and_statement_within_the_width(
    counted: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in (2, 3):
        counted.execute(f"SELECT a FROM t WHERE b IN ({', '.join(map(str, range(n)))}) OR a > 10000 * {n}")
    counted.execute("SELECT " + ", ".join(f"a + {n} AS column_number_{n}" for n in range(90)) + " FROM t")
    assert main(["queries", counted.uri]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert max(map(len, lines)) <= 120
    assert "since the reset" in lines[1]
    text = next(n for n, line in enumerate(lines) if "SELECT a FROM t WHERE b IN" in line)
    assert "postgres" in lines[text - 1]
    assert "queryid" in lines[text + 1]
    long = next(n for n, line in enumerate(lines) if "column_number_0" in line)
    assert lines[long + 4].strip() == "…"


def test_a_text_with_escapes_does_nothing_to_a_terminal(
    counted: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(counted.conninfo, autocommit=True) as connection:
        connection.execute('SELECT a AS "\x1b[31mred\x1b]0;title\x07" FROM t')
    assert main(["queries", counted.uri]) == 0
    out = capsys.readouterr().out
    assert "red" in out
    assert "\x1b" not in out
    assert "\x07" not in out
