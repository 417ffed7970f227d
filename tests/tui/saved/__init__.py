"""The sample database as it was saved once: what snapshot tests draw.

Made with `pgplumb demo --serve` and `pgplumb snapshot URI tests/tui/saved/demo.snapshot`.
"""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from pgplumb.catalog.statistics import Statistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.engine import Engine
from pgplumb.checks.saved import Saved, open_facts
from pgplumb.foundation.profile import Profile
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.judge import judge
from pgplumb.rls.surface import Surface
from pgplumb.rls.tenants import tenant_map
from pgplumb.server.capabilities import Capabilities
from pgplumb.tui.state import Connection, Phase, State
from pgplumb.tui.verdicts import Verdicts

FILE = Path(__file__).with_name("demo.snapshot")


@cache
def saved() -> Saved:
    """The facts in the file."""
    return open_facts(FILE, Profile())


@cache
def demo_verdicts() -> Verdicts:
    """What row security of the sample database was judged to be, without witnesses."""
    access, surface = saved().access, saved().surface
    assert isinstance(access, AccessMatrix)
    assert isinstance(surface, Surface)
    return Verdicts(judge(access, surface, tenant_map(access.catalog))).prepare()


@cache
def demo_state() -> State:
    """A live state of the sample database, whose clock stands still."""
    facts = saved().facts
    assert isinstance(facts.statistics, Statistics)
    assert isinstance(facts.capabilities, Capabilities)
    now = time.monotonic()
    return State(
        connection=Connection(
            label="demo",
            phase=Phase.LIVE,
            database="demo",
            role="postgres",
            version="18.6",
            standby=False,
            environment="dev",
            since=now,
            used=7,
            maximum=50,
        ),
        capabilities=facts.capabilities,
        catalog=facts.catalog,
        statistics=facts.statistics,
        checklist=Engine().run(facts),
        statements=facts.statements,
        statements_since=facts.statements,
        access=saved().access if not isinstance(saved().access, Unread) else None,
        verdicts=demo_verdicts(),
        databases=("demo", "postgres"),
        ages={"catalog": now + 1e6},
    )
