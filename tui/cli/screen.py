"""``hvtui [HOST]``: runs the app."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hvtui.backends.errors import SettingsError
from hvtui.backends.paths import config_file, state_folder
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import SUBCOMMANDS, parse, take_words
from hvtui.tui.cli.connection import target_of, targets_of
from hvtui.tui.preferences.reading import load as load_preferences
from hvtui.tui.terminal.theme import THEMES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.tui.cli.arguments import LoadBackend

USAGE = "hvtui [HOST | --local | --demo [SCENARIO]] [options]\n       hvtui SUBCOMMAND [...]"


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(
        argv,
        load,
        prog="hvtui",
        usage=USAGE,
        description="Hyper-V checkpoints in a terminal. Without a host, the first screen lets you choose one.\n"
        "HOST is a host of your config file, or user@address.",
        epilog=_epilog() if {"-h", "--help"} & set(argv) else "",
        add_options=_add_options,
    )
    (host,) = take_words(arguments, optional=1)
    if host in SUBCOMMANDS and "--" not in argv:
        raise SettingsError(
            f"The subcommand “{host}” has to be the first word.", hint=f"Write: hvtui {host} ..."
        )
    targets = targets_of(arguments, load)
    target = target_of(arguments, targets, host, load)
    if reason := _no_screen():
        output.warn(f"hvtui: {reason}")
        return output.USAGE
    preferences = load_preferences(config_file(), os.environ, _flags(arguments.options))
    from hvtui.tui.app import HvtuiApp

    app = HvtuiApp(target, targets, first_start=_is_first_start(), preferences=preferences)
    app.run(mouse=preferences.mouse)
    if app.failure is not None:
        output.warn(output.error_text(app.failure))
        return output.FAILED
    return app.return_code or output.DONE


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--theme", choices=THEMES, metavar="NAME", help=f"the colours: {', '.join(THEMES)}")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument("--version", action="store_true", help="print the version")


def _flags(options: argparse.Namespace) -> dict[str, object]:
    """Return the settings that flags give, by their names in the config file."""
    flags: dict[str, object] = {"mouse": False} if options.no_mouse else {}
    return flags | ({"theme": options.theme} if options.theme else {})


def _epilog() -> str:
    lines = [f"  {name:24} {words}" for name, words in SUBCOMMANDS.items()]
    return "\n".join(["subcommands, each with a --help of its own:", *lines])


def _is_first_start() -> bool:
    """Return whether hvtui starts for the first time for this user, and remember that it did."""
    marker = state_folder() / "started"
    try:
        marker.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        marker.touch(exist_ok=False)
    except OSError:  # not the first time, or not to be remembered: the hint would be shown at every start
        return False
    return True


def _no_screen() -> str:
    """Return why no screen can be shown here; "" if one can."""
    if not (os.isatty(0) and os.isatty(2)):
        return "a terminal is required. Use `hvtui list` where there is none."
    if os.environ.get("TERM") == "dumb":
        return "this terminal (TERM=dumb) cannot show screens. Use `hvtui list`."
    return ""
