"""What a partitioned table holds is what its partitions hold, whatever pg_class says of itself."""

from __future__ import annotations

import pytest

from pgplumb.catalog.held import held_index_pages, held_pages, held_rows
from pgplumb.catalog.reader import read_whole
from pgplumb.checks.engine import Engine
from pgplumb.checks.gather import gather
from pgplumb.foundation.profile import Profile
from pgplumb.migrate.hazards.analysis import hazards_of
from tests.databases import Database

PARTED = """CREATE TABLE parted (id int NOT NULL, kind int, words tsvector) PARTITION BY LIST (kind);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2) PARTITION BY RANGE (id);
CREATE TABLE parted_2a PARTITION OF parted_2 FOR VALUES FROM (0) TO (100000);
CREATE INDEX parted_id ON parted (id); CREATE INDEX parted_again ON parted (id);
CREATE INDEX parted_more ON parted (id, kind);
INSERT INTO parted SELECT i, 1 + i % 2 FROM generate_series(1, 20000) i"""


@pytest.fixture
def parted(every_database: Database) -> Database:
    """Two levels of partitions; the root is analysed, so that its relpages are -1."""
    every_database.execute(PARTED)
    every_database.execute("ANALYZE")
    return every_database


def test_pages_and_rows_of_partitions_are_summed_and_those_of_the_root_left_out(parted: Database) -> None:
    catalog, _ = read_whole(parted.session())
    table, leaf, deep = (catalog.by_name["public", n] for n in ("parted", "parted_1", "parted_2a"))
    assert held_pages(table, catalog) == leaf.pages + deep.pages > 50
    assert held_rows(table, catalog) == 20000
    index = next(i for i in table.indexes if i.name == "parted_id")
    assert held_index_pages(index, table, catalog) > 50


def test_a_tree_with_a_part_that_was_never_analysed_has_no_number_of_rows(every_database: Database) -> None:
    every_database.execute(PARTED)
    every_database.execute("ANALYZE parted_1")
    catalog, _ = read_whole(every_database.session())
    assert held_rows(catalog.by_name["public", "parted"], catalog) is None


def test_no_finding_has_less_than_nothing_as_its_evidence(parted: Database) -> None:
    checklist = Engine().run(gather(parted.session(), Profile()))
    findings = [(r.rule.id, f) for r in checklist.results for f in r.findings]
    about = {rule for rule, finding in findings if "parted" in finding.object}
    assert {"table-has-primary-key", "no-duplicate-index", "gin-on-tsvector"} <= about
    for rule, finding in findings:
        counted = {k: v for k, v in finding.evidence.items() if k == "rows" or k.endswith("pages")}
        assert all(isinstance(v, (int, float)) and v >= 0 for v in counted.values()), (rule, counted)
        assert "pages" not in counted or counted["pages"], (rule, counted)
        assert "(0 pages" not in finding.message


def test_hazards_say_how_large_a_partitioned_table_is(parted: Database) -> None:
    catalog, _ = read_whole(parted.session())
    words = " ".join(h.message for h in hazards_of("CREATE INDEX ON parted (kind)", catalog))
    assert "public.parted (20,000 rows, 720 kB)" in words
    found = {h.id for h in hazards_of("UPDATE parted SET id = id + 1", catalog)}
    assert "unbatched-dml" in found
    found = {h.id for h in hazards_of("ALTER TABLE parted ADD COLUMN n int NOT NULL", catalog)}
    assert "fails-on-existing-rows" in found
