"""The registry of actions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pgplumb.tui.actions import REGISTRY, Action, KeyMap, bindings, declare, shown, spellings
from pgplumb.tui.keys_page import keys_page
from pgplumb.tui.scopes import SCOPE_TITLES
from pgplumb.tui.screens import main_actions


def test_a_key_is_bound_under_every_name_that_terminals_give_it() -> None:
    keys = {b.key for b in bindings([Action("x", ": ? G +", "x", "x", scope="x")])}  # type: ignore[union-attr]
    bound = set(",".join(keys).split(","))
    assert {"colon", "shift+semicolon", "question_mark", "shift+slash", "G", "shift+g", "plus"} <= bound
    assert spellings("j") == ("j",)


@pytest.mark.parametrize("key", ["ctrl+j", "ctrl+enter", "ctrl+h", "ctrl+b", "ctrl+a", "ctrl+i"])
def test_keys_that_cannot_work_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="cannot be used"):
        declare("test", Action("x", key, "x", "x"))


@pytest.mark.parametrize("key", ["f5", "ctrl+s", "ctrl+q", "alt+1"])
def test_keys_that_terminals_keep_need_another_beside_them(key: str) -> None:
    with pytest.raises(ValueError, match="another key"):
        declare("test", Action("x", key, "x", "x"))


def test_one_key_cannot_mean_two_things_in_one_scope() -> None:
    with pytest.raises(ValueError, match="share the key x"):
        declare("test", Action("a", "x", "a", "a"), Action("b", "x", "b", "b"))


def test_keys_are_remapped_by_name_in_all_their_spellings() -> None:
    assert main_actions.ACTIONS
    keys = KeyMap({"main.help": "? H"})
    assert keys.textual()["main.help"] == "question_mark,shift+slash,H,shift+h"
    assert keys.keys(REGISTRY["main.help"]) == ("?", "H")


@pytest.mark.parametrize(
    ("remapped", "complaint"),
    [({"main.nothing": "x"}, "no action called main.nothing"), ({"main.help": "ctrl+j"}, "it is Enter")],
)
def test_a_bad_remap_is_said(remapped: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        KeyMap(remapped)


def test_every_action_says_what_it_does_and_is_in_the_documentation() -> None:
    page = keys_page()
    assert "`main.help`" in page
    for action in REGISTRY.values():
        assert action.label, action.id
        assert action.help.endswith("."), action.id
        assert f"`{action.id}`" in page
        assert action.scope in SCOPE_TITLES, f"scopes.py has no title for {action.scope}"


def test_keys_are_shown_as_people_write_them() -> None:
    assert shown("ctrl+question_mark") == "ctrl+?"
    assert shown("pagedown") == "pgdn"


def test_the_page_of_keys_in_docs_is_what_the_registry_says() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "keys.md"
    assert page.read_text(encoding="utf-8") == keys_page(), "run: python docs/generate_keys.py"


def test_every_module_that_declares_actions_is_known_to_the_page() -> None:
    program = (
        "import sys; from pathlib import Path; import pgplumb.tui; from pgplumb.tui.keys_page import declare_all;"
        "declare_all(); root = Path(pgplumb.tui.__file__).parent;"
        "files = [p for p in root.rglob('*.py') if '= declare(' in p.read_text(encoding='utf-8')];"
        "names = ['.'.join(('pgplumb', 'tui', *p.relative_to(root).with_suffix('').parts)) for p in files];"
        "print([n for n in names if n not in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
