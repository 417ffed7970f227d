"""The safe session on real servers."""

from __future__ import annotations

import pytest

from pgplumb.server.errors import QueryError
from tests.databases import Database


def test_a_unit_is_read_only_with_its_own_settings(every_database: Database) -> None:
    session = every_database.session()
    with session.unit(statement_timeout_ms=1234) as unit:
        [row] = unit.query(
            "SELECT current_setting('transaction_read_only'), current_setting('statement_timeout'),"
            " current_setting('lock_timeout'), current_setting('search_path'), current_setting('jit')"
        )
    assert row == ("on", "1234ms", "50ms", "pg_catalog, pg_temp", "off")


def test_writing_is_refused(database: Database) -> None:
    database.execute("CREATE TABLE t (i int)")
    session = database.session()
    with pytest.raises(QueryError) as caught, session.unit() as unit:
        unit.query("INSERT INTO public.t VALUES (1) RETURNING i")
    assert caught.value.sqlstate == "25006"
    assert database.execute("SELECT count(*) FROM t") == [(0,)]
