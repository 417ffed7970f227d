"""`pgplumb snapshot`: a catalog in a file, without any row."""

from __future__ import annotations

import gzip
from pathlib import Path

from pgplumb.checks.saved import open_facts
from pgplumb.foundation.profile import Profile
from tests.cli.running import SHOP, here, pgplumb
from tests.databases import Database


def test_what_was_saved_opens_without_the_server(database: Database, tmp_path: Path) -> None:
    database.execute(SHOP + "INSERT INTO notes VALUES ('a very private row'); ANALYZE")
    path = tmp_path / "shop.snapshot"
    done = pgplumb("snapshot", database.uri, str(path))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    facts = open_facts(path, Profile()).facts
    assert facts.catalog.database.name == database.name
    assert {r.name for r in facts.catalog.tables} == {"customers", "orders", "notes"}
    assert b"private row" not in gzip.decompress(path.read_bytes())


def test_the_target_may_be_given_as_options(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "s"
    where = ("-h", str(database.server.socket_directory), "-U", "postgres", "-d", database.name)
    assert here("snapshot", *where, str(path)).returncode == 0
    assert path.exists()


def test_a_file_that_cannot_be_written_is_status_2(database: Database) -> None:
    done = here("snapshot", database.uri, "/nonexistent/folder/file")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
