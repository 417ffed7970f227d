"""Triggers that change, keep, refuse or give away the row that a statement writes, before WITH CHECK looks at it."""

from __future__ import annotations

from random import Random

from tests.rls.truth.world import World


def trigger(random: Random, world: World, table: str) -> list[str]:
    """Return a trigger on a table with a tenant column. It fires whatever session_replication_role says."""
    name = f"touch_{table}"
    when = random.choice(("INSERT", "UPDATE", "INSERT OR UPDATE"))
    body = random.choice(_bodies(world, updates="INSERT" not in when))
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$",
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


def _bodies(world: World, *, updates: bool) -> tuple[str, ...]:
    refuse = "RAISE EXCEPTION 'no' USING ERRCODE = 'invalid_text_representation';"
    found = (
        "NEW.note := coalesce(NEW.note, 'x');",
        f"NEW.tenant_id := {world.tenant};",
        f"NEW.tenant_id := coalesce(NEW.tenant_id, {world.tenant});",
        f"IF NEW.note = 'x' THEN NEW.tenant_id := {world.literal(1)}; END IF;",
        f"NEW.tenant_id := {world.literal(0)};",
        f"IF NEW.tenant_id IS DISTINCT FROM {world.tenant} THEN {refuse} END IF;",
        f"IF NEW.tenant_id <> {world.tenant} THEN RETURN NULL; END IF;",
        "NEW.is_public := false;",
    )
    kept = (
        "NEW.tenant_id := OLD.tenant_id;",
        f"IF NEW.tenant_id IS DISTINCT FROM OLD.tenant_id THEN {refuse} END IF;",
        "IF OLD.is_public THEN RETURN OLD; END IF;",
    )
    return (*found, *kept) if updates else found
