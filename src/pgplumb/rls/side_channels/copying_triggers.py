"""Triggers of protected tables that write into tables without row security."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgplumb.rls.judgement import Judgement
from pgplumb.rls.side_channels.channel import SideChannel, protected

_WRITES = re.compile(r'\b(?:INSERT\s+INTO|UPDATE)\s+(?:ONLY\s+)?((?:"?\w+"?\s*\.\s*)?"?\w+"?)', re.IGNORECASE)


def find(judgement: Judgement) -> Iterator[SideChannel]:
    """Give each trigger whose function names, as what it writes, a table that row security is off for."""
    catalog = judgement.matrix.catalog
    for relation in protected(judgement):
        for trigger in relation.triggers:
            function = judgement.surface.functions.get(trigger.function)
            if trigger.internal or trigger.enabled == "D" or function is None or function.body is None:
                continue
            for name in dict.fromkeys(match[1] for match in _WRITES.finditer(function.body)):
                parts = [part.strip().strip('"') for part in name.split(".")]
                found = [r for r in catalog.tables if r.name == parts[-1]]
                found = [r for r in found if len(parts) == 1 or r.schema == parts[0]]
                for target in found:
                    if not target.row_security and target.oid != relation.oid:
                        yield SideChannel(
                            "copying-trigger",
                            relation.trigger_id(trigger),
                            f"it writes into {target.qualified}, for which row security is off",
                            (target.id,),
                        )
