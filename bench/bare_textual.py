"""What Textual itself costs: header, footer, five tabs, a table of 1,000 rows in two of them, all in memory."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Footer, Header, Static, TabbedContent, TabPane

TABS = ("Tables", "Indexes", "RLS", "Queries", "Migrations")


class BareTabs(App[None]):
    """The same number of tabs and rows as pgplumb shows of a database with 1,000 tables."""

    CSS = "TabbedContent, ContentSwitcher, TabPane, DataTable { height: 1fr; } TabPane { padding: 0; }"
    BINDINGS: ClassVar = [
        *(Binding(str(number), f"tab({number})", name) for number, name in enumerate(TABS, 1)),
        Binding("q", "quit", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        """Give the widgets."""
        yield Header()
        with TabbedContent():
            for number, name in enumerate(TABS, 1):
                with TabPane(name, id=f"t{number}"):
                    yield DataTable[str](cursor_type="row") if number < 3 else Static(f"PANE {number}\n" * 30)
        yield Footer()

    def on_mount(self) -> None:
        """Fill the tables."""
        for number, table in enumerate(self.query(DataTable)):
            table.add_columns("schema", "name", "rows", "size", "indexes", "rls", "checks")
            table.add_rows(
                (
                    f"schema_{row % 20}",
                    f"table_{number}_{row:04d}",
                    str(row * 37 % 99991),
                    f"{row % 977} MB",
                    str(row % 9),
                    "yes" if row % 2 else "no",
                    "READY",
                )
                for row in range(1000)
            )
        self.query(DataTable).first().focus()

    def action_tab(self, number: int) -> None:
        """Show a tab."""
        self.query_one(TabbedContent).active = f"t{number}"
        for table in self.query(DataTable):
            if table.parent is not None and table.parent.id == f"t{number}":
                table.focus()


if __name__ == "__main__":
    BareTabs().run()
