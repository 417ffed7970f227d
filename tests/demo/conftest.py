"""The sample database, built once a worker on a server of each major version that a test asks for."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.checks.engine import Engine
from pgplumb.checks.gather import gather
from pgplumb.demo.run import Demo
from pgplumb.foundation.profile import Profile
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from tests.conftest import each_major, majors
from tests.demo.sample import Sample
from tests.waiting import eventually

WORN = "SELECT n_dead_tup > 0 FROM pg_stat_user_tables WHERE relid = 'app.sessions'::regclass"


class Samples:
    """The samples of this worker, built when first asked for. No application is at work on them."""

    def __init__(self) -> None:
        self._built: dict[int, Sample] = {}

    def get(self, major: int) -> Sample:
        """Return the sample on a major version."""
        if major not in self._built:
            told: list[tuple[str, float]] = []
            bindir = majors()[major].path
            demo = Demo.start(lambda label, done: told.append((label, done)), bindir=bindir, workload=False)
            connection = psycopg.connect(demo.conninfo, autocommit=True, application_name="test of the demo")
            sample = self._built[major] = Sample(demo, connection, major, told)
            # Before 15 a collector process hears of the build's work a little later.
            assert eventually(lambda: sample.one(WORN) is True)
            with Session.open(Target(demo.conninfo)) as session:
                sample.at_rest = Engine().run(gather(session, Profile()))
        return self._built[major]

    def stop(self) -> None:
        """Stop them all."""
        for sample in self._built.values():
            sample.connection.close()
            sample.demo.stop()


@pytest.fixture(scope="session")
def samples() -> Iterator[Samples]:
    """The samples of this worker."""
    samples = Samples()
    yield samples
    samples.stop()


@pytest.fixture(params=each_major())
def sample(request: pytest.FixtureRequest, samples: Samples) -> Sample:
    """The sample on each major version in turn."""
    return samples.get(request.param)


@pytest.fixture
def newest(samples: Samples) -> Sample:
    """The sample on the newest major version."""
    return samples.get(max(majors()))
