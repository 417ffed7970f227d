"""The statements that would make one relation again, from catalog records.

Where the server's own definition is at hand it is used for indexes, constraints, triggers and view queries. What
cannot be written from what was read stands as a comment that says why.
"""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.acl import PRIVILEGES, grants
from pgplumb.catalog.definition import Definition
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Constraint, Index, Relation
from pgplumb.catalog.type_names import type_name
from pgplumb.catalog.unread import Text, Unread
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import constraint_ddl, index_ddl, policy_ddl
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified

_KEYWORD = {
    "r": "TABLE",
    "p": "TABLE",
    "v": "VIEW",
    "m": "MATERIALIZED VIEW",
    "f": "FOREIGN TABLE",
    "S": "SEQUENCE",
}


def ddl(catalog: Catalog, relation: Relation, definition: Definition | None = None) -> str:
    """Return the statements, separated by empty lines; the text ends with a newline."""
    return "\n\n".join(_statements(catalog, relation, definition)) + "\n"


def _statements(catalog: Catalog, r: Relation, d: Definition | None) -> Iterator[str]:
    if r.kind in "vm":
        yield _view(r, d)
    elif r.kind == "S":
        yield _sequence(catalog, r)
    else:
        yield _table(catalog, r, d)
    backing = {c.index for c in r.constraints if c.kind in "pux"}
    for index in r.indexes:
        if index.oid not in backing:
            yield _index(catalog, r, index, d) + ";"
    name = quote_qualified(r.schema, r.name)
    if r.row_security:
        yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;"
    if r.force_row_security:
        yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY;"
    for policy in r.policies:
        yield _or_why(f"policy {policy.name}", lambda p=policy: policy_ddl.recreate(catalog, r, p) + ";")
    for trigger in r.triggers:
        text = d.triggers.get(trigger.oid) if d else None
        if not trigger.internal:
            yield text + ";" if text else f"-- trigger {trigger.name}: its definition was not read"
    yield from _comments(r, name)
    yield from _grants(r, name)


def _table(catalog: Catalog, r: Relation, d: Definition | None) -> str:
    words = [
        "CREATE",
        "UNLOGGED" if r.persistence == "u" else "",
        _KEYWORD[r.kind],
        quote_qualified(r.schema, r.name),
    ]
    lines = [f"    {_column(catalog, r, column)}" for column in r.columns]
    constraints = [c for c in r.constraints if c.kind in "pufxc" and (c.is_local or not r.is_partition)]
    order = "puxfc"
    lines += [
        f"    {_constraint(catalog, r, c, d)}"
        for c in sorted(constraints, key=lambda c: (order.index(c.kind), c.name))
    ]
    text = " ".join(w for w in words if w) + " (\n" + _joined(lines) + "\n)"
    if r.partition_key is not None:
        key = d.partition_key if d and d.partition_key else _partition_key(r)
        text += f"\nPARTITION BY {key}"
    if r.is_partition and r.parents and r.parents[0] in catalog.relations:
        parent = catalog.relations[r.parents[0]]
        bound = _text(r.partition_bound, "the bound")
        text += f"\n/* partition of {quote_qualified(parent.schema, parent.name)} {bound} */"
    elif r.parents:
        names = (catalog.relations[o] for o in r.parents if o in catalog.relations)
        text += "\nINHERITS (" + ", ".join(quote_qualified(p.schema, p.name) for p in names) + ")"
    if r.foreign_server:
        text += f"\nSERVER {quote_identifier(r.foreign_server)}"
    if r.options:
        text += "\nWITH (" + ", ".join(_option(o) for o in r.options) + ")"
    return text + ";"


def _joined(lines: list[str]) -> str:
    """Join with commas; a line that is a comment takes none."""
    last = max((i for i, line in enumerate(lines) if not line.lstrip().startswith("--")), default=-1)
    return "\n".join(
        line if line.lstrip().startswith("--") or i == last else line + "," for i, line in enumerate(lines)
    )


def _column(catalog: Catalog, r: Relation, column: Column) -> str:
    words = [quote_identifier(column.name), type_name(catalog.types, column.type_oid, column.typmod)]
    own = catalog.collations.get(column.collation)
    if own is not None and own.name != "default":
        words.append(f"COLLATE {quote_qualified(own.schema, own.name)}")
    if column.generated:
        kind = "STORED" if column.generated == "s" else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({_text(column.default, 'its expression')}) {kind}")
    elif column.identity:
        words.append(f"GENERATED {'ALWAYS' if column.identity == 'a' else 'BY DEFAULT'} AS IDENTITY")
    elif column.has_default:
        words.append(f"DEFAULT {_text(column.default, 'its default')}")
    if column.not_null:
        words.append("NOT NULL")
    return " ".join(words)


def _text(text: Text | None, what: str) -> str:
    if text is None or isinstance(text, Unread):
        return f"/* {what}: {text.reason if isinstance(text, Unread) else 'not read'} */"
    return text


def _partition_key(r: Relation) -> str:
    assert r.partition_key is not None
    strategy = {"r": "RANGE", "l": "LIST", "h": "HASH"}[r.partition_key.strategy]
    return f"{strategy} ({', '.join(map(quote_identifier, r.column_names(r.partition_key.columns)))})"


def _constraint(catalog: Catalog, r: Relation, c: Constraint, d: Definition | None) -> str:
    start = f"CONSTRAINT {quote_identifier(c.name)} "
    if d is not None and c.oid in d.constraints:
        return start + d.constraints[c.oid]
    if c.kind in "pu":
        index = next((i for i in r.indexes if i.oid == c.index), None)
        include = ", ".join(map(quote_identifier, r.column_names(index.included))) if index else ""
        words = "PRIMARY KEY" if c.kind == "p" else "UNIQUE"
        keys = ", ".join(map(quote_identifier, r.column_names(c.columns)))
        return (
            f"{start}{words} ({keys})"
            + (f" INCLUDE ({include})" if include else "")
            + constraint_ddl.timing(c)
        )
    return _or_why(
        f"constraint {c.name}",
        lambda: start + constraint_ddl.definition(catalog, r, c) + ("" if c.validated else " NOT VALID"),
    )


def _index(catalog: Catalog, r: Relation, index: Index, d: Definition | None) -> str:
    if d is not None and index.oid in d.indexes:
        return d.indexes[index.oid]
    return _or_why(
        f"index {index.name}",
        lambda: index_ddl.shape_of(catalog, r, index).statement(index.name, r, concurrently=False),
    )


def _or_why(what: str, write: object) -> str:
    assert callable(write)
    try:
        return str(write())
    except Unwritable as error:
        return f"-- {what}: {error}"


def _view(r: Relation, d: Definition | None) -> str:
    head = f"CREATE {_KEYWORD[r.kind]} {quote_qualified(r.schema, r.name)}"
    if r.options:
        head += " WITH (" + ", ".join(_option(o) for o in r.options) + ")"
    if d is None or d.query is None:
        return f"{head} AS\n-- its query was not read"
    return f"{head} AS\n{d.query.rstrip().rstrip(';')};"


def _sequence(catalog: Catalog, r: Relation) -> str:
    s = r.sequence
    if s is None:
        return f"CREATE SEQUENCE {quote_qualified(r.schema, r.name)};"
    text = (
        f"CREATE SEQUENCE {quote_qualified(r.schema, r.name)} AS {type_name(catalog.types, s.type_oid)}\n"
        f"    INCREMENT BY {s.increment} MINVALUE {s.minimum} MAXVALUE {s.maximum}\n"
        f"    START WITH {s.start} CACHE {s.cache}{' CYCLE' if s.cycle else ''};"
    )
    owner = catalog.relations.get(s.owner_relation)
    column = owner.column(s.owner_column) if owner else None
    if owner is not None and column is not None and not s.internal:
        owned = f"{quote_qualified(owner.schema, owner.name)}.{quote_identifier(column.name)}"
        text += f"\nALTER SEQUENCE {quote_qualified(r.schema, r.name)} OWNED BY {owned};"
    return text


def _option(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{quote_identifier(name)} = {quote_literal(value)}"


def _comments(r: Relation, name: str) -> Iterator[str]:
    lines = []
    if r.comment is not None:
        lines.append(f"COMMENT ON {_KEYWORD[r.kind]} {name} IS {quote_literal(r.comment)};")
    for c in r.columns:
        if c.comment is not None:
            lines.append(
                f"COMMENT ON COLUMN {name}.{quote_identifier(c.name)} IS {quote_literal(c.comment)};"
            )
    if lines:
        yield "\n".join(lines)


def _grants(r: Relation, name: str) -> Iterator[str]:
    lines = []
    for grant in grants(r.acl):
        words = ", ".join(PRIVILEGES.get(letter, letter) for letter in grant.privileges)
        to = quote_identifier(grant.grantee) if grant.grantee else "PUBLIC"
        kind = "SEQUENCE" if r.kind == "S" else "TABLE"
        if words:
            lines.append(f"GRANT {words} ON {kind} {name} TO {to};")
    if lines:
        yield "\n".join(lines)
