"""Parses the arguments of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from hvtui.backends.contract import Remote
from hvtui.backends.errors import SettingsError
from hvtui.backends.nearest import nearest
from hvtui.backends.registry import DEFAULT_BACKEND
from hvtui.backends.settings import describe_settings
from hvtui.tui.cli.subcommands import SUBCOMMANDS
from hvtui.tui.cli.syntax import add_log_option, add_target_options, parser_of
from hvtui.tui.cli.usage.contradictions import REPLACE_HOST, is_given, refuse_contradictions
from hvtui.tui.cli.usage.option_errors import Parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.backends.contract import Backend
    from hvtui.tui.cli.syntax import LoadBackend, Syntax

DEMO_BACKEND = "mock"


class Arguments(Struct, frozen=True, kw_only=True):
    host: str
    """The host; "" if none was named."""
    more_hosts: tuple[str, ...] = ()
    """The arguments that follow the host before ``--``. Where the syntax has words after the hosts, they may be the last one."""
    words: tuple[str, ...]
    """The positional arguments after the host, in the order of the syntax; "" for each that is missing."""
    backend: str
    demo: str | None
    """The scenario, "" for the default one; None if the demo was not chosen."""
    local: bool
    settings: dict[str, str] = field(default_factory=dict)
    """The settings of the backend that were given as options."""
    options: argparse.Namespace


def parse(argv: Sequence[str], load: LoadBackend, syntax: Syntax) -> Arguments:
    """Parse the arguments of the app or of one subcommand. Raises `SettingsError`."""
    argv, names = split_at_dashes(argv)
    chosen = target_options(argv if syntax.target else [], syntax)
    backend_name = backend_of(chosen)
    backend = load(backend_name)
    words_and_flags = _with_scenario(argv, scenarios(backend)) if syntax.target else argv
    options = parser_of(syntax, backend).parse_intermixed_args(words_and_flags)
    refuse_contradictions(options, backend, target=syntax.target, usage=syntax.usage)
    words = [*options.words, *names]
    if "" in words:
        names_host = bool(syntax.target) and takes_host(chosen, backend)
        needed = len(syntax.words) + names_host - syntax.optional
        way_out = "Leave it out, or write one" if len(words) > needed and not words[-1] else "Write one"
        raise SettingsError("An argument is empty.", hint=f"{way_out}: {syntax.command_line()}")
    if not syntax.target:
        return Arguments(
            host="",
            words=tuple(_matched(words, syntax.words, syntax, f"Usage: {syntax.command_line()}")),
            backend=backend_name,
            demo=None,
            local=False,
            options=options,
        )
    with_host = takes_host(chosen, backend)
    hosts, words = _split_hosts(options.words, names, syntax) if with_host else ([""], words)
    _refuse_misspelt_subcommand(hosts, syntax)
    if demo := options.demo or _misspelt_demo(argv, words, backend, syntax):
        _require_demo(demo, backend)
    hint = _too_many(options, syntax, with_host=with_host)
    host, *others = _matched([*hosts[:1], *words], ("HOST", *syntax.words), syntax, hint)
    return Arguments(
        host=host,
        words=tuple(others),
        more_hosts=tuple(hosts[1:]),
        backend=backend_name,
        demo=options.demo,
        local=options.local,
        settings=_given_settings(options, backend),
        options=options,
    )


def _split_hosts(words: list[str], names: list[str], syntax: Syntax) -> tuple[list[str], list[str]]:
    """Split the arguments before and after ``--`` into hosts and the words after them."""
    if not syntax.several_hosts:
        both = [*words, *names]
        return both[:1], both[1:]
    if not syntax.words:
        return [*words, *names], []
    return (words, names) if words else (names[:1], names[1:])


def _refuse_misspelt_subcommand(hosts: Sequence[str], syntax: Syntax) -> None:
    """Raise `SettingsError` if the app gets several hosts, and the first one is like a subcommand."""
    if len(hosts) > 1 and not syntax.name and (near := near_subcommand(hosts[0])):
        raise SettingsError(f"Unexpected argument: “{hosts[1]}”.", hint=f"Did you mean: hvtui {near}?")


def _require_demo(name: str, backend: Backend[Any]) -> None:
    """Raise `SettingsError` if there is no demo of this name."""
    if name not in scenarios(backend):
        raise SettingsError(
            f"There is no demo “{name}”.", hint=f"There are: {', '.join(scenarios(backend))}."
        )


def _misspelt_demo(argv: Sequence[str], words: Sequence[str], backend: Backend[Any], syntax: Syntax) -> str:
    """Return the word after ``--demo`` if there is one too many and it is no demo but meant as one; else ""."""
    if "--demo" not in argv[:-1] or len(words) <= len(syntax.words):
        return ""
    word = argv[argv.index("--demo") + 1]
    return word if word in words and _is_meant_as_demo(word, backend, syntax) else ""


def _given_settings(options: argparse.Namespace, backend: Backend[Any]) -> dict[str, str]:
    values = {
        setting.name: getattr(options, f"setting_{setting.name}")
        for setting in describe_settings(backend.Settings)
        if setting.flag
    }
    return {name: value for name, value in values.items() if value is not None}


def _matched(words: Sequence[str], names: Sequence[str], syntax: Syntax, hint: str) -> list[str]:
    """Return a word for each name, "" for those that are missing. `hint` is for too many of them. Raises `SettingsError`."""
    if len(words) < len(names) - syntax.optional:
        raise SettingsError(f"Missing argument: {names[len(words)]}.", hint=f"Usage: {syntax.command_line()}")
    if len(words) > len(names):
        raise SettingsError(
            f"Unexpected argument: “{words[len(names)]}”.", hint=_subcommand_hint(words, syntax) or hint
        )
    return [*words, *[""] * (len(names) - len(words))]


def _subcommand_hint(words: Sequence[str], syntax: Syntax) -> str:
    near = "" if syntax.name else near_subcommand(next((word for word in words if word), ""))
    return f"Did you mean: hvtui {near}?" if near else ""


def _too_many(options: argparse.Namespace, syntax: Syntax, *, with_host: bool) -> str:
    """Return the hint for more arguments than the command takes. `with_host`: its first one is a host."""
    target = "HOST..." if syntax.several_hosts else "HOST"
    advice = []
    if not with_host:
        flag = next(flag for flag in (*REPLACE_HOST, "--backend") if is_given(options, flag))
        value = {"--local": "", "--demo": options.demo}.get(flag, "NAME")
        target = f"{flag} {value}".rstrip()
        advice.append(f"{flag} takes the place of HOST")
    elif not syntax.several_hosts:
        advice.append("this command takes one host")
    if "VM" in syntax.words:
        advice.append("a name with spaces needs quotes")
    sentence = ", and ".join(advice)
    return f"{sentence[:1].upper()}{sentence[1:]}: {syntax.command_line(target)}"


def _is_meant_as_demo(word: str, backend: Backend[Any], syntax: Syntax) -> bool:
    """Return whether the word after ``--demo`` is meant as a demo, and not as a name."""
    if not syntax.words:
        return not near_subcommand(word)
    return bool(nearest(word, scenarios(backend)))


def near_subcommand(word: str) -> str:
    """Return the subcommand that the word may be meant to be; "" if it is not like any."""
    return nearest(word, SUBCOMMANDS)


def split_at_dashes(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split the arguments at ``--``: all that follow it are names, even if they begin with a dash."""
    if "--" not in argv:
        return list(argv), []
    at = list(argv).index("--")
    return list(argv[:at]), list(argv[at + 1 :])


def target_options(argv: Sequence[str], syntax: Syntax) -> argparse.Namespace:
    """Return the options that choose the target. Raises `SettingsError`."""
    parser = Parser(prog=syntax.command, add_help=False, allow_abbrev=False)
    add_target_options(parser)
    add_log_option(parser)
    chosen, _ = parser.parse_known_args(list(argv))
    return chosen


def takes_host(chosen: argparse.Namespace, backend: Backend[Any]) -> bool:
    """Return whether the first positional argument is a host."""
    replaced = chosen.demo is not None or chosen.local or chosen.cluster is not None
    return not replaced and isinstance(backend, Remote)


def backend_of(chosen: argparse.Namespace) -> str:
    """Return the name of the chosen backend."""
    if chosen.demo is not None:
        return DEMO_BACKEND
    return chosen.backend or DEFAULT_BACKEND


def scenarios(backend: Backend[Any]) -> tuple[str, ...]:
    return next((s.choices for s in describe_settings(backend.Settings) if s.name == "scenario"), ())


def _with_scenario(argv: Sequence[str], scenarios: Sequence[str]) -> list[str]:
    """Return the arguments with ``--demo=`` for each ``--demo`` that is not followed by the name of a scenario."""
    return [
        "--demo=" if word == "--demo" and not set(argv[index + 1 : index + 2]) & set(scenarios) else word
        for index, word in enumerate(argv)
    ]
