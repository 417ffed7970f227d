"""Gives relation files their target's size as holes, and first pages the planner's facts.

Done to a database that nobody has connected to, so that no page of it is in shared buffers. The planner asks the
file system how long a relation is (RelationGetNumberOfBlocks); a hole costs no disk.
"""

from __future__ import annotations

import os
from pathlib import Path

from pgplumb.twin.pages import BLOCK, PageError, brin, btree

SEGMENT_PAGES = 131072
"""RELSEG_SIZE: pages in one file of a relation, 1 GiB."""


def stretch(path: Path, pages: int, head: bytes = b"") -> None:
    """Give a relation's main fork so many pages, the first ones as given, the rest a hole.

    `path` is its first segment, which exists; the others are made with the same owner and mode.
    """
    first = path.stat()
    with path.open("r+b") as file:
        if head:
            file.write(head)
        file.truncate(max(min(pages, SEGMENT_PAGES) * BLOCK, len(head)))
    left = pages - SEGMENT_PAGES
    number = 1
    while left > 0:
        segment = path.with_name(f"{path.name}.{number}")
        descriptor = os.open(segment, os.O_CREAT | os.O_RDWR, first.st_mode & 0o777)
        try:
            os.ftruncate(descriptor, min(left, SEGMENT_PAGES) * BLOCK)
            if os.geteuid() == 0:
                os.fchown(descriptor, first.st_uid, first.st_gid)
        finally:
            os.close(descriptor)
        left -= SEGMENT_PAGES
        number += 1


def stretch_index(path: Path, method: str, pages: int, height: int, heap_pages: int) -> None:
    """Give an index its size, with what the planner reads of its first page.

    `height` is the root's level of a B-tree, 0 where the root is a leaf. One of a single page is empty: it has no root.
    Raises PageError for an index that is not empty or of another method.
    """
    if method == "btree" and pages <= 1:
        return
    head = b""
    if method in ("btree", "brin"):
        with path.open("rb") as file:
            meta = file.read(BLOCK)
        if len(meta) < BLOCK:
            raise PageError(f"{path.name} has no first page")
        head = btree(meta, height) if method == "btree" else brin(meta, heap_pages)
    stretch(path, max(pages, len(head) // BLOCK), head)
