"""The one registry of actions: keys, bindings, help, palette and documentation are all made from it.

A widget, tab or screen declares what it can do beside its code:

    ACTIONS = declare(
        "tables",
        Action("follow", "enter", "open", "Open the object under the cursor.", hint=20),
    )
    BINDINGS = bindings(ACTIONS)

and implements `action_follow`. People remap an action by its full name, `tables.follow`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from textual.binding import Binding, BindingType

FORBIDDEN = {
    "ctrl+enter": "many terminals cannot send it",
    "ctrl+j": "it is Enter",
    "ctrl+m": "it is Enter",
    "ctrl+i": "it is Tab",
    "ctrl+h": "it is Backspace",
    "ctrl+b": "tmux takes it",
    "ctrl+a": "screen takes it",
}
"""Keys that no action may have."""
NEVER_ALONE = {"ctrl+s", "ctrl+q", *(f"f{n}" for n in range(1, 25)), *(f"alt+{n}" for n in range(10))}
"""Keys that some terminals keep for themselves: an action may have them only beside another."""

SPELLINGS = {
    "colon": ("colon", "shift+semicolon"),
    "question_mark": ("question_mark", "shift+slash"),
    "plus": ("plus", "shift+equals_sign"),
    "exclamation_mark": ("exclamation_mark", "shift+1"),
    "less_than_sign": ("less_than_sign", "shift+comma"),
    "greater_than_sign": ("greater_than_sign", "shift+full_stop"),
    "tilde": ("tilde", "shift+grave_accent"),
}
"""Names under which terminals report one key: those of the kitty protocol name the key below the sign."""

SHOWN = {
    "colon": ":",
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "exclamation_mark": "!",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "tilde": "~",
    "full_stop": ".",
    "comma": ",",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "number_sign": "#",
    "equals_sign": "=",
    "asterisk": "*",
}
_NAMED = {sign: name for name, sign in SHOWN.items() if len(sign) == 1}


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do. `keys` is a comma list as people write keys: `?`, `ctrl+p`, `G`, `[`."""

    name: str
    """Its method is `action_<name>`."""
    keys: str
    label: str
    """A word or two, for the key bar."""
    help: str
    """A sentence, for the help screen and the documentation."""
    hint: int = 0
    """Rank in the key bar, small first; 0 keeps it out."""
    priority: bool = False
    """Taken before the focused widget sees the key (never a printable one: fields need those)."""
    palette: bool = True
    """Whether the palette offers it; moving a cursor by one is no command."""
    call: str = ""
    """What is called where it is not `action_<name>`: "tab('rls')" calls `action_tab("rls")`."""
    scope: str = ""
    """Where it works; set by `declare`."""

    @property
    def id(self) -> str:
        """Its full name: `tables.follow`."""
        return f"{self.scope}.{self.name}"

    @property
    def default_keys(self) -> tuple[str, ...]:
        """Its keys in Textual's names, one spelling each."""
        return tuple(_key_name(key) for key in self.keys.split(" ") if key)


REGISTRY: dict[str, Action] = {}
"""Every action that was declared, by full name."""


def _key_name(key: str) -> str:
    *modifiers, last = key.split("+") if key != "+" else [key]
    return "+".join([*modifiers, _NAMED.get(last, last)])


def spellings(key: str) -> tuple[str, ...]:
    """Return every name under which a terminal may report a key."""
    if len(key) == 1 and key.isupper():
        return (key, f"shift+{key.lower()}")
    return SPELLINGS.get(key, (key,))


def shown(key: str) -> str:
    """Return a key as people write it."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, SHOWN.get(last, last)])


def declare(scope: str, *actions: Action) -> tuple[Action, ...]:
    """Register the actions of one scope and return them. Raises ValueError on a clash or a bad key."""
    declared = tuple(replace(action, scope=scope) for action in actions)
    taken: dict[str, str] = {}
    for action in declared:
        if action.id in REGISTRY:
            raise ValueError(f"the action {action.id} is declared twice")
        check_keys(action.id, action.default_keys)
        for key in action.default_keys:
            if key in taken:
                raise ValueError(f"{action.id} and {taken[key]} share the key {shown(key)}")
            taken[key] = action.id
    REGISTRY.update((action.id, action) for action in declared)
    return declared


def check_keys(action: str, keys: Iterable[str]) -> None:
    """Raise ValueError where a key may not be used, saying why."""
    keys = tuple(keys)
    for key in keys:
        if key in FORBIDDEN:
            raise ValueError(f"{action}: {shown(key)} cannot be used, {FORBIDDEN[key]}")
    if keys and NEVER_ALONE.issuperset(keys):
        raise ValueError(f"{action}: {shown(keys[0])} needs another key beside it, some terminals keep it")


def bindings(actions: Iterable[Action]) -> list[BindingType]:
    """Return Textual bindings for a class that implements the actions."""
    return [
        Binding(
            ",".join(name for key in action.default_keys for name in spellings(key)),
            action.call or action.name,
            action.label,
            show=False,
            priority=action.priority,
            id=action.id,
        )
        for action in actions
        if action.keys
    ]


class KeyMap:
    """The keys in force: the defaults with what a person's configuration remaps."""

    def __init__(self, remapped: Mapping[str, str] | None = None) -> None:
        """`remapped` holds full action names and keys parted by blanks. Raises ValueError on a bad one."""
        self._keys: dict[str, tuple[str, ...]] = {}
        for action, keys in (remapped or {}).items():
            if action not in REGISTRY:
                raise ValueError(f"there is no action called {action}; docs/keys.md lists them")
            named = tuple(_key_name(key) for key in keys.split())
            check_keys(action, named)
            self._keys[action] = named

    def keys(self, action: Action) -> tuple[str, ...]:
        """Return an action's keys as people write them."""
        return tuple(map(shown, self._keys.get(action.id, action.default_keys)))

    def textual(self) -> dict[str, str]:
        """Return the remapped keys for `App.set_keymap`, in all spellings."""
        return {
            action: ",".join(name for key in keys for name in spellings(key))
            for action, keys in self._keys.items()
        }


def by_scope(actions: Iterable[Action]) -> dict[str, list[Action]]:
    """Group actions by scope, in the order of declaration."""
    found: dict[str, list[Action]] = {}
    for action in actions:
        found.setdefault(action.scope, []).append(action)
    return found
