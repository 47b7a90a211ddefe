"""How a backend says what it wants to know before it connects.

A backend's `Settings` is a frozen dataclass whose fields are made with `setting`; the command line grows a
flag, and an environment variable stands in for it, from that alone.
"""

from __future__ import annotations

import os
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from hvtui.backends.secret import Secret

PASSWORD = "HVTUI_PASSWORD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the command line needs to know of one field."""

    name: str
    flag: str
    env: str
    help: str
    secret: bool
    number: bool
    """The config file has it as a number; everywhere else it is text."""
    choices: tuple[str, ...]
    """All values that it may have; empty: any."""
    default: Any


def setting(
    *,
    flag: str,
    help: str,
    env: str = "",
    secret: bool = False,
    number: bool = False,
    choices: tuple[str, ...] = (),
    default: Any = MISSING,
) -> Any:
    """Declare a field of a `Settings`. A `secret` one gets no flag: nothing secret belongs on a command line."""
    return field(
        default=default,
        metadata={
            "flag": flag,
            "env": env,
            "help": help,
            "secret": secret,
            "number": number,
            "choices": choices,
        },
    )


def described(settings_type: type[Any]) -> list[Setting]:
    """The settings that a backend's `Settings` declares, in order."""
    return [
        Setting(
            name=item.name,
            flag=item.metadata["flag"],
            env=item.metadata["env"],
            help=item.metadata["help"],
            secret=item.metadata["secret"],
            number=item.metadata["number"],
            choices=item.metadata["choices"],
            default=None if item.default is MISSING else item.default,
        )
        for item in fields(settings_type)
        if "flag" in item.metadata
    ]


def for_children() -> dict[str, str]:
    """This process's environment without the password, whether or not a backend has taken it."""
    return {name: value for name, value in os.environ.items() if name != PASSWORD}


def from_environment(settings_type: type[Any]) -> dict[str, str | Secret]:
    """The values that environment variables give.

    A secret one becomes a `Secret` and is taken out of the environment: no program that is started inherits it.
    """
    values: dict[str, str | Secret] = {}
    for item in described(settings_type):
        if item.env and (value := os.environ.get(item.env)):
            values[item.name] = Secret(value) if item.secret else value
            if item.secret:
                del os.environ[item.env]
    return values
