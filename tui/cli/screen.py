"""``hvtui [HOST]``: runs the app."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hvtui.backends.errors import SettingsError
from hvtui.backends.paths import config_file, state_folder
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import near_subcommand, parse
from hvtui.tui.cli.exit_codes import DONE, FAILED, USAGE
from hvtui.tui.cli.subcommands import SUBCOMMANDS
from hvtui.tui.cli.syntax import Syntax

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.tui.cli.syntax import LoadBackend

_STREAMS = ("standard input", "standard output", "standard error")


def run(argv: Sequence[str], load: LoadBackend) -> int:
    from hvtui.tui.cli.connection import (  # slow, and the completion needs only the syntax
        target_of,
        targets_of,
    )

    arguments = parse(argv, load, SYNTAX)
    if arguments.host in SUBCOMMANDS and "--" not in argv:
        raise SettingsError(
            f"The subcommand “{arguments.host}” has to be the first word.",
            hint=f"Write: hvtui {arguments.host} ...",
        )
    targets = targets_of(arguments, load)
    target = target_of(arguments, targets, load)
    if reason := _no_screen():
        near = near_subcommand(arguments.host)
        hint = f"Did you mean: hvtui {near}?" if near else "Without a screen: hvtui list."
        output.warn(f"hvtui: {reason} {hint}")
        return USAGE
    from hvtui.tui.preferences.reading import load as load_preferences

    preferences = load_preferences(config_file(), os.environ, _flags(arguments.options))
    from hvtui.tui.app import HvtuiApp

    app = HvtuiApp(target, targets, first_start=_is_first_start(), preferences=preferences)
    app.run(mouse=preferences.mouse)
    if app.failure is not None:
        output.warn(output.error_text(app.failure))
        return FAILED
    return app.return_code or DONE


def _add_options(parser: argparse.ArgumentParser) -> None:
    from hvtui.tui.terminal.theme import THEMES

    parser.add_argument("--theme", choices=THEMES, metavar="NAME", help=f"the colours: {', '.join(THEMES)}")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument(
        "--version",
        action="store_true",
        help="print the version; with -v, also that of Python and others, and where files are",
    )


def _flags(options: argparse.Namespace) -> dict[str, object]:
    """Return the settings that flags give, by their names in the config file."""
    flags: dict[str, object] = {"mouse": False} if options.no_mouse else {}
    return flags | ({"theme": options.theme} if options.theme else {})


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
    """Return why no screen can be shown here, as a sentence; "" if one can."""
    redirected = [name for descriptor, name in enumerate(_STREAMS) if not os.isatty(descriptor)]
    if len(redirected) == len(_STREAMS):
        return "A terminal is required."
    if len(redirected) > 1:
        return f"A terminal is required, and neither {' nor '.join(redirected)} is one."
    if redirected:
        return f"A terminal is required, and {redirected[0]} is not one."
    if os.environ.get("TERM") == "dumb":
        return "This terminal (TERM=dumb) cannot show screens."
    return ""


SYNTAX = Syntax(
    target="[HOST... | --cluster NAME | --local | --demo [SCENARIO]]",
    optional=1,
    several_hosts=True,
    description="""\
Hyper-V checkpoints in a terminal. Without a host, the first screen lets you
choose one. HOST is a host or a group of your config file, or an address:
you@hv01. Several hosts are shown together.

Keys, config file and more: hvtui help""",
    examples=("--demo", "--local", "you@hv01.corp.example"),
    epilog="\n".join(
        [
            "subcommands, each with a --help of its own:",
            *(f"  {name:25} {words}" for name, words in SUBCOMMANDS.items()),
        ]
    ),
    add_options=_add_options,
)
