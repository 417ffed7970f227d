"""Which parts of a statement change rows."""

from __future__ import annotations

import pytest

from pgplumb.sql.changes import row_changes
from pgplumb.sql.parser import parse_statement


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("UPDATE t SET a = 1", ["UpdateStmt"]),
        ("WITH x AS (DELETE FROM t RETURNING *) INSERT INTO u TABLE x", ["InsertStmt", "DeleteStmt"]),
        ("COPY (UPDATE t SET a = 1 RETURNING 1) TO STDOUT", ["UpdateStmt"]),
        ("EXPLAIN ANALYZE DELETE FROM t", ["DeleteStmt"]),
        ("EXPLAIN (ANALYZE 1, ANALYZE 0) DELETE FROM t", []),
        ("EXPLAIN DELETE FROM t", []),
        ("PREPARE p AS DELETE FROM t", []),
        ("CREATE RULE r AS ON INSERT TO t DO DELETE FROM t", []),
        ("SELECT 1", []),
    ],
)
def test_the_parts_that_change_rows_when_a_statement_runs(text: str, kinds: list[str]) -> None:
    assert [part.kind for part in row_changes(parse_statement(text))] == kinds
