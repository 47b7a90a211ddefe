"""All keys of hvtui in one table, which feeds bindings, key bar, help, palette, and the keys of the config file."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from textual.binding import BindingType


class Place(StrEnum):
    """Where a shortcut works, and its heading in the help."""

    APP = "Everywhere"
    SCREENS = "Outside of dialogs"
    MAIN = "Main screen"
    ROWS = "Lists"
    VMS = "List of VMs"
    TREE = "Checkpoint tree"
    DETAILS = "Details"
    FILTER = "Filter"
    HOSTS = "List of hosts"
    HOSTS_SCREEN = "First screen"
    ADDRESS = "Address"
    CHOICE = "Choices beside the address"
    DIALOG = "Dialogs"
    BOX = "Long dialogs"
    BUTTON = "Buttons"
    FIELD = "Fields of dialogs"
    CHECKBOX = "Checkboxes of dialogs"
    CLOSING = "Dialogs without a question"
    ERROR = "Errors"
    REPORT = "Report of an error"
    COPY = "Choice of what to copy"
    COPYABLE = "Dialogs with text to copy"
    READING = "Dialogs to read"
    HELP = "Help"


class Group(StrEnum):
    """What a shortcut is for: the headings of the help."""

    CHECKPOINTS = "Checkpoints"
    VM = "Virtual machine"
    VIEW = "Find and view"
    HVTUI = "hvtui"
    MOVE = "Move"


class Shortcut(Struct, frozen=True):
    id: str
    """The name in the config file."""
    keys: tuple[str, ...]
    """The default keys, as Textual names them. The first one is shown in the key bar."""
    action: str
    label: str
    """A word or two for the key bar."""
    sentence: str
    """What it does, for help and palette."""
    group: Group
    place: Place
    show: bool = False
    """Shown in the key bar."""
    priority: bool = False
    """Bound before those of the focused widget. For actions that move the focus: on a slow line keys arrive in bursts,
    and the next key must reach the new focus."""


def _table(place: Place, group: Group, *rows: tuple[str, str, str, str, str], **more: bool) -> list[Shortcut]:
    """Return shortcuts. A row is id, keys separated by spaces, action, label and sentence."""
    return [
        Shortcut(id, tuple(keys.split()), action, label, sentence, group, place, **more)
        for id, keys, action, label, sentence in rows
    ]


_ALL: Final = [
    *_table(
        Place.MAIN,
        Group.CHECKPOINTS,
        ("checkpoint.create", "c", "create", "Create", "Create a checkpoint of the VM"),
        ("checkpoint.apply", "a", "apply", "Apply", "Apply the checkpoint to the VM"),
        ("checkpoint.rename", "e f2", "rename", "Rename", "Rename the checkpoint"),
        (
            "checkpoint.delete",
            "d delete",
            "delete",
            "Delete",
            "Delete the checkpoint and keep those below it",
        ),
        (
            "checkpoint.delete_subtree",
            "D shift+delete",
            "delete_subtree",
            "Subtree",
            "Delete the checkpoint and all below it",
        ),
        show=True,
    ),
    *_table(
        Place.MAIN,
        Group.VM,
        ("vm.start", "s", "start", "Start", "Start the VM"),
        ("vm.stop", "S", "stop", "Stop", "Shut down the VM, or turn it off"),
        ("vm.save", "v", "save", "Save", "Save the state of the VM"),
        show=True,
    ),
    *_table(
        Place.MAIN,
        Group.VM,
        ("vm.discard", "x", "discard_saved_state", "Discard", "Discard the saved state of the VM"),
    ),
    *_table(
        Place.MAIN,
        Group.VIEW,
        ("vms.filter", "slash", "filter", "Filter", "Filter the VMs by name, age, state and more"),
        show=True,
        priority=True,
    ),
    *_table(
        Place.MAIN,
        Group.VIEW,
        ("vms.all", "escape", "clear_filter", "All VMs", "Show all VMs again"),
        ("vms.sort", "t", "sort", "Sort", "Sort the VMs by name, state, count, age or mark"),
        ("vms.group", "b", "group", "Group", "Group the VMs by host, by cluster, or not at all"),
        ("view.zoom", "z", "zoom", "Zoom", "Show this pane alone, or all panes again"),
        ("app.refresh", "f5 ctrl+r", "refresh", "Refresh", "Read the host again"),
        ("app.copy_id", "y", "copy_id", "Copy ID", "Copy the ID of the VM or checkpoint"),
        ("app.copy", "Y", "copy", "Copy", "Copy its name, its ID, or the path of its disk file"),
    ),
    *_table(
        Place.MAIN,
        Group.HVTUI,
        ("host.stop_trying", "escape", "stop_trying", "Stop trying", "Stop trying to reconnect"),
        ("app.hosts", "o", "app.hosts", "Switch host", "Switch to another host"),
        show=True,
    ),
    *_table(
        Place.MAIN,
        Group.HVTUI,
        ("app.activity", "m", "activity", "Messages", "Show all operations and messages"),
    ),
    *_table(
        Place.SCREENS,
        Group.HVTUI,
        ("app.help", "question_mark f1", "help", "Help", "Show the keys and the meaning of the signs"),
        ("app.quit", "q", "app.quit", "Quit", "Quit hvtui"),
        show=True,
    ),
    *_table(
        Place.APP,
        Group.HVTUI,
        ("app.palette", "ctrl+p", "command_palette", "Palette", "Search all commands"),
        ("app.quit_anywhere", "ctrl+q", "quit", "Quit", "Quit hvtui, also while you type"),
        priority=True,
    ),
    *_table(
        Place.APP,
        Group.HVTUI,
        ("app.theme", "", "change_theme", "Theme", "Choose the colours"),
        ("app.redraw", "ctrl+l", "redraw", "Redraw", "Redraw the screen"),
        ("app.suspend", "ctrl+z", "suspend_process", "Suspend", "Suspend hvtui; fg in the shell resumes it"),
    ),
    *_table(
        Place.SCREENS,
        Group.MOVE,
        ("pane.next", "tab", "app.focus_next", "Next pane", "Go to the next pane"),
        ("pane.previous", "shift+tab", "app.focus_previous", "Previous pane", "Go to the previous pane"),
    ),
    *_table(
        Place.ROWS,
        Group.MOVE,
        ("rows.up", "up k", "move(-1)", "Up", "Go up one row"),
        ("rows.down", "down j", "move(1)", "Down", "Go down one row"),
        ("rows.page_up", "pageup", "page(-1)", "Page up", "Go up one page"),
        ("rows.page_down", "pagedown", "page(1)", "Page down", "Go down one page"),
        ("rows.first", "home g", "first", "First row", "Go to the first row"),
        ("rows.last", "end G", "last", "Last row", "Go to the last row"),
    ),
    *_table(
        Place.VMS,
        Group.MOVE,
        # An action of the screen, not a message to it: the next key of a burst must reach the tree.
        (
            "vms.choose",
            "enter right l",
            "screen.go_to_tree",
            "Checkpoints",
            "Go to the checkpoints of the VM",
        ),
        ("vms.fold", "left h", "fold", "Fold", "Fold or unfold the host, or go from a VM to its host"),
    ),
    *_table(
        Place.TREE,
        Group.MOVE,
        ("tree.fold", "enter space", "fold", "Fold", "Fold or unfold the checkpoint; never apply it"),
        ("tree.out", "left h", "out", "Fold", "Fold the checkpoint, or go to its parent"),
        ("tree.in", "right l", "in", "Unfold", "Unfold the checkpoint, or go to the first one below it"),
        ("tree.parent", "p", "parent", "Parent", "Go to the parent"),
        ("tree.now", "n", "now", "Now", "Go to Now"),
        ("tree.fold_all", "minus", "fold_all", "Fold all", "Fold all checkpoints"),
        ("tree.unfold_all", "plus", "unfold_all", "Unfold all", "Unfold all checkpoints"),
    ),
    *_table(
        Place.DETAILS,
        Group.MOVE,
        ("details.up", "up k", "scroll_up", "Up", "Scroll up"),
        ("details.down", "down j", "scroll_down", "Down", "Scroll down"),
        ("details.page_up", "pageup", "page_up", "Page up", "Scroll up one page"),
        ("details.page_down", "pagedown space", "page_down", "Page down", "Scroll down one page"),
        ("details.first", "home g", "scroll_home", "Top", "Scroll to the top"),
        ("details.last", "end G", "scroll_end", "Bottom", "Scroll to the bottom"),
    ),
    *_table(
        Place.FILTER,
        Group.VIEW,
        ("vms.filter_keep", "enter", "submit", "Keep", "Keep the filter and go to the list"),
        ("vms.filter_clear", "escape", "screen.clear_filter", "Clear", "Clear the filter"),
        show=True,
    ),
    *_table(
        Place.HOSTS,
        Group.HVTUI,
        ("hosts.choose", "enter right l", "choose", "Connect", "Connect to the host"),
        show=True,
    ),
    *_table(
        Place.HOSTS_SCREEN,
        Group.HVTUI,
        ("hosts.other", "n", "other", "Another host", "Enter the address of another host"),
        show=True,
        priority=True,
    ),
    *_table(
        Place.HOSTS_SCREEN,
        Group.HVTUI,
        ("hosts.back", "escape", "back", "Back", "Cancel connecting, or go back to the list"),
        show=True,
    ),
    *_table(
        Place.ADDRESS,
        Group.HVTUI,
        ("hosts.submit", "enter", "submit", "Connect", "Connect to the host at this address"),
        show=True,
    ),
    *_table(
        Place.CHOICE,
        Group.HVTUI,
        ("hosts.change", "space right", "change(1)", "Change", "Change to the next choice"),
        show=True,
    ),
    *_table(
        Place.CHOICE,
        Group.HVTUI,
        ("hosts.change_back", "left", "change(-1)", "Change back", "Change to the previous choice"),
    ),
    *_table(
        Place.DIALOG,
        Group.MOVE,
        ("dialog.next", "tab right down", "app.focus_next", "Next", "Go to the next button or field"),
        show=True,
    ),
    *_table(
        Place.DIALOG,
        Group.MOVE,
        (
            "dialog.previous",
            "shift+tab left up",
            "previous",
            "Previous",
            "Go to the previous button or field",
        ),
    ),
    *_table(
        Place.DIALOG,
        Group.HVTUI,
        ("dialog.cancel", "escape", "cancel", "Cancel", "Close the dialog; nothing is done"),
        show=True,
    ),
    *_table(
        Place.CLOSING,
        Group.HVTUI,
        ("dialog.close", "escape", "cancel", "Close", "Close the dialog"),
        show=True,
    ),
    *_table(
        Place.BOX,
        Group.MOVE,
        ("dialog.page_down", "pagedown", "page_down", "Scroll", "Scroll down one page"),
        show=True,
    ),
    *_table(
        Place.BOX,
        Group.MOVE,
        ("dialog.page_up", "pageup", "page_up", "Scroll up", "Scroll up one page"),
    ),
    *_table(
        Place.BUTTON,
        Group.HVTUI,
        ("dialog.choose", "enter", "press", "Choose", "Choose this answer"),
        show=True,
    ),
    *_table(
        Place.FIELD,
        Group.HVTUI,
        ("dialog.accept", "enter", "submit", "Accept", "Accept what is typed"),
        show=True,
    ),
    *_table(
        Place.CHECKBOX,
        Group.HVTUI,
        ("dialog.check", "space enter", "check", "Check", "Check or uncheck the box"),
        show=True,
    ),
    *_table(
        Place.ERROR,
        Group.HVTUI,
        ("error.report", "r", "report", "Report", "Show a report of the error, for an issue"),
        show=True,
    ),
    *_table(
        Place.REPORT,
        Group.HVTUI,
        ("report.save", "s", "save", "Save", "Save the report as a file"),
        ("report.names", "n", "names", "Names", "Show or hide names and addresses"),
        show=True,
    ),
    *_table(
        Place.COPY,
        Group.HVTUI,
        ("copy.name", "n", "take('n')", "Name", "Copy the name"),
        ("copy.id", "i", "take('i')", "ID", "Copy the ID"),
        ("copy.path", "p", "take('p')", "Path", "Copy the path of the disk file"),
        ("copy.error", "e", "take('e')", "Error", "Copy the last error"),
    ),
    *_table(
        Place.COPYABLE,
        Group.HVTUI,
        ("dialog.copy", "y c", "copy", "Copy", "Copy the whole text"),
        show=True,
    ),
    *_table(
        Place.READING,
        Group.MOVE,
        ("reading.up", "k", "scroll('scroll_up')", "Up", "Scroll up"),
        ("reading.down", "j", "scroll('scroll_down')", "Down", "Scroll down"),
        ("reading.page_down", "space", "scroll('page_down')", "Page down", "Scroll down one page"),
        ("reading.first", "g", "scroll('scroll_home')", "Top", "Scroll to the top"),
        ("reading.last", "G", "scroll('scroll_end')", "Bottom", "Scroll to the bottom"),
    ),
    *_table(
        Place.HELP,
        Group.HVTUI,
        ("help.close", "question_mark f1", "cancel", "Close", "Close the help"),
    ),
]
SHORTCUTS: Final = {shortcut.id: shortcut for shortcut in _ALL}
_NO_KEY: Final = "no key: "
REMINDER: Final = "reminder"
"""The id of a binding that only says that its keys do nothing there. It gives way to any shortcut."""


def no_key(id: str) -> str:
    """Return what is bound in place of a key for a shortcut without one: no terminal sends it.

    So the shortcut stays in the palette.
    """
    return f"{_NO_KEY}{id}"


def is_key(key: str) -> bool:
    """Return whether this is a key, and not a stand-in for one."""
    return not key.startswith(_NO_KEY)


def bindings(*places: Place) -> list[BindingType]:
    """Return the default bindings of these places, for the ``BINDINGS`` of a screen or widget."""
    from textual.binding import Binding  # what reads the config file does without Textual

    return [
        Binding(
            ",".join(each.keys) or no_key(each.id),
            each.action,
            each.label,
            show=each.show,
            id=each.id,
            tooltip=each.sentence,
            priority=each.priority,
        )
        for each in _ALL
        if each.place in places
    ]
