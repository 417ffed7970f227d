"""The search paths that sessions of this database start with: the server's, the database's and those of roles."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.catalog.model import Catalog, Role
from pgplumb.checks.server_settings import server_value
from pgplumb.sql.lexer import significant

_BUILT_IN = '"$user", public'


@dataclass(frozen=True, slots=True)
class Path:
    """One search path, as far as its schemas are there."""

    whose: str
    """For a sentence: "everybody", "sessions of app"."""
    role: Role | None
    """Whose it is where it was set for a role or names the role's own schema."""
    schemas: tuple[str, ...]


def schemas_in(text: str, user: str | None, catalog: Catalog) -> tuple[str, ...]:
    """Return the schemas of a setting's text that exist, `"$user"` being the role's own."""
    there = {s.name for s in catalog.schemas.values()}
    found: list[str] = []
    for token in significant(text):
        if token.kind == "quoted":
            name = token.text[1:-1].replace('""', '"')
        elif token.kind == "string":
            name = token.text[1:-1].replace("''", "'")
        elif token.kind == "word":
            name = token.lower
        else:
            continue
        name = (user or "") if name == "$user" else name
        if name in there and name not in found:
            found.append(name)
    return tuple(found)


def text_for(catalog: Catalog, role: Role | None) -> str:
    """Return the search_path that a session of a role starts with; None stands for a role without one of its own."""
    here, owner = catalog.database.oid, role.oid if role else -1
    for wanted in ((here, owner), (0, owner), (here, 0), (0, 0)):
        for override in catalog.setting_overrides:
            if (override.database, override.role) == wanted:
                for entry in override.settings:
                    if entry.startswith("search_path="):
                        return entry.removeprefix("search_path=")
    return server_value(catalog, "search_path") or _BUILT_IN


def path_of(catalog: Catalog, role: Role) -> Path:
    """Return the search path of a role."""
    return Path(f"sessions of {role.name}", role, schemas_in(text_for(catalog, role), role.name, catalog))


def paths(catalog: Catalog) -> tuple[Path, ...]:
    """Return the different search paths, everybody's first; roles that share one are named once."""
    found = {p: Path("everybody", None, p) for p in (schemas_in(text_for(catalog, None), None, catalog),)}
    for role in sorted(catalog.roles.values(), key=lambda r: r.name):
        if role.can_login and not role.predefined:
            path = path_of(catalog, role)
            found.setdefault(path.schemas, path)
    return tuple(found.values())
