"""Writes `docs/profile.md` from presets, thresholds and the quality checklist: `python docs/generate_profile.py`.

A test compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pgplumb.checks.quality import items
from pgplumb.checks.thresholds import MORE
from pgplumb.foundation.preset import Deviation, preset, preset_names
from pgplumb.foundation.profile import NAMED_KINDS

FILE = Path(__file__).parent / "profile.md"
HEAD = """\
# The profile: `pgplumb.toml`

What a project decided about the rules. `pgplumb check` reads the file of this name in the folder that it is started
in, or the one that `--profile` names. A mistake is one line with the file, the line, the key and what to do; a rule
or a threshold that there is not is a mistake too.

```toml
preset = "saas-multi-tenant"               # what to start from; everything below goes before it
tenant_columns = ["tenant_id"]             # the column that tells whose rows are whose
identities = ["current_setting('app.tenant_id')"]  # what stands for the tenant of the session

[tenant_map]                               # for tables that lead to their tenant otherwise
"public.tasks" = "project_id -> projects.tenant_id"

[tenants]                                  # the whole map as somebody confirmed it: `T` in the RLS tab writes it
by = "maria"                               # nothing is inferred beside it
on = 2026-11-21
columns = ["tenant_id"]
identities = ["current_setting('app.tenant_id')"]

[tenants.map]
"public.tenants" = "id"

[rules]
enabled = ["boolean-name-prefix"]          # optional rules that shall run
disabled = ["table-plurality-consistent"]

[severities]
fk-columns-indexed = "error"               # error, warning or info

[thresholds]
dead-tuples-low = 0.2

[naming]                                   # regular expressions; {table} and {columns} stand for those names
index = "ix_{table}_{columns}"

[[waivers]]                                # findings that people accept; * and ? as in shell patterns
rule = "table-has-primary-key"
object = "table:public.import_*"
reason = "loaded once a night, dropped in the morning"
by = "maria"
until = 2027-01-31                         # may be left out; one that expired is said, and covers nothing

[[attestations]]                           # what no catalog shows, on somebody's word, for a time
rule = "restore-test-declared"             # a rule, or an item of the quality checklist
by = "jonas"
on = 2026-10-01
until = 2026-12-31                         # from the next day on it is unknown again

[[rls.accepted]]                           # ways past the tenant that are meant
object = "public.announcements"
role = "*"
command = "SELECT"
branch = "is_public"
reason = "published for everybody"
by = "maria"
```

An attestation stands for what is unknown or not applicable, never against a finding: that is what waivers are for.
One that ran out says so in the panel: `attestation expired` with its last day, and the rule or item is unknown again.

In the checklist `w` on a finding, or on a rule for all of its findings, asks for a reason and a last day, and writes
the `[[waivers]]` block at the end of the profile; the rest of the file stays as it is. `b` shows the quality checklist
by name, in which the same rules stand under each item. A name that no rule, threshold or item has is an error, in the
panel as in `pgplumb check`, and those that are near are told.

## Rows, where asked for

`no-functional-dependency` is answered from extended statistics (`CREATE STATISTICS ... (dependencies)`). With
`pgplumb check --sample-rows` it also reads about 10,000 rows of each analysed table of 1,000 and more, READ ONLY, by
TABLESAMPLE, 5 s at most each; every statement is told before it runs and stands in the evidence. Numbers of different
values come back, no value. Nothing else reads rows for it.

## Only what is new

A baseline is an earlier answer. Findings that it holds count no more; those that came since do:

```
pgplumb check --format json --fail-on never > baseline.json
pgplumb check --baseline baseline.json
```

A finding is known by its rule and object, so that numbers in its words may move.
"""


def text() -> str:
    """Return the page."""
    return "\n".join(lines()) + "\n"


def lines() -> Iterator[str]:
    """Give the lines."""
    yield HEAD
    yield "## Names"
    yield ""
    yield f"`[naming]` has patterns for {', '.join(f'`{kind}`' for kind in NAMED_KINDS)}."
    yield ""
    yield "## Presets"
    for name in preset_names():
        base = preset(name)
        yield ""
        yield f"### `{name}`: {base.title[:1].lower() + base.title[1:]}"
        yield ""
        if base.identities:
            yield f"Identities: {', '.join(f'`{text}`' for text in base.identities)}."
            yield ""
        for reason, several in groupby(base.deviations, key=lambda d: d.reason):
            yield f"- {', '.join(map(change, several))}: {reason}"
    yield ""
    yield "## Thresholds"
    yield ""
    yield "A rule's own threshold is called as the rule; its page in `docs/rules/` names it. Others:"
    yield ""
    for name, meaning in sorted(MORE.items()):
        yield f"- `{name}`: {meaning}"
    yield ""
    yield "## The quality checklist"
    yield ""
    yield "An item fails where a rule under it fails, is unknown where one is, and passes otherwise. Those marked need"
    yield "somebody's word besides: an attestation with the item's id as its rule."
    for group, several_items in groupby(items(), key=lambda item: item.group):
        yield ""
        yield f"### {group}"
        yield ""
        for item in several_items:
            word = " (attested)" if item.attested else ""
            rules = ", ".join(f"`{name}`" for name in item.rules)
            yield f"- `{item.id}`{word}: {item.name}" + (f". {rules}" if rules else "")


def change(deviation: Deviation) -> str:
    """Return what a deviation changes, in words."""
    if deviation.threshold is not None:
        return f"`{deviation.threshold}` = {deviation.value:g}"
    return f"`{deviation.rule}` {deviation.turn or deviation.severity}"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
