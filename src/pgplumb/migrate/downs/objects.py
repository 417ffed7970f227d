"""The opposite of statements that create, rename, move or describe an object."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.downs.undo import Undo, Unknown
from pgplumb.sql.lexer import significant
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified
from pgplumb.sql.ranges import range_name

_RENAMED = {
    "OBJECT_TABLE": "TABLE", "OBJECT_VIEW": "VIEW", "OBJECT_MATVIEW": "MATERIALIZED VIEW", "OBJECT_INDEX": "INDEX",
    "OBJECT_SEQUENCE": "SEQUENCE", "OBJECT_FOREIGN_TABLE": "FOREIGN TABLE",
}  # fmt: skip
_ROWS = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt", "CopyStmt"}
_NOTHING = {
    "SelectStmt",
    "VacuumStmt",
    "ReindexStmt",
    "ClusterStmt",
    "RefreshMatViewStmt",
    "LockStmt",
    "ExplainStmt",
}


def undo_object(undo: Undo) -> Iterator[str]:
    """Yield the statements that take one statement back. Raises Unknown."""
    kind = undo.node.kind
    if kind == "IndexStmt":
        yield from _index(undo)
    elif kind in ("CreateStmt", "CreateSeqStmt", "ViewStmt"):
        undo.new()
        word = {"CreateStmt": "TABLE", "CreateSeqStmt": "SEQUENCE", "ViewStmt": "VIEW"}[kind]
        field = {"CreateSeqStmt": "sequence", "ViewStmt": "view"}.get(kind, "relation")
        yield f"DROP {word} {undo.name(field)}"
    elif kind == "CreateTableAsStmt":
        yield from _table_as(undo)
    elif kind in ("CreateEnumStmt", "CompositeTypeStmt", "CreateDomainStmt"):
        names = undo.node.words("typeName") or undo.node.words("domainname")
        names = names or range_name(undo.node.node("typevar") or undo.node)
        yield f"DROP {'DOMAIN' if kind == 'CreateDomainStmt' else 'TYPE'} {quote_qualified(*names)}"
    elif kind in ("CreateTrigStmt", "CreatePolicyStmt"):
        undo.new()
        trigger = kind == "CreateTrigStmt"
        name = undo.node.text("trigname" if trigger else "policy_name")
        table = undo.name("relation" if trigger else "table")
        yield f"DROP {'TRIGGER' if trigger else 'POLICY'} {quote_identifier(name)} ON {table}"
    elif kind in ("CreateSchemaStmt", "CreateExtensionStmt"):
        undo.new()
        name = undo.node.text("schemaname") or undo.node.text("extname")
        yield f"DROP {'SCHEMA' if kind == 'CreateSchemaStmt' else 'EXTENSION'} {quote_identifier(name)}"
    elif kind == "CreateStatsStmt" and undo.node.words("defnames"):
        undo.new()
        yield f"DROP STATISTICS {quote_qualified(*undo.node.words('defnames'))}"
    elif kind == "CreateFunctionStmt":
        yield from _function(undo)
    elif kind == "RenameStmt":
        yield from _rename(undo)
    elif kind == "AlterObjectSchemaStmt":
        yield from _schema(undo)
    elif kind == "CommentStmt":
        yield from _comment(undo)
    elif kind == "AlterEnumStmt":
        yield from _enum(undo)
    elif kind in _ROWS:
        raise Unknown("rows that it changes do not come back")
    elif kind == "DropStmt":
        raise Unknown("what it drops is not kept")
    elif kind not in _NOTHING:
        raise Unknown("its opposite is not known")


def _index(undo: Undo) -> Iterator[str]:
    undo.new()
    name, table = undo.node.text("idxname"), undo.node.node("relation")
    if not name:
        raise Unknown("the server chooses the index's name")
    for step in undo.world.steps[undo.step.index :]:
        commands = step.node.nodes("cmds")
        if any((d := c.node("def")) is not None and d.text("indexname") == name for c in commands):
            return  # It becomes a constraint and goes with it.
    schema = range_name(table)[:-1] if table else ()
    concurrently = "CONCURRENTLY " if undo.node.flag("concurrent") else ""
    yield f"DROP INDEX {concurrently}{quote_qualified(*schema, name)}"


def _table_as(undo: Undo) -> Iterator[str]:
    undo.new()
    into = undo.node.node("into")
    relation = into.node("rel") if into else None
    if relation is None:
        raise Unknown("its name is not known")
    word = "MATERIALIZED VIEW" if undo.node.text("objtype") == "OBJECT_MATVIEW" else "TABLE"
    yield f"DROP {word} {quote_qualified(*range_name(relation))}"


def _function(undo: Undo) -> Iterator[str]:
    undo.new()
    name = undo.node.words("funcname")
    catalog = undo.world.catalog
    if catalog is None or any(f.name == name[-1] for f in catalog.functions.values()):
        raise Unknown("other functions of this name may stand beside it")
    word = "PROCEDURE" if undo.node.flag("is_procedure") else "FUNCTION"
    yield f"DROP {word} {quote_qualified(*name)}"


def _rename(undo: Undo) -> Iterator[str]:
    node = undo.node
    kind, new = node.text("renameType"), node.text("newname")
    relation = node.node("relation")
    if relation is None:
        raise Unknown("its opposite is not known")
    name = range_name(relation)
    if kind in ("OBJECT_COLUMN", "OBJECT_TABCONSTRAINT"):
        what = "COLUMN" if kind == "OBJECT_COLUMN" else "CONSTRAINT"
        word = _RENAMED.get(node.text("relationType"), "TABLE")
        old = quote_identifier(node.text("subname"))
        yield f"ALTER {word} {quote_qualified(*name)} RENAME {what} {quote_identifier(new)} TO {old}"
    elif kind in _RENAMED:
        moved = quote_qualified(*name[:-1], new)
        yield f"ALTER {_RENAMED[kind]} {moved} RENAME TO {quote_identifier(name[-1])}"
    elif kind in ("OBJECT_TRIGGER", "OBJECT_POLICY"):
        word, old = kind.removeprefix("OBJECT_"), quote_identifier(node.text("subname"))
        yield f"ALTER {word} {quote_identifier(new)} ON {quote_qualified(*name)} RENAME TO {old}"
    else:
        raise Unknown("its opposite is not known")


def _schema(undo: Undo) -> Iterator[str]:
    relation = undo.node.node("relation")
    word = _RENAMED.get(undo.node.text("objectType"))
    if relation is None or word is None:
        raise Unknown("its opposite is not known")
    old = range_name(relation)[0] if len(range_name(relation)) > 1 else undo.record().schema
    moved = quote_qualified(undo.node.text("newschema"), range_name(relation)[-1])
    yield f"ALTER {word} {moved} SET SCHEMA {quote_identifier(old)}"


def _comment(undo: Undo) -> Iterator[str]:
    """Put the old comment behind the words that name the object."""
    kind, name = undo.node.text("objtype"), undo.node.name("object")
    is_column = kind == "OBJECT_COLUMN"
    if kind not in (*_RENAMED, "OBJECT_COLUMN", "OBJECT_TABCONSTRAINT") or kind == "OBJECT_INDEX":
        raise Unknown("the old comment is not known")
    target, record = undo.world.find(name if kind in _RENAMED else name[:-1])
    if not target.existed:
        return  # It goes with its object.
    if record is None:
        raise Unknown("the old comment is not known")
    old = record.comment
    if is_column:
        column = record.column_named(name[-1])
        old = column.comment if column else None
    elif kind == "OBJECT_TABCONSTRAINT":
        old = next((c.comment for c in record.constraints if c.name == name[-1]), None)
    words = [token for token in significant(undo.step.statement.text) if token.lower == "is"]
    head = undo.step.statement.text[: words[-1].end]
    yield f"{head} {quote_literal(old) if old is not None else 'NULL'}"


def _enum(undo: Undo) -> Iterator[str]:
    old, new = undo.node.text("oldVal"), undo.node.text("newVal")
    if not old:
        raise Unknown("a value cannot be dropped from an enum")
    name = quote_qualified(*undo.node.words("typeName"))
    yield f"ALTER TYPE {name} RENAME VALUE {quote_literal(new)} TO {quote_literal(old)}"
