"""Where the files of throwaway servers stand: directories that are found again when their keeper was killed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

PREFIX = "pgplumb-"
MEMORY = "/dev/shm"
"""Where Linux keeps files in memory. Making one takes 0.02 ms there, and on some disks a hundred times as long."""
SCANT = 100 << 20
"""Bytes: an empty server takes 40 MB."""
AMPLE = 4 << 30
"""Bytes that must be free there: containers often have 64 MB."""
_LONGEST_SOCKET = 103
"""sun_path has 104 bytes on macOS, 108 on Linux, a final zero included."""


def make_root(*, in_memory: bool = False) -> Path:
    """Make a directory for one server; in memory where that is wanted and there is ample room."""
    parent = _memory() if in_memory else None
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent or _parent()))
    # The server's user must reach its own directories below, which are 0700.
    root.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return root


def lack_of_room(root: Path) -> str:
    """Return that there is little room below a directory, where that is so: initdb's own words hide it."""
    try:
        room = os.statvfs(root.parent)
    except OSError:
        return ""
    free = room.f_bavail * room.f_frsize
    if free >= SCANT:
        return ""
    return f"only {free >> 20} MB are free in {root.parent}, free some or set TMPDIR to another directory: "


def sweep() -> list[Path]:
    """Remove what keepers that were killed themselves left behind; return the directories removed."""
    removed = []
    roots = [root for place in (_parent(), MEMORY) for root in Path(place).glob(f"{PREFIX}*")]
    for root in roots:
        try:
            ours = not root.is_symlink() and root.stat().st_uid == os.geteuid()
            state = json.loads((root / "state.json").read_text())
        except (OSError, ValueError):
            continue
        if ours and state.get("started") and started(int(state["keeper"])) != state["started"]:
            _end_orphan(root / "data")
            shutil.rmtree(root, ignore_errors=True)
            removed.append(root)
    return removed


def started(pid: int) -> str | None:
    """Return when a process started, in the system's own words; None when it does not run."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return None if fields[0] == "Z" else fields[19]
    if Path("/proc/self").exists():
        return None
    done = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None


def _end_orphan(data: Path) -> None:
    """End the server of a data directory whose keeper is gone, where the kernel did not do it already."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    done = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    if str(data) in done.stdout:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


def _parent() -> str:
    """Return the directory for temporary files, a short one where the usual one is too long for a socket."""
    usual = tempfile.gettempdir()
    longest = len(os.fsencode(usual)) + len(f"/{PREFIX}12345678/s/.s.PGSQL.5432")
    return usual if longest <= _LONGEST_SOCKET else "/tmp"


def _memory() -> str | None:
    """Return a directory of files in memory with ample room, where this machine has one."""
    try:
        room = os.statvfs(MEMORY)
    except OSError:
        return None
    ample = room.f_bavail * room.f_frsize >= AMPLE and os.access(MEMORY, os.W_OK | os.X_OK)
    return MEMORY if ample else None
