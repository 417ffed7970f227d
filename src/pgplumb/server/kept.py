"""The keeper's process, as we see it: it is started, asked for a server, and left to end it with us."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pgplumb.server import keeper
from pgplumb.server.server_folders import started


def start_keeper(root: Path) -> subprocess.Popen[str]:
    """Start the keeper and note it, so that a later start can tell whether it is still there."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", keeper.__file__, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    state = {"keeper": process.pid, "started": started(process.pid)}
    (root / "state.json").write_text(json.dumps(state))
    return process


def ask(process: subprocess.Popen[str], order: Mapping[str, object]) -> dict[str, object]:
    """Send the order and return the keeper's answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], 120)
    line = process.stdout.readline() if ready else ""
    if not line:
        return {"error": "its keeper ended without a word"}
    answer: dict[str, object] = json.loads(line)
    return answer


def finish(process: subprocess.Popen[str] | None, root: Path) -> None:
    """Have the keeper end the server, and see that nothing is left."""
    if process is not None:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    shutil.rmtree(root, ignore_errors=True)


def finish_ours(owner: int, process: subprocess.Popen[str], root: Path) -> None:
    """End the server, unless we are a forked child of the process that started it."""
    if os.getpid() == owner:
        finish(process, root)
