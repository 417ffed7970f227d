"""`pgplumb check --source`: the database beside what the project's SQL builds."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import here
from tests.databases import Database

RULE = "comment-matches-source"


def test_a_comment_that_is_not_the_one_of_the_source_is_found(database: Database, tmp_path: Path) -> None:
    table = "CREATE TABLE public.orders (id int PRIMARY KEY, total numeric);"
    database.execute(f"{table} COMMENT ON COLUMN public.orders.total IS 'net, by hand'")
    (tmp_path / "1.sql").write_text(table)
    (tmp_path / "2.sql").write_text("COMMENT ON COLUMN public.orders.total IS 'gross';")
    files = ("--source", str(tmp_path / "1.sql"), "--source", str(tmp_path / "2.sql"))
    done = here("check", database.conninfo, "--rule", RULE, "--format", "json", *files)
    (rule,) = json.loads(done.stdout)["rules"]
    (finding,) = rule["findings"]
    assert finding["object"] == "column:public.orders.total"
    assert finding["evidence"] == {"here": "net, by hand", "source": "gross"}
    assert "'gross'" in finding["fix"]["sql"]


def test_a_source_that_cannot_be_built_is_a_usage_error(database: Database, tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text("CREATE TABLE public.orders (id no_such_type);")
    done = here("check", database.conninfo, "--rule", RULE, "--source", str(tmp_path / "1.sql"))
    assert done.returncode == 2
    assert "no_such_type" in done.stderr
    assert done.stdout == ""


def test_without_a_source_it_is_unknown_and_the_way_to_it_is_told(database: Database) -> None:
    done = here("check", database.conninfo, "--rule", RULE, "--format", "json")
    (rule,) = json.loads(done.stdout)["rules"]
    assert rule["status"] == "unknown"
    assert "--source" in rule["reason"]
