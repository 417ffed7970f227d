"""Who a session is: the stated identities, read once, and when a term says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pgplumb.rls.prover import changes, functions, subselects, texts, values
from pgplumb.rls.prover.gate import World
from pgplumb.rls.prover.inlining import statement
from pgplumb.rls.prover.kinds import NAME, TEXT, UNKNOWN
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal
from pgplumb.rls.prover.reading import Reading, Scope, TooMany, Unreadable
from pgplumb.rls.prover.terms import Call, Constant, Term, is_read, of_session, parts
from pgplumb.sql.node import Node

_MEMBERSHIP = re.compile(
    r'\s*((?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+))?)\s*\(\s*("(?:[^"]|"")+"|[\w$]+)\s*\)'
    r"\s+where\s+(.+)\Z",
    re.DOTALL | re.IGNORECASE,
)
_CURRENT_USER = Call("current_user", (), NAME, 0, True)
_CLAIMS = "request.jwt.claims"
_CLAIM = "request.jwt.claim."
PERSONS = ("anon", "authenticated")
"""Roles that PostgREST takes for people by the claim `role`."""
SERVICE = "service_role"
"""The role of servers: a token that names it is never a person's."""
_PATHS = {
    "#>": False,
    "#>>": True,
    **dict.fromkeys(("jsonb_extract_path", "json_extract_path"), False),
    **dict.fromkeys(("jsonb_extract_path_text", "json_extract_path_text"), True),
}
"""What follows a path into JSON, and whether it gives text."""
_HOLDS_ROLE = ("auth.role", "current_setting", "->>", *_PATHS)
_PATH = re.compile(r"\{[^\W\d]\w*(?:,[^\W\d]\w*)*\}\Z")


@dataclass(frozen=True, slots=True)
class Identity:
    """One way to say which tenants are the session's: a value, or the rows of a membership."""

    text: str
    term: Term | None = None
    """The value; None for a membership."""
    patterns: tuple[tuple[Conjunction, Term], ...] = ()
    """Of a membership: what holds of its rows, and the tenant."""


@dataclass(frozen=True, slots=True)
class Identities:
    """All of them, with the functions that they name."""

    known: tuple[Identity, ...] = ()
    protected: frozenset[tuple[str, str]] = frozenset()
    unread: tuple[str, ...] = field(default=())
    """Identities that could not be read: nothing is proved by them."""


def identities(world: World) -> Identities:
    """Return the identities of a world's tenant map."""
    cached = world.cache.entries.get("identities")
    if isinstance(cached, Identities):
        return cached
    protected = frozenset(_named(world))
    known: list[Identity] = []
    unread: list[str] = []
    for text in world.tenants.identities:
        found = _read(Reading(world, protected=protected, counter=1_000_000), text)
        if found is None:
            unread.append(text)
        else:
            known.append(found)
    made = Identities(tuple(known), protected, tuple(unread))
    world.cache.entries["identities"] = made
    return made


def _select(text: str) -> Node | None:
    found = _MEMBERSHIP.match(text)
    if found:
        return statement(f"SELECT {found[2]} FROM {found[1]} WHERE {found[3]}")
    return texts.expression(text)[1]


def readable(text: str) -> bool:
    """Whether an identity is an SQL expression, or a membership as one is written."""
    return _select(text) is not None


def _named(world: World) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    reading = Reading(world)
    for text in world.tenants.identities:
        node = _select(text)
        for call in (n for n in node.walk() if n.kind == "FuncCall") if node is not None else ():
            name = call.words("funcname")
            schema = name[0] if len(name) == 2 else ""
            found |= {(f.schema, f.name) for f in reading.functions(schema, name[-1])}
    if any(word in text for text in world.tenants.identities for word in ("auth.", "request.jwt")):
        # These speak of one JWT; `bare` knows what each takes from it.
        for which in ("uid", "jwt", "role"):
            if all(map(functions.asks_jwt, reading.functions("auth", which))):
                found.add(("auth", which))
    return found


def _read(reading: Reading, text: str) -> Identity | None:
    node = _select(text)
    if node is None:
        return None
    membership = _MEMBERSHIP.match(text) is not None
    scope = Scope(text, resolved=False)
    try:
        if membership:
            rows = subselects.selected(reading, node, scope)
            return Identity(text, None, tuple((_lenient(condition), terms[0]) for condition, terms in rows))
        read = values.values(reading, node, scope)
    except (Unreadable, TooMany, changes.ChangesSession):
        return None
    if len(read) != 1 or read[0][0]:
        return None
    return Identity(text, read[0][1])


def _lenient(condition: Conjunction) -> Conjunction:
    """People write user_id = current_setting(...) without the cast that the server would ask for."""
    return tuple(
        Literal(Fact.EQUAL, literal.terms, "", literal.snippet)
        if literal.fact is Fact.OTHER and literal.operator == "T =" and any(map(of_session, literal.terms))
        else literal
        for literal in condition
    )


def matches(term: Term, identity: Term, family: str, caller: str) -> bool:
    """Whether a term has the identity's value, whatever it was wrapped in. `family` is the tenant column's."""
    if term == identity:
        return True
    if isinstance(term, Constant):
        # current_user is known when a predicate is read for a role.
        return bare(identity) == _CURRENT_USER and term.value == caller and term.family == "text"
    if bare(term) != bare(identity):
        return False
    return family != "text" or not (reads(term) and not reads(identity))


def asks_who(term: Term) -> bool:
    """Whether an identity is the role itself."""
    return any(part == _CURRENT_USER for part in parts(term))


def is_role_claim(term: Term) -> bool:
    """Whether a term is the role that the session's token names."""
    return isinstance(term, Call) and term.name in _HOLDS_ROLE and bare(term) == _claim("role")


def reads(term: Term) -> bool:
    """Whether a text was read as something of which one value has several spellings."""
    return any(isinstance(part, Call) and part.name in ("number", "uuid") for part in parts(term))


def bare(term: Term) -> Term:
    """Return a term without casts that keep the value, NULLIF, and with one name for each claim of a JWT."""
    if not isinstance(term, Call):
        return term
    if is_read(term.name) or term.name in ("nullif", "text", "label", "cast json", "cast jsonb"):
        inner = term.arguments[0]
        if isinstance(inner, Call) and inner.name == "btrim" and len(inner.arguments) == 1:
            # Spaces around a number or a uuid are no part of it.
            inner = inner.arguments[0] if term.name in ("number", "uuid") else inner
        return bare(inner)
    arguments = tuple(bare(argument) for argument in term.arguments)
    setting = arguments[0].value if arguments and isinstance(arguments[0], Constant) else None
    if term.name == "current_setting" and isinstance(setting, str):
        if setting == _CLAIMS:
            return _claims()
        if setting.startswith(_CLAIM):
            return _claim(setting.removeprefix(_CLAIM))
    if term.name == "auth.jwt":
        return _claims()
    if term.name == "auth.uid":
        return _claim("sub")
    if term.name == "auth.role":
        return _claim("role")
    if term.name in _PATHS and arguments:
        return _along(term, arguments)
    if term.name in ("->", "->>") and len(arguments) == 2:
        return Call(term.name, (_object(arguments[0]), arguments[1]), term.kind)
    return Call(term.name, arguments, term.kind, term.serial if term.name != "element" else 0, term.session)


def _object(term: Term) -> Term:
    """What `->>` gives as text and is read as JSON again is what `->` gives: claims are objects, not texts of such."""
    if isinstance(term, Call) and term.name == "->>":
        return Call("->", term.arguments, UNKNOWN)
    return term


def _along(term: Call, arguments: tuple[Term, ...]) -> Term:
    """Return `x #>> '{a,b}'` and jsonb_extract_path_text(x, 'a', 'b') as x -> 'a' ->> 'b'."""
    whole, *keys = arguments
    if term.name in ("#>", "#>>"):
        path = keys[0].value if keys and isinstance(keys[0], Constant) else None
        if not isinstance(path, str) or not _PATH.match(path):
            return Call(term.name, arguments, term.kind, term.serial, term.session)
        keys = [Constant(key, TEXT) for key in path[1:-1].split(",")]
    if not keys:
        return Call(term.name, arguments, term.kind, term.serial, term.session)
    for key in keys[:-1]:
        whole = Call("->", (_object(whole), key), UNKNOWN)
    last = "->>" if _PATHS[term.name] else "->"
    return Call(last, (_object(whole), keys[-1]), TEXT if last == "->>" else UNKNOWN)


def _claims() -> Call:
    return Call("claims", (), TEXT, 0, True)


def _claim(name: str) -> Call:
    return Call("->>", (_claims(), Constant(name, TEXT)), TEXT)


def assumption(identity: Identity) -> str:
    """Say what a proof by an identity takes for granted."""
    if identity.term is None:
        return f"membership is what {identity.text} says"
    settings = [
        str(part.arguments[0].value)
        for part in parts(identity.term)
        if isinstance(part, Call)
        and part.name == "current_setting"
        and isinstance(part.arguments[0], Constant)
    ]
    if settings and not any(s.startswith("request.jwt") for s in settings):
        return f"{settings[0]} is set by trusted code alone"
    return f"{identity.text} is the session's tenant"
