"""What an index is made of, apart from its name."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.sql.quote import quote_identifier, quote_qualified
from pgplumb.workload.advisor.use import Key, Predicate


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One key column or expression."""

    key: Key
    descending: bool = False
    nulls_first: bool | None = None
    """None where the direction's own default holds."""
    opclass: str = ""
    """As SQL; empty for the type's default."""

    @property
    def sql(self) -> str:
        """As CREATE INDEX takes it."""
        text = quote_identifier(self.key.sql) if self.key.is_column else f"({self.key.sql})"
        words = [text, self.opclass, "DESC" if self.descending else ""]
        if self.nulls_first is not None and self.nulls_first != self.descending:
            words.append("NULLS FIRST" if self.nulls_first else "NULLS LAST")
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Shape:
    """A candidate: two of the same shape are the same index."""

    schema: str
    table: str
    method: str
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...] = ()
    predicates: tuple[Predicate, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Every column that it depends on: a change of one of them is a change of the index."""
        keys = (column for key in self.keys for column in key.key.columns)
        conditions = (column for predicate in self.predicates for column in predicate.columns)
        return frozenset((*keys, *self.include, *conditions))

    @property
    def where(self) -> str | None:
        """The predicate as SQL, or None."""
        return " AND ".join(p.sql for p in self.predicates) or None

    @property
    def sort_key(self) -> tuple[str, ...]:
        """A total order that has nothing to do with how it was found."""
        keys = "\0".join(key.sql for key in self.keys)
        return (self.schema, self.table, self.method, keys, "\0".join(self.include), self.where or "")

    def ddl(self, name: str, *, concurrently: bool = True) -> str:
        """Return the CREATE INDEX statement."""
        words = ["CREATE INDEX", "CONCURRENTLY" if concurrently else "", quote_identifier(name), "ON"]
        words.append(quote_qualified(self.schema, self.table))
        words.append(f"USING {self.method}" if self.method != "btree" else "")
        words.append(f"({', '.join(key.sql for key in self.keys)})")
        words.append(f"INCLUDE ({', '.join(map(quote_identifier, self.include))})" if self.include else "")
        words.append(f"WHERE {self.where}" if self.predicates else "")
        return " ".join(word for word in words if word)

    def extends(self, other: Shape) -> bool:
        """Whether it can do all that another one can: its keys begin with the other's, and it holds as much."""
        return (
            self != other
            and (self.schema, self.table, self.method) == (other.schema, other.table, other.method)
            and self.method == "btree"
            and self.keys[: len(other.keys)] == other.keys
            and set(other.include) <= {*self.include, *(k.key.sql for k in self.keys)}
            and self.predicates == other.predicates
        )
