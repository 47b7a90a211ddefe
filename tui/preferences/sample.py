"""The commented config file that ``hvtui config --init`` writes. Everything in it is the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.keys.names import key_name
from hvtui.tui.keys.shortcuts import SHORTCUTS
from hvtui.tui.preferences.presets import PRESETS
from hvtui.tui.preferences.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """\
# The settings of hvtui. A line that begins with # is ignored: take it away to change something.
# `hvtui config` says what is in force and what is wrong.
"""
_HOSTS = """\
# Hosts: each one has a table with its name. Only you may read this file once there is one.
# [hosts.hv01]
# address = "hv01.corp.example"
# user = 'CORP\\you'
# label = "PROD"
# read_only = true
# password = "keyring"
#
# Groups: the hosts of one are shown in one list, as with `hvtui prod`.
# [groups.prod]
# hosts = ["hv01", "you@hv02"]
"""


def sample() -> str:
    return "\n".join([_HEAD, *_settings(), _keys(), _HOSTS])


def _settings() -> Iterator[str]:
    yield "# true refuses every change, on every host and on the command line too.\n# read_only = false\n"
    shown = ""
    for setting in sorted(SETTINGS, key=lambda each: "." in each.name):
        table, _, key = setting.name.rpartition(".")
        header = f"# [{table}]\n" if table != shown else ""
        shown = table
        yield f"{header}# {setting.sentence}\n# {key} = {setting.sample}\n"


def _keys() -> str:
    lines = [
        "# [keys]",
        "# A key, a list of keys, or [] for none: F7, n, ?, Ctrl+N, Shift+Del.",
        f'# preset = "default"  # or {", ".join(name for name in PRESETS if name != "default")}',
    ]
    for shortcut in SHORTCUTS.values():
        keys = ", ".join(f'"{key_name(key)}"' for key in shortcut.keys)
        lines.append(f'# "{shortcut.id}" = [{keys}]  # {shortcut.sentence}')
    return "\n".join(lines) + "\n"
