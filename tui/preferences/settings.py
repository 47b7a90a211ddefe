"""The table of all settings but keys: what each may be, and what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from hvtui.backends.nearest import known_words
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.terminal.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable


class Mistake(ValueError):
    """A value that a setting cannot have. The message is the end of a sentence."""


class Setting(Struct, frozen=True):
    name: str
    """In the config file: ``theme``, or ``refresh.seconds`` for a key of a table."""
    sentence: str
    """What it is for."""
    parse: Callable[[Any], Any]
    """Checks what TOML gives, and returns the value. Raises `Mistake`."""
    sample: str
    """A value as it is written in TOML: the default one, where there is one."""
    environment: str = ""

    @property
    def field(self) -> str:
        """The name in `Preferences`."""
        return self.name.replace(".", "_")


def _true_or_false(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Mistake("must be true or false")
    return value


def _one_of(*choices: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise Mistake("must be text in quotes")
        if value not in choices:
            raise Mistake(f"there is no “{value}”. {known_words(value, choices)}")
        return value

    return parse


def _whole_number(least: int, most: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Mistake(f"must be a whole number from {least} to {most}")
        return value

    return parse


def _some_of(choices: Collection[str], example: str) -> Callable[[Any], tuple[str, ...]]:
    def parse(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Mistake(f"must be a list of columns, such as {example}, or [] for none")
        for each in value:
            if each not in choices:
                raise Mistake(f"there is no “{each}”. {known_words(each, choices)}")
        return tuple(dict.fromkeys(value))

    return parse


def _written(names: Iterable[str]) -> str:
    """Return the names as a list in TOML."""
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


SETTINGS: Final = (
    Setting(
        "theme",
        f"The colours: {', '.join(THEMES)}. On a terminal with only 16 colours the default is ansi. "
        "NO_COLOR in the environment takes precedence.",
        _one_of(*THEMES),
        '"dark"',
        environment="HVTUI_THEME",
    ),
    Setting(
        "mouse",
        "false leaves the mouse to the terminal, as --no-mouse does. In GNU screen the default is false: it holds back Esc otherwise.",
        _true_or_false,
        "true",
    ),
    Setting(
        "wire",
        "light sends only what changed to the terminal; plain sends what Textual repaints.",
        _one_of("light", "plain"),
        '"light"',
        environment="HVTUI_WIRE",
    ),
    Setting(
        "refresh.seconds",
        "The shortest pause between two automatic readings. It is ten times the duration of the last one if that is longer.",
        _whole_number(5, 3600),
        "10",
    ),
    Setting(
        "refresh.others_seconds",
        "The shortest pause between two readings of the VMs that are not on screen.",
        _whole_number(60, 86400),
        "60",
    ),
    Setting(
        "columns.vms",
        "The columns beside the names of VMs, from left to right, as far as there is room. [] shows none.",
        _some_of(DEFAULTS.columns_vms, '["state", "memory"]'),
        _written(DEFAULTS.columns_vms),
    ),
    Setting(
        "columns.checkpoints",
        "The columns beside the names of checkpoints, likewise.",
        _some_of(DEFAULTS.columns_checkpoints, '["age", "written since"]'),
        _written(DEFAULTS.columns_checkpoints),
    ),
    Setting("confirm.start", "true asks before a VM is started.", _true_or_false, "false"),
    Setting(
        "notify.bell", "true rings the bell when a command that took long has ended.", _true_or_false, "false"
    ),
    Setting(
        "notify.title",
        "true shows in the title of the terminal that a command that took long has ended.",
        _true_or_false,
        "false",
    ),
)
