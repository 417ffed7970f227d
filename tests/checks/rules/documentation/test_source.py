"""Comments are compared with a database that was made from the project's SQL."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from pgplumb.sql.split import split
from tests.changes import change_for
from tests.checks.rules import records as r
from tests.databases import Database

RULE = "comment-matches-source"


def test_comments_that_are_not_those_of_the_source(database: Database) -> None:
    database.execute(
        """CREATE TABLE orders (id int, total numeric); COMMENT ON TABLE orders IS 'What was sold.';
        COMMENT ON COLUMN orders.total IS 'With tax.'; CREATE TYPE kind AS ENUM ('a')"""
    )
    source = gather(database.session(), Profile())
    assert r.run(RULE, source).status is Status.UNKNOWN
    database.execute(
        """COMMENT ON COLUMN orders.total IS 'Without tax.'; COMMENT ON TYPE kind IS 'New.';
        CREATE TABLE more (x int); COMMENT ON TABLE more IS 'Not in the source.'"""
    )
    live = replace(gather(database.session(), Profile()), source=source.catalog)
    result = r.run(RULE, live)
    assert [f.object for f in result.findings] == ["column:public.orders.total", "type:public.kind"]
    for finding in result.findings:
        change = change_for(finding.fix, live.catalog) if finding.fix else None
        assert change is not None
        for statement in split(change.up):
            database.execute(statement.text)
    mended = replace(gather(database.session(), Profile()), source=source.catalog)
    assert r.run(RULE, mended).status is Status.PASS
