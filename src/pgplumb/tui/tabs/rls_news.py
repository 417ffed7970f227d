"""Says what came of a witness or a look at rows that somebody asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pgplumb.rls.accepted import CellKey, key_of
from pgplumb.tui.tabs.rls_probed import summary

if TYPE_CHECKING:
    from pgplumb.tui.tab import Tab
    from pgplumb.tui.tabs.rls_rows import RlsRow
    from pgplumb.tui.verdicts import Probed, Verdicts


class News:
    """What was asked for and has not been told yet."""

    def __init__(self) -> None:
        self.awaited: set[CellKey] = set()
        """Cells of which a witness is being sought."""
        self._told: Mapping[int, Probed] = {}

    def tell(self, tab: Tab, verdicts: Verdicts, row: RlsRow | None) -> None:
        """Say what is new; of looks at rows, those of the object under the cursor."""
        for key in self.awaited & verdicts.sought:
            self.awaited.discard(key)
            tell_witness(tab, verdicts, key)
        for oid, probed in verdicts.probed.items():
            before = self._told.get(oid)
            if (before is None or before.at != probed.at) and row is not None and row.oid == oid:
                tell_probe(tab, probed, row.qualified)
        self._told = verdicts.probed


def tell_probe(tab: Tab, probed: Probed, name: str) -> None:
    """Say what came of it."""
    foreign = [text for text, seen in probed.seen if seen]
    if probed.faults:
        tab.say(f"a mistake of pgplumb's: {probed.faults[0]}", "fail")
    elif foreign:
        tab.say(foreign[0], "fail")
    else:
        tab.say(summary(probed, name))


def tell_witness(tab: Tab, verdicts: Verdicts, key: CellKey) -> None:
    """Say what came of it."""
    cell = next((c for c in verdicts.judgement.cells if key_of(c) == key), None)
    if cell is None:
        return
    what = f"{cell.command} by {cell.role} on {cell.object}"
    if cell.suspected:
        tab.say(f"{what}: no row was found that passes; it stays suspected")
    else:
        tab.say(f"{what}: a row of another tenant passes; {cell.verdict.value}", "fail")
