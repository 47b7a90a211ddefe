"""The arguments of the command line. Each subcommand adds its own to those that all of them have."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from hvtui.backends.contract import Remote
from hvtui.backends.errors import SettingsError
from hvtui.backends.registry import DEFAULT_BACKEND
from hvtui.backends.settings import describe_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hvtui.backends.contract import Backend

    LoadBackend = Callable[[str], Backend[Any]]

DEMO_BACKEND = "mock"
SUBCOMMANDS = {
    "list": "list the VMs of a host, or the checkpoints of one VM",
    "create": "create a checkpoint",
    "rename": "rename a checkpoint",
    "apply": "apply a checkpoint",
    "delete": "delete a checkpoint, or it and all below it",
    "start": "start a VM",
    "stop": "shut a VM down, or turn it off",
    "save": "save a VM",
    "discard-saved-state": "delete the memory of a saved VM: it is off afterwards",
    "remove-backup-checkpoint": "delete a checkpoint that a backup left behind",
    "diagnose": "check the connection to a host, and the host",
    "trust": "trust the certificate of a host",
    "forget": "stop trusting the certificate of a host",
    "backends": "list the kinds of host",
    "config": "print the settings in force, or write a config file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    words: tuple[str, ...]
    """The positional arguments; the first one is the host if `names_host`."""
    backend: str
    demo: str | None
    """The scenario, "" for the default one; None if the demo was not chosen."""
    local: bool
    settings: dict[str, str] = field(default_factory=dict)
    """The settings of the backend that were given as options."""
    options: argparse.Namespace
    names_host: bool
    """Whether the first word is a host."""


class Parser(argparse.ArgumentParser):
    """Raises `SettingsError` where argparse would print and exit."""

    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message[:1].upper()}{message[1:]}.", hint=f"See: {self.prog} --help")


def parse(
    argv: Sequence[str],
    load: LoadBackend,
    *,
    prog: str,
    usage: str,
    description: str,
    epilog: str = "",
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None,
) -> Arguments:
    """Parse the arguments of the app or of one subcommand. Raises `SettingsError`."""
    argv, names = split_at_dashes(argv)
    backend_name = _backend_name(argv)
    backend = load(backend_name)
    parser = Parser(
        prog=prog,
        usage=usage,
        description=description,
        epilog=epilog,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    add_options(parser)
    _add_target_options(parser)
    settings = [setting for setting in describe_settings(backend.Settings) if setting.flag]
    connection = parser.add_argument_group("connection")
    for setting in settings:
        connection.add_argument(setting.flag, dest=f"setting_{setting.name}", metavar="…", help=setting.help)
    options = parser.parse_intermixed_args(_with_scenario(argv, _scenarios(backend)))
    demo: str | None = options.demo
    given = {setting.name: getattr(options, f"setting_{setting.name}") for setting in settings}
    chosen = [flag for flag, given in (("--local", options.local), ("--demo", demo is not None)) if given]
    if len(chosen) > 1:
        raise SettingsError(f"{' and '.join(chosen)} exclude each other.", hint="Choose one.")
    return Arguments(
        words=(*options.words, *names),
        backend=backend_name,
        demo=demo,
        local=options.local,
        settings={name: value for name, value in given.items() if value is not None},
        options=options,
        names_host=demo is None and not options.local and isinstance(backend, Remote),
    )


def take_words(arguments: Arguments, *names: str, optional: int = 0) -> list[str]:
    """Return the host, "" if these arguments name none, and the words in the order of `names`.

    The last `optional` ones of `names` may be missing, and are "" then. Raises `SettingsError`.
    """
    words = list(arguments.words)
    if not arguments.names_host:
        words.insert(0, "")
    names = ("HOST", *names)
    if len(words) < len(names) - optional:
        raise SettingsError(f"Missing argument: {names[len(words)]}.", hint="Add it, or see --help.")
    if len(words) > len(names):
        raise SettingsError(f"Unexpected argument: “{words[len(names)]}”.", hint=_hint(arguments.words))
    return words + [""] * (len(names) - len(words))


def _hint(words: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(words[0], SUBCOMMANDS, n=1)
    return f"Did you mean: hvtui {near[0]}?" if near else "Leave it out, or see --help."


def split_at_dashes(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split the arguments at ``--``: all that follow it are names, even if they begin with a dash."""
    if "--" not in argv:
        return list(argv), []
    at = list(argv).index("--")
    return list(argv[:at]), list(argv[at + 1 :])


def _with_scenario(argv: Sequence[str], scenarios: Sequence[str]) -> list[str]:
    """Return the arguments with ``--demo=`` for each ``--demo`` that is not followed by the name of a scenario."""
    return [
        "--demo=" if word == "--demo" and not set(argv[index + 1 : index + 2]) & set(scenarios) else word
        for index, word in enumerate(argv)
    ]


def _backend_name(argv: Sequence[str]) -> str:
    """Return the name of the backend whose settings are options."""
    parser = Parser(add_help=False, allow_abbrev=False)
    _add_target_options(parser)
    chosen, _ = parser.parse_known_args(list(argv))
    if chosen.demo is not None:
        return DEMO_BACKEND
    return DEFAULT_BACKEND if chosen.local else chosen.backend or DEFAULT_BACKEND


def _add_target_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("target")
    group.add_argument("--demo", nargs="?", const="", metavar="SCENARIO", help="demo host with sample data")
    group.add_argument("--local", action="store_true", help="this computer's Hyper-V")
    group.add_argument("--backend", metavar="NAME", help="another kind of host: see `hvtui backends`")
    group.add_argument("--read-only", action="store_true", help="refuse every change")
    parser.add_argument("--log", metavar="FILE", help="append a log to this file (or set HVTUI_LOG)")


def _scenarios(backend: Backend[Any]) -> tuple[str, ...]:
    return next((s.choices for s in describe_settings(backend.Settings) if s.name == "scenario"), ())


def program_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("hvtui")
    except PackageNotFoundError:
        return "(not installed)"
