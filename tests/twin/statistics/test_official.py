"""The rows that we write are those that version 18's own functions write, where these write any."""

from __future__ import annotations

import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.conftest import Clusters, majors
from tests.twin.statistics import everything
from tests.twin.statistics.pair import Pair, pair
from tests.twin.statistics.test_copied import SLOTS

CALLS = """
SELECT format('SELECT pg_restore_attribute_stats(''schemaname'', %L, ''relname'', %L, ''attname'', %L,'
    '''inherited'', %L::bool, ''version'', 180000, ''null_frac'', %L::float4,'
    '''avg_width'', %L::int, ''n_distinct'', %L::float4,'
    '''most_common_vals'', %L::text, ''most_common_freqs'', %L::float4[], ''histogram_bounds'', %L::text,'
    '''correlation'', %L::float4, ''most_common_elems'', %L::text, ''most_common_elem_freqs'', %L::float4[],'
    '''elem_count_histogram'', %L::float4[], ''range_length_histogram'', %L::text, ''range_empty_frac'', %L::float4,'
    '''range_bounds_histogram'', %L::text)',
    schemaname, tablename, attname, inherited, null_frac, avg_width, n_distinct,
    most_common_vals, most_common_freqs, histogram_bounds, correlation, most_common_elems, most_common_elem_freqs,
    elem_count_histogram, range_length_histogram, range_empty_frac, range_bounds_histogram)
  FROM pg_stats WHERE schemaname !~ '^pg_|^information'
"""

LOST_OFFICIALLY = {
    # A domain over ranges; a column of empty ranges alone has no histogram of their lengths.
    ("ranges", "span"),
    ("ranges", "sometimes"),
}


@pytest.mark.skipif(18 not in majors(), reason="version 18 alone has the functions")
def test_our_rows_are_those_of_the_servers_own_functions(clusters: Clusters) -> None:
    server: EmbeddedServer = clusters.get(18)
    with pair(server, server, everything.schema(180000)) as two:
        two.fill(everything.rows(180000))
        two.copy()
        ours = rows(two)

        two.twin.execute("SET client_min_messages = error; SET allow_system_table_mods = on")
        two.twin.execute("DELETE FROM pg_statistic WHERE starelid >= 16384")
        for (call,) in two.source.execute(CALLS):
            two.twin.execute(call)
        restored = rows(two)

        differing = {key for key, row in ours.items() if restored.get(key) != row}
        assert {(relation, column) for relation, column, _ in differing} == LOST_OFFICIALLY
        assert len(ours) > 60


def rows(two: Pair) -> dict[tuple[str, str, bool], tuple[object, ...]]:
    """Return the twin's rows of pg_statistic by relation, column and inherited."""
    names = {
        (relation, number): column
        for relation, number, column in two.twin.execute(
            "SELECT attrelid::regclass::text, attnum, attname FROM pg_attribute WHERE attrelid >= 16384"
        )
    }
    return {(row[0], names[row[0], row[1]], row[2]): row for row in two.twin.execute(SLOTS)}
