"""What is known of a migration: positions, locks, hazards, and what is not known is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.migrate.hazards.step import Mode
from pgplumb.tui.tabs.migration import known
from pgplumb.tui.tabs.migration.detail import detail_lines
from pgplumb.tui.tabs.migration.known import Known, Wanted, find_out
from pgplumb.tui.tabs.migration.reading import MOST_CHARACTERS, MOST_STATEMENTS, Job, read
from pgplumb.tui.tabs.migration.summary import counts
from pgplumb.tui.widgets.ink import text_of
from tests.tui.saved import demo_state
from tests.tui.tabs.migration.rehearsals import FAILS, UP, rehearsed

CATALOG = demo_state().catalog


def job(up: str, down: str = "", *, follow: bool = True, mode: Mode = "autocommit") -> Job:
    """A job on the sample database."""
    return Job(up, down, CATALOG, mode, follow)


def found(up: str, **how: object) -> Known:
    return find_out(job(up, **how))  # type: ignore[arg-type]


def shown(known: Known) -> str:
    return "\n".join(text_of(row.line) for row in known.rows)


def test_a_syntax_error_stands_at_its_line_and_column_and_covers_the_wrong_word() -> None:
    script = read(job("SELECT 1;\nALTER TABLE app.tasks\n    ADD CLOUMN x int;")).up
    (fault,) = script.faults
    assert (fault.line, fault.column, fault.end, fault.statement) == (3, 18, 21, 1)
    assert fault.message == 'syntax error at or near "int"'


def test_an_error_at_the_end_of_a_text_stands_behind_its_last_character() -> None:
    (fault,) = read(job("SELECT 1 FROM")).up.faults
    assert (fault.line, fault.column) == (1, 14)


def test_a_string_that_is_not_closed_is_one_short_message() -> None:
    (fault,) = read(job("SELECT 'abc\ndef\nghi")).up.faults
    assert fault.message == 'unterminated quoted string at or near "\'abc…"'
    assert (fault.line, fault.column, fault.end) == (1, 8, 12)


def test_characters_beyond_ascii_do_not_shift_a_position() -> None:
    (fault,) = read(job("SELECT 'é中👍' FORM t WHER 1;")).up.faults
    assert (fault.line, fault.column) == (1, 19)


def test_commands_of_psql_are_left_out_and_what_they_do_is_unknown() -> None:
    known = found("\\connect other\nSELECT 1;\n\\i grants.sql")
    assert [(f.line, f.certain) for f in known.reading.up.faults] == [(1, False), (3, False)]
    assert "\\connect is a command of psql" in shown(known)
    assert text_of(known.summary) == "? 2 unknown"


def test_rows_that_follow_copy_are_data_and_no_commands() -> None:
    assert read(job("COPY app.tasks FROM STDIN;\n1\t\\N\n\\.\nSELECT 1;")).up.faults == ()


def test_a_lock_is_shown_with_mode_relation_and_where_it_is_known_from() -> None:
    known = found("CREATE INDEX ON app.tasks (title);")
    assert "CREATE INDEX  SHARE app.tasks  scan  writers wait" in shown(known)
    without = Known.of(read(Job("CREATE INDEX ON app.tasks (title);", "", None, "autocommit", True)))
    assert "SHARE app.tasks  scan  writers wait" in shown(without)


def test_hazards_stand_under_their_statement_worst_first() -> None:
    known = found("SELECT 1;\nCREATE INDEX ON app.tasks (title);")
    kinds = [(row.kind, row.mark.word if row.mark else "") for row in known.rows if row.side == "up"]
    first = kinds.index(("statement", ""), 1)
    assert kinds[first + 1] == ("hazard", "error")
    marks = [word for kind, word in kinds[first + 1 :] if kind == "hazard"]
    assert marks == sorted(marks, key=["error", "warning", "info"].index)


def test_a_fault_with_a_position_is_not_told_a_second_time_without_one() -> None:
    known = found("SELEC 1;")
    assert text_of(known.summary) == "✗ 1 error"
    assert [row.kind for row in known.rows if row.side == "up"] == ["statement", "fault"]


def test_a_table_that_is_not_there_is_an_error_from_the_catalog() -> None:
    known = found("ALTER TABLE app.nothing ADD COLUMN x int;")
    assert "there is no relation app.nothing in this database" in shown(known)


def test_the_mode_decides_about_statements_that_refuse_a_transaction() -> None:
    text = "CREATE INDEX CONCURRENTLY i ON app.tasks (title);"
    assert "concurrently-in-transaction" not in shown(found(text))
    assert "concurrently-in-transaction" in shown(found(text, mode="transaction"))


def test_what_is_without_a_known_hazard_is_never_called_safe() -> None:
    known = found("CREATE INDEX CONCURRENTLY i ON app.tasks (title);")
    assert text_of(known.summary) == "no hazard is known without a rehearsal"


def test_a_down_is_proposed_and_what_it_leaves_out_is_unknown() -> None:
    known = found("CREATE INDEX i ON app.tasks (title);\nDROP TABLE app.tasks;")
    assert known.reading.proposed is not None
    assert "DROP INDEX app.i;" in known.reading.proposed.text
    assert "statement 2 is not taken back" in shown(known)


def test_a_down_of_ones_own_is_read_for_syntax_alone() -> None:
    known = found("SELECT 1;", down="DROP INDEX i;\nDROP TABEL t;", follow=False)
    assert known.reading.proposed is None
    assert [(f.line, f.column) for f in known.reading.down.faults] == [(2, 6)]
    assert list(known.beside_down[1].faults) == [(5, 10, "sql-error")]
    assert not any(row.hazard for row in known.rows if row.side == "down")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT 1;\n" * (MOST_STATEMENTS + 1), "501 statements are more"),
        ("-- " + "x" * MOST_CHARACTERS, "200,003 characters are more"),
    ],
)
def test_of_a_text_that_is_too_long_it_is_said_that_nothing_is_known(text: str, reason: str) -> None:
    known = found(text)
    assert reason in (known.reading.unread or "")
    assert text_of(known.summary) == "? 1 unknown"


def test_an_analysis_that_fails_makes_everything_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: Job) -> None:
        raise RecursionError

    monkeypatch.setattr(known, "read", fail)
    assert "the analysis failed (RecursionError)" in shown(found("SELECT 1;"))


@given(st.text("\0\x1b\x07'\"$;\\()é\u202e\ud800 a1-/*\n", max_size=60))
def test_no_text_makes_reading_fail(text: str) -> None:
    read(job(text))


def test_remarks_stand_beside_the_first_line_of_a_statement() -> None:
    known = found("-- note\nCREATE INDEX i\n  ON app.tasks (title);\nSELECT 1;")
    assert sorted(known.beside_up) == [1, 3]
    remark = known.beside_up[1]
    assert remark.sign is not None
    assert remark.sign.text == "✗"
    assert text_of(remark.notes[0]) == "SHARE app.tasks  scan  writers wait  catalog "
    assert known.beside_up[3].sign is None


def test_what_the_down_leaves_out_is_no_fault_of_the_up() -> None:
    known = found("UPDATE app.tasks SET title = 'x';")
    assert any(row.kind == "gap" for row in known.rows)
    assert all(
        known.beside_up[0].sign != row.mark.span for row in known.rows if row.mark and row.kind == "gap"
    )


IGNORING = """-- pgplumb: ignore data-loss nobody reads [it]
ALTER TABLE app.tasks DROP COLUMN title;
-- pgplumb: ignore table-rewrite never happens
ALTER TABLE app.tasks DROP COLUMN body; -- pgplumb: ignore data-loss
"""


def test_a_hazard_that_a_comment_accepts_is_shown_as_ignored_with_its_reason_and_does_not_count() -> None:
    known = found(IGNORING)
    (accepted,) = [row for row in known.rows if row.accepted is not None]
    assert (accepted.hazard and accepted.hazard.id, accepted.statement) == ("data-loss", 0)
    assert text_of(accepted.line).split() == ["~", "ignored", "data-loss", "nobody", "reads", "[it]"]
    assert ("data-loss", 0) not in {(h.id, h.statement) for h in known.reading.hazards}
    assert ("data-loss", 1) in {(h.id, h.statement) for h in known.reading.hazards}
    assert "~ 1 ignored" in text_of(counts(known.rows))
    in_full = "\n".join(map(text_of, detail_lines(accepted, IGNORING)))
    assert "ignored by a comment in the text  nobody reads [it]" in in_full


def test_a_comment_that_accepts_nothing_is_said_with_its_line() -> None:
    text = shown(found(IGNORING))
    assert "line 3" in text
    assert "this comment does nothing: there is no table-rewrite here to ignore" in text
    assert "this comment does nothing: ignoring data-loss needs a reason behind it" in text


def test_what_was_measured_is_ignored_as_the_text_says_and_a_failing_statement_calls_no_comment_useless() -> (
    None
):
    up = UP.replace("ALTER", "-- pgplumb: ignore table-rewrite it is small\nALTER")
    state = rehearsed(demo_state(), up)
    known = find_out(job(up), Wanted(job(up), state.rehearsal.found))
    assert "table-rewrite" not in {h.id for h in known.reading.hazards}
    assert [row.accepted for row in known.rows if row.accepted] == ["it is small"]
    failing = find_out(job(up), Wanted(job(up), rehearsed(demo_state(), up, FAILS).rehearsal.found))
    assert failing.reading.failing
    assert "does nothing" not in shown(failing)
