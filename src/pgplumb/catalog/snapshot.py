"""A saved catalog: one compressed JSON file that opens without a server.

It holds structure, expressions, comments and counters: no row, no sample value, no statement of a session.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pgplumb.catalog.relation import (
    Column,
    Constraint,
    Index,
    Policy,
    Relation,
    RewriteRule,
    Trigger,
)
from pgplumb.foundation.codec import CodecError, Decoder, Encoder, Json
from pgplumb.foundation.files import replace_file

FORMAT = "pgplumb.snapshot.v1"


class SnapshotError(Exception):
    """A file that is no snapshot, or one that cannot be read or written: one line, with the next step."""


@dataclass(frozen=True, slots=True)
class StoredParts:
    """The parts of one relation, as a file holds them."""

    stored_columns: tuple[Column, ...]
    stored_constraints: tuple[Constraint, ...]
    stored_indexes: tuple[Index, ...]
    stored_policies: tuple[Policy, ...]
    stored_triggers: tuple[Trigger, ...]
    stored_rules: tuple[RewriteRule, ...]

    def columns(self, relation: int, /) -> tuple[Column, ...]:
        """Columns in order of their number."""
        return self.stored_columns

    def constraints(self, relation: int, /) -> tuple[Constraint, ...]:
        """Constraints by name."""
        return self.stored_constraints

    def indexes(self, relation: int, /) -> tuple[Index, ...]:
        """Indexes by name."""
        return self.stored_indexes

    def policies(self, relation: int, /) -> tuple[Policy, ...]:
        """Policies by name."""
        return self.stored_policies

    def triggers(self, relation: int, /) -> tuple[Trigger, ...]:
        """Triggers by name."""
        return self.stored_triggers

    def rules(self, relation: int, /) -> tuple[RewriteRule, ...]:
        """Rewrite rules by name."""
        return self.stored_rules


def parts_of(relation: Relation) -> StoredParts:
    """Return the parts of a relation as a file holds them."""
    return StoredParts(
        relation.columns,
        relation.constraints,
        relation.indexes,
        relation.policies,
        relation.triggers,
        relation.rules,
    )


def save(path: Path, values: Mapping[str, object]) -> None:
    """Write values by name, all at once: a file that is there is replaced only when the new one is whole.

    Raises SnapshotError.
    """
    encoder = Encoder()
    body: dict[str, Json] = {name: encoder.encode(value) for name, value in values.items()}
    document = {"format": FORMAT, "classes": encoder.classes, "values": body}
    data = gzip.compress(json.dumps(document, separators=(",", ":")).encode(), compresslevel=6, mtime=0)
    try:
        replace_file(path, data, new_mode=0o600)
    except OSError as error:
        raise SnapshotError(
            f"cannot write {path}: {error.strerror}. Name a file in a folder that is yours."
        ) from None


def load(path: Path, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Read values by name, each as its annotation in `wanted` says; names that the file lacks are left out.

    Raises SnapshotError.
    """
    try:
        document = json.loads(gzip.decompress(path.read_bytes()))
        if document["format"] != FORMAT:
            raise SnapshotError(
                f"{path} is {document['format']}, not {FORMAT}. Save it again with this version."
            )
        decoder = Decoder(document["classes"])
        values = document["values"]
        return {name: decoder.decode(kind, values[name]) for name, kind in wanted.items() if name in values}
    except OSError as error:
        raise SnapshotError(
            f"cannot read {path}: {error.strerror or error}. Name a file made by `pgplumb snapshot`."
        ) from None
    except (ValueError, KeyError, TypeError, EOFError) as error:
        detail = str(error) if isinstance(error, CodecError) else "the file is damaged or of another kind"
        raise SnapshotError(
            f"{path} is no snapshot: {detail}. Name a file made by `pgplumb snapshot`."
        ) from None
