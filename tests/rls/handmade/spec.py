"""A handmade schema: SQL under a header that states its tenant map, and what each cell must be called.

The header is comment lines of `-- key: value`: `tenant` (columns), `map` (relation: column or path), `identity`,
`roles`, `tokens` (what marks a tenant in a row's text), `session` (own tenants: SQL that makes a session), `call`
(function: call), `expect` (role: object COMMANDS word, ...). Commands are letters: S I U D T, X for EXECUTE. A word
is a verdict, or `leak` for open and partial, confirmed by a row or suspected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

SCHEMAS = Path(__file__).parent / "schemas"
COMMANDS = {
    "S": "SELECT",
    "I": "INSERT",
    "U": "UPDATE",
    "D": "DELETE",
    "T": "TRUNCATE",
    "X": "EXECUTE",
}
Key = tuple[str, str, str]
"""Object, role and command."""


@dataclass(slots=True)
class Spec:
    """One file."""

    name: str
    sql: str
    columns: tuple[str, ...] = ()
    written: dict[str, str] = field(default_factory=dict)
    identities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    sessions: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    """Whose a session is, and what makes it."""
    calls: dict[str, str] = field(default_factory=dict)
    expected: dict[Key, str] = field(default_factory=dict)


def read(path: Path) -> Spec:
    """Read one file. Raises ValueError for a key that is not known."""
    text = path.read_text(encoding="utf-8")
    spec = Spec(path.stem, text)
    for line in text.splitlines():
        if not line.startswith("-- ") or ":" not in line:
            continue
        key, _, value = line[3:].partition(":")
        _take(spec, key.strip(), value.strip())
    return spec


def _take(spec: Spec, key: str, value: str) -> None:
    first, _, rest = value.partition(":")
    if key == "tenant":
        spec.columns = tuple(value.split())
    elif key == "map":
        spec.written[_qualified(first)] = rest.strip()
    elif key == "identity":
        spec.identities += (value,)
    elif key == "roles":
        spec.roles = tuple(value.split())
    elif key == "tokens":
        spec.tokens = tuple(value.split())
    elif key == "session":
        spec.sessions.append((tuple(first.split()), rest.strip()))
    elif key == "call":
        spec.calls[_qualified(first)] = rest.strip()
    elif key == "expect":
        for cell in rest.split(";" if ";" in rest else ","):
            name, letters, word = cell.split()
            for letter in letters:
                for role in first.split():
                    spec.expected[_qualified(name), role, COMMANDS[letter]] = word
    elif key != "what":
        raise ValueError(f"{spec.name}: {key}")


def _qualified(name: str) -> str:
    name = name.strip()
    return name if "." in name.split("(")[0] else f"public.{name}"


def every() -> list[Spec]:
    """Return all of them, by name."""
    return [read(path) for path in sorted(SCHEMAS.glob("*.sql"))]
