"""A new column that takes the place of an old one under its name, while the table is in use.

Both are kept in step by a trigger; what stands on the old column is made for the new one; one short transaction
swaps the names. Until the old column is dropped the swap can be taken back without loss.
"""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Policy, Relation
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import find, not_null, policy_ddl
from pgplumb.migrate.intents.parts.hanging import (
    again,
    dressed,
    hanging,
    names_of,
    suffixed,
    uses,
)
from pgplumb.migrate.intents.parts.quoting import name, qualified
from pgplumb.migrate.intents.parts.rows import at_once, batches, differs
from pgplumb.migrate.intents.parts.steps import alone, batched, short
from pgplumb.migrate.intents.parts.sync import Sync, one_way, one_way_if_it_fits
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.plan import Step


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the new column is."""

    catalog: Catalog
    table: Relation
    column: Column
    type: str
    """As SQL."""
    forth: str
    """The new value, an expression over the columns of the table before."""
    back: str
    """The old value, an expression over the columns of the table after."""
    default: str
    """The new default as SQL, "" for none."""

    def steps(self) -> list[Step]:
        """Return all steps. Raises Unwritable for what the swap would leave behind on the old column."""
        self._refuse()
        table, old = self.table, self.column.name
        new, kept = suffixed(old, "_new"), suffixed(old, "_old")
        for raw in (new, kept):
            if table.column_named(raw) is not None:
                raise Unwritable(f"{table.qualified} has a column {raw} already")
        found = hanging(self.catalog, table, self.column)
        sync = Sync(self.catalog, table, old)
        alter = f"ALTER TABLE {find.sql_name(table)}"
        add = short(
            [f"{alter} ADD COLUMN {name(new)} {self.type}", *dressed(self.catalog, table, self.column, new)],
            f"{alter} DROP COLUMN {name(new)}",
            "add the new column",
        )
        follow = short(
            sync.create(one_way(name(new), self.forth)), sync.drop(), "keep it in step with the old one"
        )
        change = batches(
            table, f"{name(new)} = {self.forth}", differs(f"t.{name(new)}", self.forth, self.type)
        )
        fill = batched(at_once(change), change, "fill it in the rows that are there")
        forbid = not_null.for_new(self.catalog, table, new) if self.column.not_null else []
        build = again(self.catalog, table, found, old, new, "_new")
        swap = self._swap(sync, new, kept, names_of(found))
        return [add, follow, fill, *forbid, *build, swap, self._drop(sync, kept)]

    def _refuse(self) -> None:
        table, column = self.table, self.column
        views = self.catalog.dependents.get(table.oid)
        if views:
            raise Unwritable(f"views read {table.qualified}: {', '.join(v.qualified for v in views[:3])}")
        if column.identity or column.generated:
            raise Unwritable(f"{table.qualified}.{column.name} is generated")
        if column.has_default and isinstance(column.default, str) and column.default.startswith("nextval("):
            raise Unwritable(f"a sequence belongs to {table.qualified}.{column.name}")
        if any(t.has_condition or column.number in t.columns for t in table.triggers):
            raise Unwritable(f"a trigger of {table.qualified} may use {column.name}")
        if table.kind == "r" and self.catalog.children.get(table.oid):
            raise Unwritable(f"other tables inherit {table.qualified}")
        for statistics in self.catalog.statistics_objects:
            if statistics.relation == table.oid and column.number in statistics.columns:
                raise Unwritable(f"the statistics {statistics.name} are about {column.name}")

    def _policies(self) -> list[Policy]:
        return [p for p in self.table.policies if uses(p.using, self.column) or uses(p.check, self.column)]

    def _swap(self, sync: Sync, new: str, kept: str, named: list[tuple[str, str]]) -> Step:
        """Return the one short transaction in which the names change hands."""
        on, old = find.sql_name(self.table), self.column.name
        alter = f"ALTER TABLE {on}"
        drop = [f"DROP POLICY {name(p.name)} ON {on}" for p in self._policies()]
        create = [s for p in self._policies() for s in policy_ddl.restore(self.catalog, self.table, p)]
        default = find.known(self.column.default, f"the default of {old}") if self.column.has_default else ""
        up = [f"LOCK TABLE {on} IN ACCESS EXCLUSIVE MODE", *drop]
        down = list(up)
        up += [
            f"{alter} RENAME COLUMN {name(old)} TO {name(kept)}",
            f"{alter} RENAME COLUMN {name(new)} TO {name(old)}",
        ]
        down += [
            f"{alter} RENAME COLUMN {name(old)} TO {name(new)}",
            f"{alter} RENAME COLUMN {name(kept)} TO {name(old)}",
        ]
        for kind, raw in named:
            up += [
                self._rename(kind, raw, suffixed(raw, "_old")),
                self._rename(kind, suffixed(raw, "_new"), raw),
            ]
            down += [
                self._rename(kind, raw, suffixed(raw, "_new")),
                self._rename(kind, suffixed(raw, "_old"), raw),
            ]
        here, there = f"{alter} ALTER COLUMN {name(old)}", f"{alter} ALTER COLUMN {name(kept)}"
        if default:
            up.append(f"{there} DROP DEFAULT")
        if self.default:
            up.append(f"{here} SET DEFAULT {self.default}")
            down.append(f"{alter} ALTER COLUMN {name(new)} DROP DEFAULT")
        if self.column.not_null:
            up.append(f"{there} DROP NOT NULL")
            down.append(f"{here} SET NOT NULL")
        if default:
            down.append(f"{here} SET DEFAULT {default}")
        up += [sync.replace(one_way_if_it_fits(name(kept), self.back)), *create]
        down += [sync.replace(one_way(name(new), self.forth)), *create]
        return short(up, down, "swap the names; the old column follows the new one", phase="switch")

    def _rename(self, kind: str, old: str, new: str) -> str:
        if kind == "INDEX":
            return f"ALTER INDEX {qualified(self.table.schema, old)} RENAME TO {name(new)}"
        return f"ALTER TABLE {find.sql_name(self.table)} RENAME CONSTRAINT {name(old)} TO {name(new)}"

    def _drop(self, sync: Sync, kept: str) -> Step:
        """Return the step that ends it; the way back makes and fills the old column, now the last of the table."""
        on = find.sql_name(self.table)
        alter = f"ALTER TABLE {on}"
        quoted = name(kept)
        other = differs(f"t.{quoted}", self.back, column_type(self.catalog, self.column))
        down = [f"{alter} ADD COLUMN {quoted} {column_type(self.catalog, self.column)}"]
        down += dressed(self.catalog, self.table, self.column, kept)
        down += sync.create(one_way_if_it_fits(quoted, self.back))
        down.append(f"UPDATE {on} AS t SET {quoted} = {self.back} WHERE {other}")
        found = hanging(self.catalog, self.table, self.column)
        old = self.column.name
        made = again(self.catalog, self.table, found, old, kept, "_old", same_parts=True)
        down += [s.up for s in made]
        return alone(
            [*sync.drop(), f"{alter} DROP COLUMN {quoted}"],
            down,
            "drop the old column, once nobody wants to go back",
            phase="contract",
            waits_for="",
            lock_timeout="2s",
            reversible="shape",
        )
