"""A script as it is run: what commits together, and what stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pgplumb.migrate.rehearsal.script import Part, parts_of


class Unrunnable(Exception):  # noqa: N818
    """A statement has no place in the twin, or is no SQL; one line says which and why."""


@dataclass(frozen=True, slots=True)
class Block:
    """Statements of one transaction, or one that runs outside of any."""

    parts: tuple[Part, ...]
    together: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with its mode: a step, or a whole migration."""

    text: str
    autocommit: bool


def blocks_of(pieces: Iterable[Piece]) -> tuple[Block, ...]:
    """Return what is run, in order; BEGIN, COMMIT and ROLLBACK of the texts are heeded. Raises Unrunnable."""
    return tuple(block for piece in pieces for block in _blocks(piece) if block.parts)


def _blocks(piece: Piece) -> Iterable[Block]:
    group: list[Part] | None = None if piece.autocommit else []
    for part in parts_of(piece.text):
        if part.way in ("refused", "syntax"):
            raise Unrunnable(f"statement {part.index + 1}: {part.why}")
        if part.control == "PREPARE":
            raise Unrunnable(f"statement {part.index + 1}: two-phase commit is not tried in the twin")
        if part.control == "BEGIN":
            group = group if group is not None else []
        elif part.control in ("COMMIT", "ROLLBACK"):
            if part.control == "COMMIT" and group:
                yield Block(tuple(group), together=True)
            group = None
        elif group is None:
            yield Block((part,), together=False)
        else:
            group.append(part)
    if group:
        yield Block(tuple(group), together=True)


def parts(blocks: Sequence[Block]) -> tuple[Part, ...]:
    """Return the statements of all blocks."""
    return tuple(part for block in blocks for part in block.parts)
