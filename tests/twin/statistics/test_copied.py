"""What a twin's views of statistics show is what the source's show, to the byte."""

from __future__ import annotations

import psycopg
import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.conftest import Clusters, majors
from tests.twin.statistics import everything
from tests.twin.statistics.pair import COLUMNS, EXPRESSIONS, FIGURES, OBJECTS, pair

SLOTS = """
SELECT starelid::regclass::text, staattnum, stainherit, stakind1, stakind2, stakind3, stakind4, stakind5,
       staop1::regoperator::text, staop2::regoperator::text, staop3::regoperator::text, staop4::regoperator::text,
       staop5::regoperator::text, stacoll1, stacoll2, stacoll3, stacoll4, stacoll5,
       stanumbers1, stanumbers2, stanumbers3, stanumbers4, stanumbers5,
       stavalues1::text, stavalues2::text, stavalues3::text, stavalues4::text, stavalues5::text
  FROM pg_statistic WHERE starelid >= 16384 ORDER BY 1, 2, 3
"""


def version(server: EmbeddedServer) -> int:
    with psycopg.connect(server.conninfo()) as connection:
        return connection.info.server_version


def test_a_twin_of_the_same_major_shows_every_statistic_of_its_source(every_server: EmbeddedServer) -> None:
    number = version(every_server)
    with pair(every_server, every_server, everything.schema(number)) as two:
        two.fill(everything.rows(number))

        report = two.copy()

        assert report.failed == {}
        for question in (COLUMNS, OBJECTS, FIGURES, SLOTS, *([EXPRESSIONS] if number >= 140000 else [])):
            assert len(two.source.execute(question)) > 4
            assert two.differences(question) == []


@pytest.mark.parametrize("major", [major for major in majors() if major < 18])
def test_a_twin_of_version_18_shows_every_statistic_of_an_older_source(
    clusters: Clusters, major: int
) -> None:
    source, twin = clusters.get(major), clusters.get(18)
    with pair(source, twin, everything.schema(version(source))) as two:
        two.fill(everything.rows(version(source)))

        report = two.copy()

        assert report.failed == {}
        shown = "schemaname, tablename, attname, inherited, null_frac, avg_width, n_distinct, most_common_vals::text,"
        shown += " most_common_freqs, histogram_bounds::text, correlation, most_common_elems::text"
        where = " FROM pg_stats WHERE schemaname !~ '^pg_|^information' ORDER BY 1, 2, 3, 4"
        assert two.differences(f"SELECT {shown}{where}") == []
        assert two.differences(SLOTS) == []
        assert two.differences(OBJECTS) == []


def test_a_source_of_version_18_can_be_shown_by_an_older_twin(clusters: Clusters) -> None:
    older = min(majors())
    with pair(clusters.get(18), clusters.get(older), everything.schema(older * 10000)) as two:
        two.fill(everything.rows(older * 10000))

        assert two.copy().failed == {}
        assert two.differences(SLOTS) == []


def test_writing_twice_is_as_writing_once(every_server: EmbeddedServer) -> None:
    with pair(every_server, every_server, everything.schema(version(every_server))) as two:
        two.fill(everything.rows(version(every_server)))

        two.copy(scale=10)
        two.copy()

        assert two.differences(COLUMNS) == []
        assert two.differences(OBJECTS) == []
        assert two.differences(FIGURES) == []
