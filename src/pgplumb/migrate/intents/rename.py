"""Rename an object. The lock is short, but whoever uses the old name fails from then on."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import naming
from pgplumb.migrate.intents.parts.objects import RELATION_WORDS, Object, resolve
from pgplumb.migrate.intents.parts.quoting import name, qualified, split_dotted

_AMONG_RELATIONS = frozenset((*RELATION_WORDS, "index"))


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER ... RENAME and the way back."""
    found = resolve(catalog, fields.text("object"))
    new = fields.text("name")
    if found.kind in _AMONG_RELATIONS:
        schema = split_dotted(fields.text("object").partition(":")[2])[0]
        if naming.relation_taken(catalog, schema)(new):
            raise Unwritable(f"there is a relation {qualified(schema, new)} already")
    return Change(_rename(found, found.name, new), _rename(found, new, found.name), online=True)


def _rename(found: Object, old: str, new: str) -> str:
    if found.kind in ("column", "fk", "constraint"):
        word = "COLUMN" if found.kind == "column" else "CONSTRAINT"
        return script(f"ALTER {found.owner} RENAME {word} {name(old)} TO {name(new)}")
    return script(f"ALTER {found.words_for(old)} RENAME TO {name(new)}")


INTENT = Intent(
    name="rename",
    title="Rename an object",
    group="Table",
    about="An object gets another name at once: old code must not use it any more.",
    fields=(
        Field("object", "the object's identifier: index:public.ix1", kind="object"),
        Field("name", "its new name", kind="name"),
    ),
    write=write,
)
