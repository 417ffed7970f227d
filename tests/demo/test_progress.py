"""The progress line: on a terminal alone, never wider than it, and gone afterwards."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.demo.progress import ProgressBar, line


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.raw_bytes = io.BytesIO()
        super().__init__(self.raw_bytes, encoding=encoding, write_through=True)

    def isatty(self) -> bool:
        return True

    @property
    def written(self) -> str:
        return self.raw_bytes.getvalue().decode(self.encoding)


@given(label=st.text(max_size=80), fraction=st.floats(-1, 2), columns=st.integers(1, 300))
def test_the_line_never_wraps(label: str, fraction: float, columns: int) -> None:
    assert len(line(label, fraction, columns, "#", "-")) < max(columns, 2)


def test_the_bar_is_full_when_all_is_done() -> None:
    assert "-" not in line("ready", 1.0, 120, "#", "-")
    assert "#" not in line("roles", 0.0, 120, "#", "-")


def test_a_narrow_terminal_still_gets_the_percentage() -> None:
    assert line("tables", 0.5, 20, "#", "-") == " 50 %  tables"


def test_nothing_is_written_where_nobody_looks() -> None:
    stream = io.StringIO()
    with ProgressBar(stream) as bar:
        bar("tables", 0.5)
    assert stream.getvalue() == ""


def test_nothing_is_written_to_a_terminal_that_cannot_go_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    with ProgressBar(stream) as bar:
        bar("tables", 0.5)
    assert stream.written == ""


def test_the_line_is_gone_afterwards() -> None:
    stream = Terminal()
    with ProgressBar(stream) as bar:
        bar("tables", 0.5)
    assert "50 %" in stream.written
    assert stream.written.endswith("\r\x1b[K")


def test_a_terminal_without_the_glyphs_gets_ascii() -> None:
    stream = Terminal("ascii")
    ProgressBar(stream)("tables", 0.5)
    assert "#" in stream.written
