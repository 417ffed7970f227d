"""A saved catalog says what the live one said, and a damaged file says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgplumb.catalog.snapshot import SnapshotError
from pgplumb.catalog.unread import Unread
from pgplumb.checks.engine import Engine
from pgplumb.checks.gather import gather
from pgplumb.checks.saved import open_facts, save_facts
from pgplumb.foundation.profile import Profile
from tests.catalog.deep import differences
from tests.catalog.test_reread import SCHEMA
from tests.databases import Database


def test_a_saved_catalog_opens_as_it_was(database: Database, tmp_path: Path) -> None:
    database.execute(SCHEMA + 'CREATE TABLE "we""ird\n[b]x[/b]" (id int, "\u202eé" text)')
    with database.session() as session:
        facts = gather(session, Profile())
    path = tmp_path / "shop.snapshot"
    save_facts(path, facts, Unread("not asked"))
    saved = open_facts(path, Profile())
    assert differences(saved.facts.catalog, facts.catalog) == []
    assert saved.facts.statistics == facts.statistics
    assert saved.facts.capabilities == facts.capabilities
    live = {r.rule.id: (r.status, r.findings) for r in Engine().run(facts).results}
    offline = {r.rule.id: (r.status, r.findings) for r in Engine().run(saved.facts).results}
    assert {k for k in live if live[k] != offline[k]} <= {
        r.rule.id for r in Engine().run(facts).results if "activity" in str(r.rule.reads)
    }


def test_equal_catalogs_are_saved_as_equal_bytes(database: Database, tmp_path: Path) -> None:
    database.execute(SCHEMA)
    with database.session() as session:
        facts = gather(session, Profile())
    for name in ("a", "b"):
        save_facts(tmp_path / name, facts, Unread("not asked"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"not gzip", b"\x1f\x8b\x08\x00", __import__("gzip").compress(b"{}", mtime=0)]
)
def test_a_file_of_another_kind_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad"
    path.write_bytes(content)
    with pytest.raises(SnapshotError) as caught:
        open_facts(path, Profile())
    assert "\n" not in str(caught.value)
    assert "pgplumb snapshot" in str(caught.value)


def test_a_failed_save_leaves_the_old_file(database: Database, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError), database.session() as session:
        save_facts(tmp_path / "missing" / "x", gather(session, Profile()), Unread("not asked"))
