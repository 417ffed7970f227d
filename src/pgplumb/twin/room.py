"""How much disk a database of the twin takes: sparse files count for what is really written."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_SHARED = ("base/pgsql_tmp", "pg_wal", "pg_dynshmem")
"""What any backend can fill besides its own database: sorts and hashes, WAL, memory of parallel workers."""
_SHARE_OF_TIME = 0.05
"""A look at many files costs; so much of the time may go into looking."""


class Room:
    """The disk use of one database and of what its backends share with others, in bytes."""

    def __init__(self, data: Path, database: int) -> None:
        self._data = data
        self._places = [data / "base" / str(database), *(data / place for place in _SHARED)]
        self._used = 0
        self._free = 0
        self._next = 0.0

    def used(self, alarm: int) -> int:
        """Return the bytes used, as of now or of a moment ago.

        Looked at again when that costs little, and at once where the file system has lost `alarm` bytes since.
        """
        found = os.statvfs(self._data)
        free = found.f_bavail * found.f_frsize
        if time.monotonic() >= self._next or self._free - free > alarm:
            started = time.monotonic()
            self._used = sum(_blocks(place) for place in self._places)
            self._free = free
            now = time.monotonic()
            self._next = now + (now - started) / _SHARE_OF_TIME
        return self._used


def _blocks(place: Path) -> int:
    """Return the bytes that a directory's files have on disk."""
    total = 0
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            # Files come and go as we look.
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    total += _blocks(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total
