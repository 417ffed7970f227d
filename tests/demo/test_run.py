"""The demo as a whole: it starts, it can be used, and nothing of it is left."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from pgplumb.demo.run import Demo
from tests.demo.sample import Sample
from tests.waiting import eventually

HOLDER = """
import sys
from pgplumb.demo.run import Demo

def told(label, done):
    if label == "tasks":
        print("building", flush=True)

Demo.start(told)
"""


def roots_of(pid: int) -> set[Path]:
    """Return the directories of the servers that a process holds."""
    states = {
        path: json.loads(path.read_text())
        for path in Path(tempfile.gettempdir()).glob("pgplumb-*/state.json")
    }
    return {path.parent for path, state in states.items() if parent(state["keeper"]) == pid}


def parent(pid: int) -> int | None:
    """Return the parent of a process, None where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


def commands() -> str:
    """Return the command lines of all processes."""
    texts = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            texts.append(path.read_text(errors="replace"))
    return "\n".join(texts)


def test_the_uri_names_user_database_and_socket_directory(newest: Sample) -> None:
    parts = urlsplit(newest.demo.uri)
    assert (parts.scheme, parts.netloc, parts.path) == ("postgresql", "postgres@", "/demo")
    assert parse_qs(parts.query) == {"host": [str(newest.demo.server.socket_directory)]}
    with psycopg.connect(newest.demo.uri) as connection:
        assert connection.execute("SELECT current_database(), current_user").fetchone() == (
            "demo",
            "postgres",
        )


def test_its_user_may_do_everything(newest: Sample) -> None:
    with psycopg.connect(newest.demo.uri) as connection:
        connection.execute("CREATE ROLE visitor")
        connection.execute("ALTER TABLE app.tasks ADD COLUMN visited boolean")
        connection.rollback()


@pytest.mark.long
def test_a_stopped_demo_leaves_no_process_and_no_file() -> None:
    demo = Demo.start(lambda label, done: None)
    root = demo.server.root
    with psycopg.connect(demo.conninfo, autocommit=True) as connection:
        live = "SELECT count(DISTINCT usename) FROM pg_stat_activity WHERE usename <> 'postgres'"
        assert eventually(lambda: connection.execute(live).fetchone() == (5,))
    demo.stop()
    demo.stop()
    assert not root.exists()
    assert str(root) not in commands()


@pytest.mark.long
def test_a_demo_killed_in_the_middle_of_its_build_leaves_no_process_and_no_file() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "building\n"
    (root,) = roots_of(holder.pid)
    holder.kill()
    holder.wait()
    assert eventually(lambda: not root.exists() and str(root) not in commands())


@pytest.mark.parametrize("step", [None, pytest.param("tasks", marks=pytest.mark.long)])
def test_an_interrupted_build_leaves_no_process_and_no_file(step: str | None) -> None:
    before, during = roots_of(os.getpid()), set[Path]()

    def told(label: str, done: float) -> None:
        if step in (None, label) and (running := roots_of(os.getpid()) - before):
            during.update(running)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Demo.start(told)
    (root,) = during
    assert not root.exists()
    assert str(root) not in commands()
