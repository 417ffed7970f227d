from __future__ import annotations

import pytest

from pgplumb.twin.statistics.text import Values, text
from tests.databases import Database

READING = ["relation", "column", "range", "range_hidden", "index_column", "object", "object_data", "unit"]
READING_SINCE_14 = ["expression", "expression_place"]


@pytest.mark.parametrize("values", ["all", "built-in", "none"])
@pytest.mark.parametrize("only", [False, True])
def test_texts_for_older_versions_are_understood_by_newer_servers(
    every_database: Database, values: Values, only: bool
) -> None:
    """What a version lacks is left out of its text; what it has, later versions have too."""
    session = every_database.session()
    version = session.server_version
    for of_version in (v for v in (130000, 140000, 150000, 160000, 170000, 180000) if v <= version):
        for name in [*READING, *(READING_SINCE_14 if of_version >= 140000 else [])]:
            with session.unit() as unit:
                sql = text(name, of_version, values=values, only=only)
                unit.query(sql, [["t"]] if "%s" in sql else None)


@pytest.mark.parametrize("version", [130000, 170000])
def test_no_mark_is_left_in_a_text(version: int) -> None:
    for name in [
        *READING,
        *READING_SINCE_14,
        "row",
        "place",
        "type",
        "stage",
        "relations_write",
        "object_place",
    ]:
        assert "{" not in text(name, version).replace("'{'", "")
