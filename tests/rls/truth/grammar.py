"""Predicates of random policies: tests of the tenant that hold, conditions beside them, and leaks."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.rls.truth.world import BLOCKED, CLAIMS, MEMBERS, World

COLUMNS = {
    "owner_id": (),
    "is_public": ("true", "false", "NULL"),
    "status": ("'live'", "'draft'"),
    "note": ("NULL", "'x'"),
}
"""The columns beside the tenant's, and what is tried in each; owners are the users."""


@dataclass(frozen=True)
class Grammar:
    """What is said of one world."""

    world: World

    def predicate(self, random: Random, table: str, parent: str | None) -> str:
        """Return a predicate of a table; one with a parent has no tenant column."""

        def test() -> str:
            return random.choice(self.tests(table, parent))

        tenant, narrow = test(), random.choice(self.narrow(table, parent))
        leak = random.choice(self.leaks(table, parent))
        shapes = (
            tenant,
            tenant,
            tenant,
            f"({tenant}) AND ({narrow})",
            f"({narrow}) AND ({tenant})",
            f"({tenant}) OR ({test()})",
            f"({tenant}) OR ({leak})",
            f"({tenant}) AND (({narrow}) OR ({leak}))",
            f"(({tenant}) AND ({narrow})) OR ({leak})",
            f"({tenant}) AND NOT ({leak})",
            leak,
            f"({leak}) AND ({narrow})",
            f"CASE WHEN {leak} THEN {narrow} ELSE {tenant} END",
        )
        return random.choice(shapes)

    def tests(self, table: str, parent: str | None) -> tuple[str, ...]:
        """Return tests that hold a row within its tenant, each by itself."""
        world = self.world
        tenant, user = world.tenant, world.user
        mine = f"SELECT m.tenant_id FROM {MEMBERS} m WHERE m.user_id = {user}"
        if parent is not None:
            of = f"p.id = {table}.parent_id"
            return (
                f"EXISTS (SELECT 1 FROM {parent} p WHERE {of} AND p.tenant_id = {tenant})",
                f"EXISTS (SELECT 1 FROM {parent} p WHERE {of} AND p.tenant_id IN ({mine}))",
                f"EXISTS (SELECT 1 FROM {parent} p JOIN {MEMBERS} m ON m.tenant_id = p.tenant_id"
                f" WHERE {of} AND m.user_id = {user})",
                f"parent_id IN (SELECT p.id FROM {parent} p WHERE p.tenant_id = {tenant})",
                f"parent_id = ANY (ARRAY(SELECT p.id FROM {parent} p WHERE p.tenant_id = current_tenant()))",
                f"(SELECT p.tenant_id FROM {parent} p WHERE {of}) = {tenant}",
                f"EXISTS (SELECT 1 FROM {parent} p WHERE {of} AND is_member(p.tenant_id))",
            )
        found = (
            f"tenant_id = {tenant}",
            f"{tenant} = tenant_id",
            f"tenant_id = (SELECT {tenant})",
            f"tenant_id::text = {world.bare_text}",
            f"tenant_id::text = {world.tenant_text}",
            f"tenant_id IN ({mine})",
            f"tenant_id = ANY (ARRAY({mine}))",
            f"tenant_id IN ({mine} AND m.role = 'admin')",
            f"tenant_id IN ({mine} AND m.role IN ('admin', 'owner'))",
            f"EXISTS (SELECT 1 FROM {MEMBERS} m WHERE m.tenant_id = {table}.tenant_id AND m.user_id = {user})",
            f"(tenant_id, {user}) IN (SELECT m.tenant_id, m.user_id FROM {MEMBERS} m)",
            "tenant_id = current_tenant()",
            "tenant_id = (SELECT current_tenant())",
            "tenant_id IN (SELECT my_tenants())",
            "is_member(tenant_id)",
            "has_role(tenant_id, 'admin')",
            f"NOT (tenant_id <> {tenant})",
            f"NOT (tenant_id IS DISTINCT FROM {tenant}) AND tenant_id IS NOT NULL",
            f"tenant_id BETWEEN {tenant} AND {tenant}",
            f"CASE WHEN is_public THEN tenant_id = {tenant} ELSE tenant_id = {tenant} END",
            f"COALESCE(tenant_id = {tenant}, false)",
        )
        return (*found, "(auth.jwt() ->> 'tenant_id') = tenant_id::text") if world.claims else found

    def narrow(self, table: str, parent: str | None) -> tuple[str, ...]:
        """Return conditions beside it."""
        found = (
            "is_public",
            "NOT is_public",
            "status = 'live'",
            "status <> 'draft'",
            "status IN ('live', 'old')",
            "is_public IS NOT FALSE",
            f"owner_id = {self.world.user}",
            f"owner_id IN (SELECT m.user_id FROM {MEMBERS} m)",
            "current_user = 'web'",
            "note IS NULL",
            "true",
        )
        if parent is not None:
            return (*found, "parent_id IS NOT NULL")
        return (
            *found,
            "tenant_id IS NOT NULL",
            f"NOT EXISTS (SELECT 1 FROM {BLOCKED} b WHERE b.tenant_id = {table}.tenant_id)",
            f"tenant_id NOT IN (SELECT b.tenant_id FROM {BLOCKED} b)",
        )

    def leaks(self, table: str, parent: str | None) -> tuple[str, ...]:
        """Return conditions that let rows of other tenants pass, at least in some session."""
        world = self.world
        tenant, user = world.tenant, world.user
        found: tuple[str, ...] = (
            "is_public",
            "true",
            f"current_setting('{world.whole}', true) IS NULL",
            f"COALESCE(current_setting('{world.whole}', true), '') = ''",
            "current_setting('app.admin', true) = 'on'",
            f"owner_id = {user}",
            f"EXISTS (SELECT 1 FROM {MEMBERS} m WHERE m.user_id = {user} AND m.role = 'admin')",
            "status = 'live'",
            "current_user = 'web'",
        )
        if world.claims:
            found += (
                "auth.uid() IS NULL",
                f"(NULLIF(current_setting('{CLAIMS}', true), '')::jsonb -> 'user_metadata' ->> 'admin') = 'true'",
            )
        if parent is not None:
            return (
                *found,
                "parent_id IS NULL",
                f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = p.id AND p.tenant_id = {tenant})",
                f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = parent_id)",
                f"parent_id IN (SELECT p.id FROM {parent} p WHERE p.is_public)",
            )
        return (
            *found,
            "tenant_id IS NULL",
            f"tenant_id = {world.literal(1)}",
            f"tenant_id <> {tenant}",
            f"tenant_id >= {tenant}",
            f"tenant_id IS NOT DISTINCT FROM {tenant}",
            f"tenant_id = COALESCE({tenant}, {world.literal(0)})",
            f"COALESCE(tenant_id = {tenant}, true)",
            f"EXISTS (SELECT 1 FROM {MEMBERS} m WHERE m.tenant_id = tenant_id)",
            f"tenant_id IN (SELECT m.tenant_id FROM {MEMBERS} m)",
            f"NOT EXISTS (SELECT 1 FROM {BLOCKED} b WHERE b.tenant_id = {table}.tenant_id)",
            f"tenant_id NOT IN (SELECT b.tenant_id FROM {BLOCKED} b)",
        )
