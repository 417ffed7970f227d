"""Triggers that keep two columns, or more, of a row in step while code moves from one to the other."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name, qualified


class Sync:
    """One BEFORE trigger of a table with its function; a last one of all, since triggers fire by name."""

    def __init__(self, catalog: Catalog, table: Relation, about: str) -> None:
        self._raw = naming.compose("zz_sync", (table.name, about))
        self._table = table
        if any((f.schema, f.name) == (table.schema, self._raw) for f in catalog.functions.values()):
            raise Unwritable(f"there is a function {self._raw} already: a change of this column is under way")
        self._function = qualified(table.schema, self._raw)

    def create(self, body: str) -> list[str]:
        """Return the statements that make it; the body sets columns of NEW."""
        return [
            f"CREATE FUNCTION {self._function}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $sync$ BEGIN {body} RETURN NEW; END $sync$",
            self.trigger(),
        ]

    def replace(self, body: str) -> str:
        """Return the statement that makes it do something else."""
        return (
            f"CREATE OR REPLACE FUNCTION {self._function}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $sync$ BEGIN {body} RETURN NEW; END $sync$"
        )

    def trigger(self) -> str:
        """Return the statement that makes the trigger alone."""
        return (
            f"CREATE TRIGGER {name(self._raw)} BEFORE INSERT OR UPDATE ON {find.sql_name(self._table)}"
            f" FOR EACH ROW EXECUTE FUNCTION {self._function}()"
        )

    def drop(self) -> list[str]:
        """Return the statements that take it away."""
        on = find.sql_name(self._table)
        return [f"DROP TRIGGER {name(self._raw)} ON {on}", f"DROP FUNCTION {self._function}()"]


def of_row(expression: str) -> str:
    """Return an expression over a table's columns as one over the row NEW."""
    return f"(SELECT {expression} FROM (SELECT NEW.*) AS t)"


def both_ways(old: str, new: str, to_new: str, to_old: str) -> str:
    """Return the body that lets code write either of two columns, given as SQL names; expressions are over the row.

    On INSERT the new column wins where it was given; on UPDATE the one that changed.
    """
    forth, back = f"NEW.{new} := {of_row(to_new)};", f"NEW.{old} := {of_row(to_old)};"
    return (
        f"IF TG_OP = 'INSERT' THEN IF NEW.{new} IS NULL THEN {forth} ELSE {back} END IF;"
        f" ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN {back}"
        f" ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN {forth} END IF;"
    )


def one_way(target: str, expression: str) -> str:
    """Return the body that sets a column, as SQL, from the rest of its row."""
    return f"NEW.{target} := {of_row(expression)};"


def one_way_if_it_fits(target: str, expression: str) -> str:
    """Return the same where the value may not fit: then the column is null, and the row is written all the same."""
    return (
        f"BEGIN NEW.{target} := {of_row(expression)};"
        f" EXCEPTION WHEN data_exception OR invalid_text_representation THEN NEW.{target} := NULL; END;"
    )
