"""Refuses options that contradict each other, or that a command cannot be used with."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import SettingsError
from hvtui.backends.settings import describe_settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.backends.contract import Backend

REPLACE_HOST = ("--cluster", "--local", "--demo")
"""The options that take the place of a host."""
_EXCLUDE = (
    REPLACE_HOST,
    ("--hosts", "--cluster"),
    ("--hosts", "--local"),
    ("--hosts", "--demo"),
    ("--demo", "--backend"),
    ("--init", "--json"),
    ("--no-safety-checkpoint", "--safety-name"),
)
"""At most one option of each row can be given."""


def refuse_contradictions(
    options: argparse.Namespace, backend: Backend[Any], *, target: str, usage: str
) -> None:
    """Raise `SettingsError` if these options cannot be used together, or not with this command.

    `target` is how its usage names the host.
    """
    _refuse_target(options, target, usage)
    for row in _EXCLUDE:
        given = [flag for flag in row if is_given(options, flag)]
        if len(given) > 1:
            raise SettingsError(f"{_listed(given)} cannot be used together.", hint="Use only one of them.")
    if is_given(options, "--local"):
        for setting in describe_settings(backend.Settings):
            if setting.remote_only and getattr(options, f"setting_{setting.name}") is not None:
                raise SettingsError(
                    f"{setting.flag} is for another machine, and --local is this one.",
                    hint="Use only one of them.",
                )


def _refuse_target(options: argparse.Namespace, target: str, usage: str) -> None:
    """Raise `SettingsError` if the command cannot be used with what takes the place of a host."""
    flag = next((flag for flag in REPLACE_HOST if is_given(options, flag) and flag not in target), "")
    if flag == "--cluster":
        raise SettingsError(
            "This command takes one host, and --cluster is all nodes of a cluster.",
            hint=f"Name a node in its place. To see the nodes and their VMs: hvtui list --cluster {shlex.quote(options.cluster)}",
        )
    if flag:
        raise SettingsError(
            f"This command cannot be used with {flag}.", hint=f"Usage: {' '.join(usage.split())}"
        )


def is_given(options: argparse.Namespace, flag: str) -> bool:
    """Return whether the option was given, also with an empty value."""
    return getattr(options, flag.removeprefix("--").replace("-", "_"), None) not in (None, False)


def _listed(flags: Sequence[str]) -> str:
    return f"{', '.join(flags[:-1])} and {flags[-1]}"
