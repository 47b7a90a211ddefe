"""What the command line may say."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from hvtui.backends.settings import described

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.contract import Backend

# How many words may follow each command.
_COMMANDS = {"list": (0, 1), "diagnose": (0, 1), "trust": (2, 2), "forget": (1, 1), "backends": (0, 0)}
_USAGE = """\
hvtui [HOST | --local | --demo [SCENARIO]]    the screen; without any, it lets you choose
       hvtui list [HOST | --local | --demo [SCENARIO]] [--json]
       hvtui diagnose [HOST | --local] [--json]
       hvtui trust HOST FINGERPRINT
       hvtui forget HOST
       hvtui backends"""


def backend_name(argv: Sequence[str]) -> str:
    """Which backend's settings are flags too."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    _add_ways(parser)
    chosen, _ = parser.parse_known_args(argv)
    return "mock" if chosen.demo is not None else "hyperv" if chosen.local else chosen.backend or "hyperv"


def parse(argv: Sequence[str], backend: Backend[Any]) -> argparse.Namespace:
    """With `command`, `host`, `fingerprint`, each "" where not given, and `flags`, the backend's settings."""
    parser = argparse.ArgumentParser(
        prog="hvtui", usage=_USAGE, description="Hyper-V checkpoints in a terminal.", allow_abbrev=False
    )
    parser.add_argument("words", nargs="*", metavar="HOST", help="a host of your config, or user@address")
    _add_ways(parser)
    parser.add_argument("--json", action="store_true", help="with list and diagnose: as JSON")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument("--version", action="version", version=f"hvtui {program_version()}")
    settings = [setting for setting in described(backend.Settings) if setting.flag]
    for setting in settings:
        parser.add_argument(setting.flag, dest=f"setting_{setting.name}", metavar="…", help=setting.help)
    chosen = parser.parse_intermixed_args(argv)
    if chosen.demo in _COMMANDS:
        chosen.words, chosen.demo = [chosen.demo, *chosen.words], ""
    chosen.command = chosen.words.pop(0) if chosen.words and chosen.words[0] in _COMMANDS else ""
    fewest, most = _COMMANDS.get(chosen.command, (0, 1))
    if not fewest <= len(chosen.words) <= most:
        parser.error(f"too {'few' if len(chosen.words) < fewest else 'many'} words")
    ways = {"a host": chosen.words, "--local": chosen.local, "--demo": chosen.demo is not None}
    if len(named := [way for way, given in ways.items() if given]) > 1:
        parser.error(f"{' and '.join(named)}: choose one")
    chosen.host, chosen.fingerprint = [*chosen.words, "", ""][:2]
    given = {setting.name: getattr(chosen, f"setting_{setting.name}") for setting in settings}
    chosen.flags = {name: value for name, value in given.items() if value is not None}
    return chosen


def _add_ways(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", nargs="?", const="", metavar="SCENARIO", help="a pretended host")
    parser.add_argument("--local", action="store_true", help="this computer's Hyper-V")
    parser.add_argument("--backend", metavar="NAME", help="another kind of host: see `hvtui backends`")


def program_version() -> str:
    try:
        return version("hvtui")
    except PackageNotFoundError:
        return "(not installed)"
