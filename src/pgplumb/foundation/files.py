"""Gives a file new content in one step: a reader, or a crash, meets the old content or the new, never a part."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def replace_file(
    path: Path,
    content: bytes,
    *,
    make_folders: bool = False,
    new_mode: int = 0o644,
    check: Callable[[Path], object] | None = None,
) -> None:
    """Replace a file, or make it; a symbolic link stays one and its target is replaced.

    A file that is there keeps its permissions, a new one has `new_mode`. `check` is called with the new file
    before it takes its place; what it raises leaves the old one. The new file is written beside the old one, so
    that both are on one file system, and is gone where anything fails. Raises OSError.
    """
    path = path.resolve()
    if make_folders:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else new_mode)
        if check is not None:
            check(Path(temporary))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
