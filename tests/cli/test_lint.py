"""`pgplumb lint`: files, folders and sequences; exit statuses and the documents that machines read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pgplumb.cli.main import main
from tests.cli.running import SHOP, pgplumb
from tests.databases import Database

STATEMENT_KEYS = {"index", "line", "sql", "locks", "rewrites", "scans", "source"}
HAZARD_KEYS = {"id", "severity", "statement", "objects", "message", "safer", "source"}


class Folder:
    """Files to judge, and a setup with rows."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capsys = capsys
        self.setup = self.file("setup.sql", SHOP + "INSERT INTO customers (name) VALUES ('a'), ('a');")

    def file(self, name: str, text: str) -> str:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def lint(self, *arguments: str) -> tuple[int, Any]:
        """The status and the JSON document."""
        status = main(["lint", "--format", "json", *arguments])
        return status, json.loads(self._capsys.readouterr().out)


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    return Folder(tmp_path, capsys)


def ids(file: Any) -> set[str]:
    return {hazard["id"] for hazard in file["hazards"]}


def test_the_document_has_the_agreed_keys(folder: Folder) -> None:
    path = folder.file(
        "a.sql",
        "SET LOCAL lock_timeout = '2s';\n\nALTER TABLE notes ADD COLUMN n uuid DEFAULT gen_random_uuid();",
    )
    status, document = folder.lint("--setup", folder.setup, path)
    assert (status, document["format"]) == (1, "pgplumb.lint.v1")
    (file,) = document["files"]
    assert (file["path"], file["mode"], file["safe"], file["executes"], file["sqlstate"]) == (
        path, "transaction", False, True, None,
    )  # fmt: skip
    statement = file["statements"][1]
    assert set(statement) >= STATEMENT_KEYS
    assert (statement["index"], statement["line"], statement["source"]) == (1, 3, "rehearsed")
    assert statement["locks"] == [{"object": "public.notes", "mode": "AccessExclusiveLock"}]
    assert statement["rewrites"] == ["public.notes"]
    assert ids(file) == {"table-rewrite", "blocks-reads-and-writes"}
    assert all(set(hazard) >= HAZARD_KEYS for hazard in file["hazards"])


def test_equal_input_gives_equal_bytes(folder: Folder) -> None:
    path = folder.file("a.sql", "ALTER TABLE orders DROP COLUMN customer_id; CREATE INDEX ON notes (body)")
    runs = {pgplumb("lint", "--format", "json", "--setup", folder.setup, path).stdout for _ in range(2)}
    assert len(runs) == 1


def test_the_threshold_decides_the_status_and_unknown_alone_never(folder: Folder) -> None:
    warning = folder.file("w.sql", "ALTER TABLE notes ADD COLUMN n int")
    judge = ("--setup", folder.setup, warning)
    assert folder.lint(*judge)[0] == 0
    assert folder.lint(*judge, "--fail-on", "warning")[0] == 1
    error = folder.file("e.sql", "CREATE INDEX ON notes (body)")
    assert folder.lint("--setup", folder.setup, error)[0] == 1
    assert folder.lint("--setup", folder.setup, error, "--fail-on", "never")[0] == 0
    unknown = folder.file("u.sql", "SELECT 1")
    status, document = folder.lint("--no-rehearse", unknown, "--fail-on", "warning")
    assert (status, document["files"][0]["safe"]) == (0, None)


def test_each_file_is_judged_from_the_same_schema_but_in_a_sequence(folder: Folder) -> None:
    files = [
        folder.file("1.sql", "ALTER TABLE notes RENAME COLUMN body TO text;"),
        folder.file("2.sql", "ALTER TABLE notes DROP COLUMN text;"),
    ]
    _, apart = folder.lint("--setup", folder.setup, *files)
    assert [(f["executes"], f["sqlstate"]) for f in apart["files"]] == [(True, None), (False, "42703")]
    _, together = folder.lint("--setup", folder.setup, "--sequence", *files)
    assert [f["executes"] for f in together["files"]] == [True, True]
    assert "data-loss" in ids(together["files"][1])


def test_a_table_of_an_earlier_file_is_in_use_for_a_later_one(folder: Folder) -> None:
    files = [
        folder.file("1.sql", "CREATE TABLE made (id bigint PRIMARY KEY, n bigint)"),
        folder.file("2.sql", "CREATE INDEX ON made (n)"),
    ]
    _, document = folder.lint("--setup", folder.setup, "--sequence", *files)
    first, second = document["files"]
    assert (first["safe"], first["statements"][0]["locks"]) == (True, [])
    assert "blocks-writes" in ids(second)
    assert second["statements"][0]["locks"] == [{"object": "public.made", "mode": "ShareLock"}]


def test_statement_by_statement_a_concurrent_build_runs(folder: Folder) -> None:
    path = folder.file("a.sql", "CREATE INDEX CONCURRENTLY i ON notes (body)")
    _, document = folder.lint("--setup", folder.setup, path)
    assert document["files"][0]["sqlstate"] == "25001"
    assert "concurrently-in-transaction" in ids(document["files"][0])
    status, document = folder.lint("--setup", folder.setup, "--mode", "autocommit", path)
    (file,) = document["files"]
    assert (status, file["safe"], file["executes"], file["mode"]) == (0, True, True, "autocommit")


def test_a_live_database_is_read_and_left_alone(folder: Folder, database: Database) -> None:
    database.execute(SHOP + "INSERT INTO notes SELECT 'x' FROM generate_series(1, 500); ANALYZE notes")
    path = folder.file("a.sql", "DROP TABLE customers CASCADE; ALTER TABLE notes ADD COLUMN n int NOT NULL")
    status, document = folder.lint("--target", database.uri, path)
    (file,) = document["files"]
    assert status == 1
    assert {"data-loss", "cascade-drops-others", "fails-on-existing-rows"} <= ids(file)
    locked = [lock["object"] for lock in file["statements"][0]["locks"]]
    assert {"public.customers", "public.orders"} <= set(locked)
    assert file["statements"][0]["source"] == "rehearsed"
    with database.session().unit() as unit:
        left = unit.query("SELECT to_regclass('public.customers')::text, count(*)::int FROM public.notes")
    assert left == [("public.customers", 500)]


def test_rows_of_a_live_database_decide_what_fails(folder: Folder, database: Database) -> None:
    database.execute(
        "CREATE TABLE t (id int, full_ int, empty_ int); INSERT INTO t VALUES (1, 1, NULL); ANALYZE t"
    )
    good = folder.file("good.sql", "SET lock_timeout = '1s'; ALTER TABLE t ALTER COLUMN full_ SET NOT NULL")
    bad = folder.file("bad.sql", "SET lock_timeout = '1s'; ALTER TABLE t ALTER COLUMN empty_ SET NOT NULL")
    _, document = folder.lint("--target", database.uri, good, bad)
    fine, failing = document["files"]
    possible = {"fails-on-existing-rows", "fails-on-existing-rows-possible"}
    assert fine["executes"] is True
    assert not possible & ids(fine)
    assert (failing["executes"], failing["sqlstate"]) == (False, "23502")
    assert "fails-on-existing-rows" in ids(failing)
    (probe,) = [p for p in failing["probes"] if p["id"] == "nulls"]
    assert probe["status"] == "fail"
    assert probe["sql"].startswith("SELECT 1 FROM")
    _, document = folder.lint("--target", database.uri, "--no-probes", bad)
    (file,) = document["files"]
    assert file["probes"] == []
    assert "fails-on-existing-rows-possible" in ids(file)


def test_a_script_of_psql_is_what_psql_sends(folder: Folder) -> None:
    named = folder.file("named.sql", "\\set t notes\nALTER TABLE :t ADD COLUMN n int;\n")
    other = folder.file("other.sql", "\\i other_file.sql\n")
    _, document = folder.lint("--setup", folder.setup, named, other)
    first, second = document["files"]
    assert first["executes"] is True
    assert [lock["object"] for lock in first["statements"][0]["locks"]] == ["public.notes"]
    assert second["safe"] is None
    assert second["unknown"] == ["what other_file.sql holds, which \\i runs"]


def test_without_rehearsing_the_catalog_decides(folder: Folder, database: Database) -> None:
    database.execute(SHOP)
    path = folder.file("a.sql", "ALTER TABLE nowhere ADD COLUMN n int")
    _, document = folder.lint("--target", database.uri, "--no-rehearse", path)
    (file,) = document["files"]
    assert ids(file) >= {"syntax-or-semantic-error"}
    assert file["statements"][0]["source"] == "catalog"


def test_a_folder_of_a_tool_is_read_as_that_tool_does(folder: Folder) -> None:
    up = "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON notes (body);\n"
    folder.file("goose/00001_i.sql", up + "-- +goose Down\nDROP TABLE notes;\n")
    _, document = folder.lint("--setup", folder.setup, str(folder.path / "goose"))
    (file,) = document["files"]
    assert (file["mode"], file["executes"], [s["line"] for s in file["statements"]]) == (
        "autocommit",
        True,
        [3],
    )
    _, alone = folder.lint("--setup", folder.setup, str(folder.path / "goose" / "00001_i.sql"))
    assert [s["sql"] for s in alone["files"][0]["statements"]] == [
        "CREATE INDEX CONCURRENTLY i ON notes (body)"
    ]


def test_an_ignored_hazard_is_listed_apart_with_its_reason(folder: Folder) -> None:
    text = "CREATE TABLE t (id bigint PRIMARY KEY);\n-- pgplumb: ignore missing-lock-timeout at night\n"
    path = folder.file("a.sql", text + "ALTER TABLE notes ADD COLUMN n int;")
    status, document = folder.lint("--setup", folder.setup, "--fail-on", "warning", path)
    (file,) = document["files"]
    assert (status, file["safe"], ids(file)) == (0, True, {"brief-access-exclusive"})
    assert [(i["id"], i["reason"]) for i in file["ignored"]] == [("missing-lock-timeout", "at night")]


def test_sarif_points_at_the_line_and_carries_suppressions(folder: Folder) -> None:
    text = "\n-- pgplumb: ignore missing-lock-timeout at night\nALTER TABLE notes ADD COLUMN n serial;"
    path = folder.file("a.sql", text)
    done = pgplumb("lint", "--format", "sarif", "--setup", folder.setup, path)
    document = json.loads(done.stdout)
    assert (done.returncode, document["version"]) == (1, "2.1.0")
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results = {result["ruleId"]: result for result in run["results"]}
    assert all(rules[result["ruleIndex"]] == name for name, result in results.items())
    rewrite = results["table-rewrite"]
    assert rewrite["level"] == "error"
    assert rewrite["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert results["missing-lock-timeout"]["suppressions"] == [
        {"kind": "inSource", "justification": "at night"}
    ]


def test_people_see_locks_hazards_and_a_safer_way(folder: Folder) -> None:
    path = folder.file("a.sql", "CREATE INDEX notes_body ON notes (body);")
    out = pgplumb("lint", "--setup", folder.setup, path).stdout
    assert "not safe" in out
    assert "[SHARE public.notes] [reads all of public.notes]" in out
    assert "CREATE INDEX CONCURRENTLY notes_body ON notes (body)" in out


def test_names_from_files_cannot_reach_the_terminal_as_they_are(folder: Folder) -> None:
    path = folder.file("a.sql", "ALTER TABLE \"no\x1b[31mte\" ADD COLUMN n int; SELECT '\x1b]0;x\x07'")
    out = pgplumb("lint", path).stdout
    assert "\x1b" not in out
    assert "\x07" not in out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["missing.sql"], "cannot be read"),
        (["--setup", "missing.sql", "a.sql"], "cannot be read"),
        (["--setup", "bad.sql", "a.sql"], "bad.sql, line 2"),
        (["--setup", "a.sql", "--target", "shop", "a.sql"], "Give one of them"),
        (["empty"], "no migrations"),
        ([], "FILE"),
    ],
)
def test_what_cannot_be_done_is_one_line(folder: Folder, arguments: list[str], why: str) -> None:
    folder.file("a.sql", "SELECT 1")
    folder.file("bad.sql", "SELECT 1;\nSELECT nothing_there")
    (folder.path / "empty").mkdir()
    there = [a if a.startswith("--") or a == "shop" else str(folder.path / a) for a in arguments]
    done = pgplumb("lint", *there)
    assert done.returncode == 2
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
