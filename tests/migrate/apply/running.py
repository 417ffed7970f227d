"""The program applying a plan as a process of its own, to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from pgplumb.migrate.plan import Plan
from pgplumb.migrate.plan_file import save_plan
from tests.cli.running import PROGRAM
from tests.databases import Database

HISTORY = "SELECT to_regclass('pgplumb.schema_change') IS NOT NULL"


class Apply:
    """One process in a session of its own."""

    def __init__(self, database: Database, plan: Plan, folder: Path, *options: str) -> None:
        path = folder / f"{plan.id}.plan.json"
        if not path.exists():
            save_plan(plan, path)
        self.process = subprocess.Popen(
            [PROGRAM, "apply", str(path), database.uri, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
            start_new_session=True,
        )

    def kill(self) -> None:
        """End it as a lost machine would: it can do nothing more."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=30)

    def end(self, timeout: float = 120) -> tuple[int, str, str]:
        """Wait for its end; return status, output and errors."""
        output, errors = self.process.communicate(timeout=timeout)
        return self.process.returncode, output, errors


def apply(database: Database, plan: Plan, folder: Path, *options: str) -> tuple[int, str, str]:
    """Run it to its end, confirmed."""
    return Apply(database, plan, folder, "--confirm", database.name, *options).end()
