"""The keys that a person can set, and those that are refused with the reason."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

from hvtui.tui.dialogs import dialog
from hvtui.tui.keys.names import KeyMistake, is_typed, key_name, parse_key
from hvtui.tui.keys.overlaps import SITUATIONS, clashes
from hvtui.tui.keys.shortcuts import SHORTCUTS, Group, Place
from hvtui.tui.preferences.keys import preset_shortcuts, with_keys
from hvtui.tui.preferences.presets import PRESETS
from hvtui.tui.screens import main_keys

if TYPE_CHECKING:
    from hvtui.tui.keys.shortcuts import Shortcut

COMMANDS = [each.id for each in SHORTCUTS.values() if each.group in (Group.CHECKPOINTS, Group.VM)]
MOVEMENT = ("Enter", "Space", "Tab", "Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDn", "Esc")


def set_keys(**wanted: object) -> tuple[dict[str, Shortcut], dict[str, str]]:
    """Set keys by ids with ``__`` for the dot, and return all shortcuts and what was refused."""
    said: dict[str, str] = {}
    table = {id.replace("__", "."): keys for id, keys in wanted.items()}
    return with_keys(SHORTCUTS, table, said.__setitem__), said


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("a", "a"), ("A", "A"), ("Shift+A", "A"), ("?", "question_mark"), ("question_mark", "question_mark"),
        ("/", "slash"), ("+", "plus"), ("-", "minus"), (":", "colon"), ("F2", "f2"), ("f12", "f12"),
        ("Ctrl+P", "ctrl+p"), ("ctrl+p", "ctrl+p"), ("Control+P", "ctrl+p"), ("Shift+Del", "shift+delete"),
        ("shift+delete", "shift+delete"), ("Esc", "escape"), ("Enter", "enter"), ("Return", "enter"),
        ("PgUp", "pageup"), ("Page Down", "pagedown"), ("Space", "space"), ("Alt+x", "alt+x"),
        ("Alt+Shift+X", "alt+shift+x"), ("Alt+X", "alt+x"), ("Ctrl+Shift+Home", "ctrl+shift+home"),
        ("Ctrl+\\", "ctrl+backslash"), ("ä", "ä"), ("Shift+Tab", "shift+tab"),
    ],
)  # fmt: skip
def test_keys_are_read_as_people_write_them(written: str, key: str) -> None:
    assert parse_key(written) == key


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "is not the name of a key"), ("foo", "is not the name of a key"), ("F25", "is not the name of a key"),
        ("Hyper+a", "is not the name of a key"), (" ", "is not the name of a key"), ("Ctrl+", "is not the name of a key"),
        ("Shift", "is not the name of a key"), ("Ctrl+I", "as Tab"), ("Ctrl+M", "as Enter"), ("Ctrl+[", "as Esc"),
        ("Ctrl+H", "as Backspace"), ("Ctrl+1", "few terminals send"), ("Ctrl+Shift+A", "few terminals send"),
        ("Ctrl+Enter", "few terminals send"), ("Shift+Space", "few terminals send"), ("Alt+F4", "few terminals send"),
        ("Ctrl+Alt+x", "few terminals send"),
    ],
)  # fmt: skip
def test_what_terminals_do_not_send_is_refused(written: str, why: str) -> None:
    with pytest.raises(KeyMistake, match=why.replace("[", r"\[")):
        parse_key(written)


@pytest.mark.parametrize("id", SHORTCUTS)
def test_the_name_of_every_default_key_is_read_as_that_key(id: str) -> None:
    for key in SHORTCUTS[id].keys:
        assert parse_key(key_name(key)) == key == parse_key(key)


def test_the_key_bars_put_only_shortcuts_that_exist_in_order() -> None:
    assert {*dialog.ORDER, *main_keys.ORDER, *main_keys.DANGER} <= SHORTCUTS.keys()


def test_every_combination_that_is_accepted_is_one_that_textual_reports() -> None:
    reported = {key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys}
    names = [
        "up",
        "home",
        "delete",
        "tab",
        "f5",
        "enter",
        "space",
        "backspace",
        "escape",
        "1",
        "a",
        "backslash",
    ]
    accepted = set()
    for modifiers in ("ctrl", "shift", "ctrl+shift"):
        for name in names:
            try:
                accepted.add(parse_key(f"{modifiers}+{name}"))
            except KeyMistake:
                continue
    assert {key for key in accepted if "+" in key} - reported == set()
    assert len(accepted) > 10


def test_a_key_can_be_changed_added_and_taken_away() -> None:
    shortcuts, said = set_keys(checkpoint__create="F7", vm__start=["F8", "Ctrl+S"], vm__save=[])
    assert said == {}
    assert [shortcuts[id].keys for id in ("checkpoint.create", "vm.start", "vm.save")] == [
        ("f7",),
        ("f8", "ctrl+s"),
        (),
    ]


def test_two_shortcuts_can_swap_their_keys() -> None:
    shortcuts, said = set_keys(checkpoint__create="a", checkpoint__apply="c")
    assert (shortcuts["checkpoint.create"].keys, shortcuts["checkpoint.apply"].keys, said) == (
        ("a",),
        ("c",),
        {},
    )


@pytest.mark.parametrize(
    ("id", "key", "other"),
    [
        ("vm.start", "a", "checkpoint.apply"),
        ("rows.up", "c", "checkpoint.create"),
        ("tree.parent", "F5", "app.refresh"),
        ("app.hosts", "F1", "app.help"),
        ("dialog.copy", "Right", "dialog.next"),
        ("vms.filter_keep", "Esc", "vms.all"),
        ("app.palette", "Enter", "dialog.choose"),
    ],
)
def test_a_clash_names_the_other_shortcut_and_nothing_is_changed(id: str, key: str, other: str) -> None:
    shortcuts, said = set_keys(**{id.replace(".", "__"): key})
    assert list(said) == [id]
    assert other in said[id] or "Enter" in key
    assert shortcuts == SHORTCUTS


def test_of_two_that_clash_the_later_one_of_the_file_gives_way_until_none_does() -> None:
    shortcuts, said = set_keys(checkpoint__create="a", checkpoint__apply="x")
    assert said == {
        "checkpoint.apply": "x is the key of vm.discard already",
        "checkpoint.create": "a is the key of checkpoint.apply already",
    }
    assert shortcuts == SHORTCUTS


def test_places_that_never_meet_can_share_a_key() -> None:
    shortcuts, said = set_keys(details__up="p", dialog__copy="F5")
    assert said == {}
    assert shortcuts["details.up"].keys == ("p",)


@pytest.mark.parametrize("id", COMMANDS)
@pytest.mark.parametrize("key", MOVEMENT)
def test_no_command_is_given_by_a_key_for_moving_or_choosing(id: str, key: str) -> None:
    shortcuts, said = set_keys(**{id.replace(".", "__"): key})
    assert said == {id: f"{key} is for moving and choosing; it never gives a command"}
    assert shortcuts == SHORTCUTS


@pytest.mark.parametrize(
    "id", ["checkpoint.apply", "checkpoint.delete", "checkpoint.delete_subtree", "vm.stop", "vm.discard"]
)
@pytest.mark.parametrize("key", ["r", "R"])
def test_r_never_loses_anything(id: str, key: str) -> None:
    _, said = set_keys(**{id.replace(".", "__"): key})
    assert "expect Refresh" in said[id]


@pytest.mark.parametrize("id", ["dialog.choose", "dialog.accept"])
def test_the_key_that_opens_a_dialog_cannot_be_the_one_that_answers_it(id: str) -> None:
    _, said = set_keys(**{id.replace(".", "__"): ["Enter", "F7"]}, checkpoint__apply="F7")
    assert said == {"checkpoint.apply": f"F7 is the key of {id} already"}


@pytest.mark.parametrize(
    "id", ["dialog.cancel", "dialog.close", "app.quit_anywhere", "dialog.next", "app.help", "dialog.choose"]
)
def test_the_ways_out_keep_a_key(id: str) -> None:
    shortcuts, said = set_keys(**{id.replace(".", "__"): []})
    assert said == {id: "needs a key"}
    assert shortcuts == SHORTCUTS


@pytest.mark.parametrize("id", ["dialog.cancel", "app.quit_anywhere"])
def test_they_keep_one_that_works_while_a_person_types(id: str) -> None:
    _, said = set_keys(**{id.replace(".", "__"): ["X"]})
    assert said == {id: "needs a key that writes nothing into a text field"}


@pytest.mark.parametrize("id", ["vms.filter_keep", "hosts.submit", "dialog.accept"])
@pytest.mark.parametrize("key", ["k", "Space", "/"])
def test_a_key_that_is_typed_into_a_field_is_no_shortcut_there(id: str, key: str) -> None:
    _, said = set_keys(**{id.replace(".", "__"): key})
    assert said == {id: f"{key} is typed into the field"}


def test_ctrl_c_stays_what_it_is() -> None:
    _, said = set_keys(app__copy_id="Ctrl+C")
    assert "copies what is selected" in said["app.copy_id"]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_no_clash_and_nothing_that_a_person_could_not_set(preset: str) -> None:
    shortcuts = preset_shortcuts(preset)
    assert list(clashes(shortcuts)) == []
    said: dict[str, str] = {}
    assert (
        with_keys(SHORTCUTS, {id: list(keys) for id, keys in PRESETS[preset].items()}, said.__setitem__)
        == shortcuts
    )
    assert said == {}


def test_the_keys_of_hyper_v_manager_give_no_command_that_loses_something_by_one_letter_in_the_list() -> None:
    shortcuts = preset_shortcuts("hyper-v-manager")
    for id in ("checkpoint.rename", "checkpoint.delete", "checkpoint.delete_subtree"):
        assert not any(map(is_typed, shortcuts[id].keys))


def test_every_place_is_in_a_situation() -> None:
    assert set().union(*SITUATIONS) == set(Place)


def test_the_defaults_share_no_key_but_where_what_is_possible_decides() -> None:
    shared = {
        tuple(sorted((one.id, other.id)))
        for one, other in combinations(SHORTCUTS.values(), 2)
        for places in SITUATIONS
        if one.place in places and other.place in places and set(one.keys) & set(other.keys)
    }
    assert shared == SHARED


SHARED = {
    ("dialog.cancel", "dialog.close"),
    ("host.stop_trying", "vms.all"),
    ("host.stop_trying", "vms.filter_clear"),
    ("vms.all", "vms.filter_clear"),
}
