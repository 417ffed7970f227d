"""Which command a line means, and what comes to light without a server."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pgplumb import __version__
from pgplumb.cli.main import COMMANDS, load, main, split_command
from tests.cli.running import PROGRAM, here, pgplumb

HEAVY = ("psycopg", "pydantic", "textual", "sqlglot", "rich", "postgast")


@pytest.mark.parametrize(
    ("line", "name", "rest"),
    [
        ("", "open", []),
        ("shop", "open", ["shop"]),
        ("check", "check", []),
        ("check check", "check", ["check"]),
        ("-d check", "open", ["-d", "check"]),
        ("-d check check", "check", ["-d", "check"]),
        ("--dbname=check", "open", ["--dbname=check"]),
        ("-h db1 -U app check --rule x", "check", ["-h", "db1", "-U", "app", "--rule", "x"]),
        ("--debug demo --serve", "demo", ["--debug", "--serve"]),
        ("shop check", "open", ["shop", "check"]),
        ("-- check", "open", ["--", "check"]),
        ("--offline check", "open", ["--offline", "check"]),
    ],
)
def test_the_first_bare_word_is_a_command_or_a_target(line: str, name: str, rest: list[str]) -> None:
    assert split_command(line.split()) == (name, rest)


@pytest.mark.parametrize("name", [*COMMANDS, "open"])
def test_every_command_says_its_name_and_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = load(name)
    assert name == command.NAME
    assert command.HELP.endswith(".")
    assert main(["--help"] if name == "open" else [name, "--help"]) == 0
    assert "--debug" in capsys.readouterr().out


def test_h_is_the_host_and_not_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-h"]) == 2
    assert "expected one argument" in capsys.readouterr().err


def test_the_help_lists_the_commands_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out.partition("commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line.startswith("  ")] == list(COMMANDS)


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"pgplumb {__version__}\n"


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    code = (
        "import sys; from pgplumb.cli.main import main; main(sys.argv[1:2]);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, option], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    "line",
    [
        ("--nonsense",),
        ("one", "two"),
        ("check", "--format", "yaml"),
        ("check", "--fail-on", "info"),
        ("check", "--rule"),
        ("check", "--rul", "fk-columns-indexed"),
        ("snapshot",),
        ("snapshot", "a", "b", "c"),
        ("--offline", "x.snap", "shop"),
        ("check", "--profile", "/nonexistent/pgplumb.toml"),
        ("check", "--baseline", "/nonexistent/baseline.json"),
        ("check", "postgresql://[half"),
        ("check", "@nowhere"),
        ("rules", "no-such-rule"),
        ("demo",),
        ("shop",),
    ],
    ids=" ".join,
)
def test_a_line_that_cannot_be_carried_out_is_one_line_and_status_2(line: tuple[str, ...]) -> None:
    done = (here if line[0] in ("check", "rules", "snapshot") else pgplumb)(*line)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("pgplumb: ")
    assert done.stderr.count("\n") == 1
    assert "fault" not in done.stderr


def test_a_misspelt_rule_gets_the_near_ones_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--rule", "fk-column-indexed"]) == 2
    assert "fk-columns-indexed" in capsys.readouterr().err


def test_a_hostile_argument_does_nothing_to_the_terminal() -> None:
    done = here("check", "--rule", "\x1b]0;owned\x07\u202efoo")
    assert done.returncode == 2
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stderr)


def test_an_error_text_is_written_where_there_is_no_unicode() -> None:
    done = pgplumb("check", "--rule", "ключ", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_fault_of_our_own_is_one_line_without_debug_and_a_traceback_with_it() -> None:
    code = (
        "import sys; from pgplumb.cli import main, rules\n"
        "def broken(arguments): raise ZeroDivisionError('by nought')\n"
        "rules.execute = broken; sys.exit(main.main(sys.argv[1:]))"
    )
    for debug in ((), ("--debug",)):
        done = subprocess.run([sys.executable, "-c", code, "rules", *debug], capture_output=True, text=True)
        assert ("Traceback" in done.stderr) is bool(debug)
        assert "by nought" in done.stderr
        if not debug:
            assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    with subprocess.Popen([PROGRAM, "rules"], stdout=writing, stderr=subprocess.PIPE, text=True) as process:
        os.close(reading)
        os.close(writing)
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert process.returncode == 0
