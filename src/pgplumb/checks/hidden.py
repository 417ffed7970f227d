"""Rules that the role cannot have answered: they look at a part of the catalog that it may not read.

Such a part stands empty, and emptiness would read as "there is none".
"""

from __future__ import annotations

import re

from pgplumb.catalog.model import Catalog
from pgplumb.checks.rule import Rule

_WORDS = {
    "policy": ("pg_policy", "tenancy"),
    "trigger": ("pg_trigger",),
    "rewrite": ("pg_rewrite", "pg_depend"),
    "comment": ("pg_description",),
    "function": ("pg_proc", "catalog.functions"),
    "setting": ("pg_settings", "catalog.settings"),
    "setting_override": ("catalog.setting_overrides",),
    "membership": ("catalog.memberships",),
    "extension": ("catalog.extensions",),
    "default_privilege": ("catalog.default_privileges",),
    "publication": ("catalog.publications",),
    "opclass": ("catalog.opclasses",),
    "collation": ("catalog.collations",),
}
"""By group of the catalog: what a rule that depends on it names in `looks_at` or `reads`."""


def hidden_from(rule: Rule, catalog: Catalog) -> str | None:
    """Return why a rule cannot be answered by what this role may read, or None."""
    if not catalog.hidden:
        return None
    named = {*re.findall(r"pg_\w+", rule.looks_at), *rule.reads}
    why = {
        unread.reason
        for group, unread in catalog.hidden.items()
        if not named.isdisjoint(_WORDS.get(group, ()))
    }
    return "; ".join(sorted(why)) or None
