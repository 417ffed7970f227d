"""Judges a database for a test."""

from __future__ import annotations

from collections.abc import Mapping

from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
from pgplumb.rls.access_reader import read_access
from pgplumb.rls.judge import judge
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.surface import read_surface
from pgplumb.rls.tenants import tenant_map
from pgplumb.rls.verdict import Cell
from tests.databases import Database

SETTING = "current_setting('app.tenant_id')"
MEMBERS = "members(tenant_id) where user_id = current_setting('app.user_id')"


class Cells:
    """The cells of one judgement, by object, role and command."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement
        self._cells = {(c.object, c.role, c.command): c for c in judgement.cells}

    def cell(self, name: str, command: str = "SELECT", role: str = "app") -> Cell:
        """Return one cell; objects of the schema public need no schema."""
        return self._cells[name if "." in name else f"public.{name}", role, command]

    def verdict(self, name: str, command: str = "SELECT", role: str = "app") -> str:
        """Return its verdict, `suspected` where it is an unproved leak."""
        cell = self.cell(name, command, role)
        return "suspected" if cell.suspected else cell.verdict.value


def judged(
    database: Database,
    columns: tuple[str, ...] = ("tenant_id",),
    written: Mapping[str, str] | None = None,
    identities: tuple[str, ...] = (SETTING, MEMBERS),
    roles: tuple[str, ...] = (),
    user: str = "postgres",
) -> Cells:
    """Read a database and judge it."""
    session = database.session(user)
    catalog = with_expressions(read_structure(session), read_expressions(session)).catalog
    with session.unit(30_000) as unit:
        matrix = read_access(unit, catalog, roles)
    surface = read_surface(session, matrix)
    return Cells(judge(matrix, surface, tenant_map(catalog, columns, written, identities)))
