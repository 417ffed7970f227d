"""Servers and databases for all tests, and a fixed terminal.

`server` is one cluster a worker; `database` a fresh database on it. `every_server` and `every_database` run a
test once for each major version that this machine can have: the wheel's, the system's, and directories of
server programs named in PGPLUMB_TEST_BINDIRS (separated by colons).
"""

from __future__ import annotations

import gc
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_textual_snapshot as plugin  # type: ignore[import-untyped]
from _pytest.mark import ParameterSet
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from syrupy.location import PyTestLocation

from pgplumb.server.bindirs import BinDir, at, find_bindirs
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.signals import heed_interrupts

Value = TypeVar("Value")

MEMORY = Path("/dev/shm")
AMPLE = 6 << 30
"""Bytes that must be free there."""


def _in_memory() -> None:
    """Keep all files of the tests in memory where there is ample: a database is made in 20 ms there, not in 120."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK):
        return
    room = os.statvfs(MEMORY)
    if room.f_bavail * room.f_frsize >= AMPLE:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


_in_memory()

ROOT = Path(__file__).resolve().parents[1]

SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "track_io_timing": "on",
    "autovacuum": "off",
    "max_connections": "60",
}
"""Of every test server: statistics are there, and nothing moves by itself."""

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
"""The pooler, where it is installed."""

_serial = itertools.count()


@cache
def majors() -> dict[int, BinDir]:
    """Return the server programs to test with, one directory a major version, newest first."""
    named = [at(Path(p)) for p in os.environ.get("PGPLUMB_TEST_BINDIRS", "").split(":") if p]
    found: dict[int, BinDir] = {}
    for bindir in [*(n for n in named if n is not None), *find_bindirs()]:
        found.setdefault(bindir.major, bindir)
    return dict(sorted(found.items(), reverse=True))


_whole = True
"""Whether all is run, or only what `make test` runs."""


def in_sight(parameters: Iterable[ParameterSet]) -> list[ParameterSet]:
    """Return what is there to choose from: `make test` would only sort out thousands that are `long`."""
    return [p for p in parameters if _whole or all(mark.name != "long" for mark in p.marks)]


def each_major() -> list[ParameterSet]:
    """Return a parameter for each major version: all but the newest belong to `make test-long`."""
    return in_sight(
        pytest.param(major, id=f"pg{major}", marks=[pytest.mark.long] if place else [])
        for place, major in enumerate(majors())
    )


def sampled(values: Iterable[Value], every: int, first: int = 0) -> list[ParameterSet]:
    """Return a parameter for each value: all but every so manyth, from the first on, belong to `make test-long`."""
    return in_sight(
        pytest.param(value, marks=[pytest.mark.long] if place % every != first else [])
        for place, value in enumerate(values)
    )


def pytest_configure(config: pytest.Config) -> None:
    """See what is run: before any file of tests is read."""
    global _whole
    _whole = "not long" not in config.option.markexpr
    heed_interrupts()
    # A busy machine is no fault of what is tested. `make test` tries the same examples each time, the long run others.
    settings.register_profile(
        "steady", deadline=None, derandomize=not _whole, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("steady")
    if not _whole:
        # The same examples, whatever stands in the source; reading all of it for constants takes each worker seconds.
        providers._get_local_constants = lambda: providers._local_constants
    # Half a million objects live here: looking through all of them as often as is usual takes a quarter of the time.
    gc.set_threshold(50_000, 10, 10)


def examples(many: int) -> int:
    """Return how many examples of a property are tried: `make test` tries a quarter."""
    return many if _whole else many // 4


def some(values: Sequence[Value], every: int) -> Sequence[Value]:
    """Return what one test goes through: `make test` takes every so manyth value."""
    return values if _whole else values[::every]


SLOW = (
    *("pty/test_leaving", "pty/test_screen", "pty/test_terminals", "cli/test_lint", "cli/test_apply"),
    *("pty/test_hostile", "pty/test_bytes", "workload/querylint/test_shim"),
    *("migrate/apply/test_killed", "migrate/apply/test_backfill", "migrate/apply/test_alone"),
    *("migrate/apply/test_locks", "migrate/intents/test_beside_traffic", "migrate/test_what_if"),
    *("twin/test_cage_watchdog", "twin/trials/test_trials", "twin/statistics/test_copied"),
    *("migrate/intents/test_fixes_of_rules",),
    *("server/test_embedded", "workload/querylint/test_equivalence", "workload/advisor/test_advise"),
)
"""Files of `tests/` that belong to `make test-long` as a whole: each takes a quarter of a minute and more."""


SHARED = (
    *("catalog/", "server/", "workload/"),
    *("migrate/test_proof", "migrate/hazards/", "migrate/rehearsal/"),
)
"""Files of `tests/` whose long tests on other major versions belong to `make test-share`: a few minutes in all."""
OLDER = re.compile(r"\bpg\d+\b")
"""In the name of a test: the major version that it runs on."""


@cache
def _name(path: Path) -> str:
    """Return how SLOW and SHARED name a file."""
    return path.relative_to(ROOT / "tests").with_suffix("").as_posix()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the files that `make test` would read in vain."""
    if _whole or collection_path.suffix != ".py":
        return None
    return _name(collection_path) in SLOW or None


def pytest_pycollect_makeitem(obj: object) -> list[pytest.Item] | None:
    """Leave out the functions that `make test` would collect in vain."""
    marks: list[pytest.Mark] = getattr(obj, "pytestmark", [])
    return None if _whole or all(mark.name != "long" for mark in marks) else []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask once for each major version; said here because the fixture is read before it is seen what is run."""
    if "every_server" in metafunc.fixturenames:
        metafunc.parametrize("every_server", each_major(), indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in SLOW, the widest of the drawn screens, wide ones but for the first of a file, and SHARED."""
    wide: set[Path] = set()
    for item in items:
        file = _name(item.path)
        if file in SLOW or (file.startswith("tui/tabs/") and item.name.endswith("200x50]")):
            item.add_marker(pytest.mark.long)
        if file.startswith("tui/tabs/") and item.name.endswith("120x40]"):
            if item.path in wide:
                item.add_marker(pytest.mark.long)
            wide.add(item.path)
        if file.startswith(SHARED) and item.get_closest_marker("long") and OLDER.search(item.name):
            item.add_marker(pytest.mark.share)


def pytest_collection_finish() -> None:
    """Leave what has been imported and collected out of every later search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Look for garbage once more, not the five times that pytest looks through a gigabyte before it ends."""
    gc.collect()
    gc.freeze()


class Clusters:
    """The servers of this worker, started when first asked for."""

    def __init__(self) -> None:
        self._running: dict[int, EmbeddedServer] = {}

    def get(self, major: int) -> EmbeddedServer:
        """Return the server of a major version."""
        if major not in self._running:
            self._running[major] = EmbeddedServer.start(bindir=majors()[major], settings=SETTINGS)
        return self._running[major]

    def stop(self) -> None:
        """Stop them all."""
        for server in self._running.values():
            server.stop()


@pytest.fixture(scope="session")
def clusters() -> Iterator[Clusters]:
    """The servers of this worker."""
    clusters = Clusters()
    yield clusters
    clusters.stop()


@pytest.fixture(scope="session")
def server(clusters: Clusters) -> EmbeddedServer:
    """One running server of the wheel's major version (or the newest there is), shared by the worker's tests."""
    return clusters.get(18 if 18 in majors() else next(iter(majors())))


@pytest.fixture
def database(server: EmbeddedServer) -> Iterator[Database]:
    """A fresh database, dropped after the test."""
    database = Database.create(server, f"test_{next(_serial)}")
    yield database
    database.drop()


@pytest.fixture
def every_server(request: pytest.FixtureRequest, clusters: Clusters) -> EmbeddedServer:
    """A running server of each major version in turn."""
    return clusters.get(request.param)


@pytest.fixture
def every_database(every_server: EmbeddedServer) -> Iterator[Database]:
    """A fresh database on a server of each major version in turn."""
    database = Database.create(every_server, f"test_{next(_serial)}")
    yield database
    database.drop()


def pytest_report_header() -> list[str]:
    """Say at the top what there is to test with."""
    servers = ", ".join(f"{b.version} ({b.source})" for b in majors().values())
    pooler = PGBOUNCER or "not installed, the tests of the pooler are skipped"
    return [f"PostgreSQL: {servers or 'none'}", f"PgBouncer: {pooler}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it at the end too, where -q leaves out the top."""
    for line in pytest_report_header():
        terminalreporter.write_line(line)


class TopLevelSVG(plugin.SVGImageExtension):  # type: ignore[misc]
    """Store `tests/a/test_x.py::test_y` as `snapshots/a/test_x/test_y.svg`."""

    _file_extension = "svg"  # syrupy 4
    file_extension = "svg"  # syrupy 5 and later

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Return the folder of one test file's snapshots."""
        relative = Path(test_location.filepath).resolve().relative_to(ROOT / "tests")
        return str(ROOT / "snapshots" / relative.with_suffix(""))


@pytest.fixture(autouse=True)
def fixed_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every test the same terminal, no configuration of the user's and no libpq variables."""
    monkeypatch.setattr(plugin, "SVGImageExtension", TopLevelSVG)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    # Textual reads the variable when it is imported, which the snapshot plugin does before any fixture.
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "config"))
    for name in [name for name in os.environ if name.startswith("PG") and not name.startswith("PGPLUMB_")]:
        monkeypatch.delenv(name)
