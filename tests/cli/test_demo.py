"""`pgplumb demo --serve`: an address, a database behind it, and nothing left afterwards."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.cli.running import PROGRAM


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_it_serves_until_it_is_stopped_and_leaves_nothing(number: signal.Signals) -> None:
    with subprocess.Popen([PROGRAM, "demo", "--serve"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        uri = process.stdout.readline().strip()
        address = urlsplit(uri)
        directory = Path(parse_qs(address.query)["host"][0])
        assert (address.scheme, address.path, address.netloc[-1]) == ("postgresql", "/demo", "@")
        with psycopg.connect(uri) as connection:
            row = connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone()
            assert row is not None
            assert row[0] >= 30
        process.send_signal(number)
        assert process.wait(60) == 130
    assert not directory.exists()
    assert not directory.parent.exists()
