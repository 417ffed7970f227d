"""Where a plan is kept from the moment on that it is begun, and the commands that go on with it from any terminal."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.migrate.apply.log import state_directory
from pgplumb.migrate.apply.wording import Commands
from pgplumb.migrate.plan_file import ENDING

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Plan
    from pgplumb.server.target import Target


def kept_at(plan: Plan, database: str) -> Path:
    """Return the file of a plan that runs on a database."""
    name = "".join(c if c.isalnum() or c in "_.-" else "_" for c in database)
    return state_directory() / "apply" / f"{name}-{plan.id}{ENDING}"


def commands_for(kept: Path, target: Target) -> Commands:
    """Return what goes on with it, and what takes it back."""
    again = shlex.join(["pgplumb", "apply", str(kept), target.shareable])
    return Commands(f"{again} --resume", f"{again} --down")
