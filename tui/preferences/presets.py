"""Sets of keys for the habits that people bring along."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_VIM: Final = {
    "app.palette": (":", "Ctrl+P"),
    "rows.page_up": ("Ctrl+B", "Ctrl+U", "PgUp"),
    "rows.page_down": ("Ctrl+F", "Ctrl+D", "PgDn"),
    "details.page_up": ("Ctrl+B", "Ctrl+U", "PgUp"),
    "details.page_down": ("Ctrl+F", "Ctrl+D", "PgDn", "Space"),
    "checkpoint.create": ("i", "c"),
}
"""Letters of vim that are free here. hjkl, g, G and / are default keys."""
_HYPER_V_MANAGER: Final = {
    "checkpoint.rename": ("F2",),
    "checkpoint.delete": ("Del",),
    "checkpoint.delete_subtree": ("Shift+Del",),
    "app.refresh": ("F5",),
    "app.help": ("F1",),
    "help.close": ("F1",),
    "checkpoint.create": ("Ctrl+N",),
    "vms.filter": ("Ctrl+F", "/"),
    "rows.up": ("Up",),
    "rows.down": ("Down",),
    "rows.first": ("Home",),
    "rows.last": ("End",),
    "details.up": ("Up",),
    "details.down": ("Down",),
    "details.first": ("Home",),
    "details.last": ("End",),
    "vms.choose": ("Enter", "Right"),
    "hosts.choose": ("Enter", "Right"),
    "tree.out": ("Left", "-"),
    "tree.in": ("Right", "+"),
    "tree.parent": ("Backspace",),
    "tree.unfold_all": ("*",),
    "tree.fold_all": (),
    "reading.up": (),
    "reading.down": (),
    "reading.first": (),
    "reading.last": (),
    "pane.next": ("Tab", "F6"),
}
"""The keys of Windows and no letters for what can be lost by a slip of the finger."""

PRESETS: Final = MappingProxyType({"default": {}, "vim": _VIM, "hyper-v-manager": _HYPER_V_MANAGER})
"""The keys of some shortcuts, by their ids; the others keep their defaults."""
