"""Which relations are held, or about to be held, so that even reading about them would wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pgplumb.catalog.locked import LockHolder, holders
from pgplumb.catalog.statement import statement

if TYPE_CHECKING:
    from pgplumb.server.session import Unit

__all__ = ["LockHolder", "locked_relations"]


def locked_relations(unit: Unit) -> Mapping[int, LockHolder]:
    """Return relations of this database with ACCESS EXCLUSIVE held or waited for by others, by oid.

    Works for a role without any grant: it then names the pid but neither statement nor time.
    """
    return holders(unit.query(statement("locked", unit.server_version)))
