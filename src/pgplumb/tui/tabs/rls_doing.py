"""What is done about one cell: accept a branch, seek a witness. Each shows first what it will do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.foundation.profile import FILE_NAME, AcceptedBranch, ProfileError
from pgplumb.rls.accepted import CellKey, acceptance, key_of
from pgplumb.rls.gates import sql_of
from pgplumb.rls.verdict import Branch, Cell, Ground
from pgplumb.tui.requests import ProbeRows, ReadProfile, SeekWitness
from pgplumb.tui.state import Phase
from pgplumb.tui.tabs.rls_predicate import predicate_lines
from pgplumb.tui.widgets.ink import Line, Span, line

if TYPE_CHECKING:
    from pgplumb.tui.tab import Tab
    from pgplumb.tui.tabs.rls_spot import Spot
    from pgplumb.tui.verdicts import Verdicts


def open_branches(verdicts: Verdicts, cells: Sequence[Cell]) -> list[tuple[Cell, Branch]]:
    """Return the branches that leak and that nobody accepted."""
    return [
        (cell, branch)
        for cell in cells
        for branch in cell.branches
        if branch.ground is not Ground.UNREAD
        and acceptance(cell, branch, verdicts.accepted, verdicts.on) is None
    ]


def accept(tab: Tab, spot: Spot) -> None:
    """Ask for a reason to accept the branch of a spot, or its first that leaks; write it into the profile."""
    from pgplumb.tui.screens.accept import AcceptScreen

    if spot.verdicts is None or not spot.cells:
        tab.say("choose an object and a role first", "muted")
        return
    choices = open_branches(spot.verdicts, spot.cells)
    if spot.item is not None and spot.item.branch is not None:
        choices = [pair for pair in choices if pair[1] == spot.item.branch]
    if not choices:
        tab.say("no branch here lets foreign rows pass without being accepted", "muted")
        return
    folder = Path.cwd()
    tab.app.push_screen(AcceptScreen(*choices[0], date.today(), folder), partial(_write, tab, folder))


def _write(tab: Tab, folder: Path, accepted: AcceptedBranch | None) -> None:
    from pgplumb.foundation.profile_waiver import add_accepted

    if accepted is None:
        return
    try:
        add_accepted(folder / FILE_NAME, accepted)
    except ProfileError as error:
        tab.say(str(error), "fail")
        return
    tab.request(ReadProfile())
    tab.say(f"accepted, in {FILE_NAME}", "pass")


def seek_witness(tab: Tab, spot: Spot, asked: Callable[[CellKey], None]) -> None:
    """Show what will run for the worst suspected cell, and run it when that is agreed to; `asked` is told of which."""
    from pgplumb.tui.screens.confirm import ConfirmScreen

    verdicts = spot.verdicts
    cell = next((c for c in spot.cells if verdicts is not None and verdicts.waits(c)), None)
    if verdicts is None or cell is None:
        tab.say("no suspected leak is under the cursor", "muted")
        return
    if tab.state.connection.phase is not Phase.LIVE:
        tab.say("a witness needs a server", "warn")
        return

    def agreed(yes: bool | None) -> None:
        if yes:
            asked(key_of(cell))
            tab.request(SeekWitness(key_of(cell)))
            tab.say("seeking a witness; ctrl+c cancels a statement")

    where = " · ".join(p for p in (tab.state.connection.label, tab.state.connection.database) if p)
    tab.app.push_screen(ConfirmScreen(f"Seek a witness on {where}?", list(what_runs(verdicts, cell))), agreed)


def probe_rows(tab: Tab, spot: Spot) -> None:
    """Show what will be looked at of the object, and look when that is agreed to."""
    from pgplumb.tui.screens.confirm import ConfirmScreen

    verdicts, row = spot.verdicts, spot.row
    if verdicts is None or row is None or not row.oid:
        tab.say("choose a table or a view first", "muted")
        return
    relation, name = row.oid, row.qualified
    if tab.state.connection.phase is not Phase.LIVE:
        tab.say("a look at rows needs a server", "warn")
        return
    path = verdicts.judgement.tenants.path_of.get(relation)
    if path is None or path.hops:
        tab.say(f"{name} has no tenant column of its own: nothing tells a foreign row", "warn")
        return

    def agreed(yes: bool | None) -> None:
        if yes:
            tab.request(ProbeRows(relation))
            tab.say(f"looking at rows of {name}; ctrl+c cancels a statement")

    lines = [
        line("As each role that may read it, in sessions of at most two tenants that are in it:"),
        line(
            "  ",
            Span("SELECT EXISTS", "sql-keyword"),
            f" (a row of {name} with another {path.column} ... LIMIT 1)",
        ),
        (),
        line(Span("READ ONLY, 2 s each, rolled back; refused where it would scan a large table.", "muted")),
        line(Span("Policies and the functions that they call run. No row seen proves nothing.", "warn")),
    ]
    tab.app.push_screen(ConfirmScreen(f"Look at rows of {name}?", lines), agreed)


def what_runs(verdicts: Verdicts, cell: Cell) -> Iterator[Line]:
    """Say exactly what will be evaluated, as whom, and what limits it."""
    draft = verdicts.draft(cell)
    catalog = verdicts.judgement.matrix.catalog
    yield line(Span("Rows are made up, none is read or written. ", "text"))
    yield line(Span("For each session that is tried, one READ ONLY transaction of at most 2 s runs", "muted"))
    for gate in draft.gates:
        who = catalog.role_name(gate.gate.caller or gate.gate.role)
        relation = catalog.relations.get(gate.gate.relation)
        yield ()
        yield line(
            Span("as ", "muted"),
            Span(who, "strong"),
            Span(f", {'USING' if gate.gate.which == 'using' else 'WITH CHECK'} of ", "muted"),
            Span(relation.qualified if relation else "", "strong"),
        )
        for one in predicate_lines(sql_of(gate.gate.permissive, gate.gate.restrictive)):
            yield (Span("  "), *one)
    yield ()
    yield line(Span("Tables that it names are read, and functions that it names are called.", "warn"))
