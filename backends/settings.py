"""The settings that a backend needs to connect, and their values from environment variables.

A backend's `Settings` is a frozen dataclass whose fields are created with `setting`. Each field defines its command
line flag and its environment variable.
"""

from __future__ import annotations

import os
from dataclasses import MISSING, field, fields
from typing import Any

from msgspec import Struct

from hvtui.backends.secret import Secret

PASSWORD = "HVTUI_PASSWORD"


class Setting(Struct, frozen=True, kw_only=True):
    """The description of one field of a `Settings` dataclass."""

    name: str
    flag: str
    env: str
    help: str
    placeholder: str
    """What stands for the value in a help text; ``FILE`` if it is a file, "" for the name of the setting."""
    secret: bool
    number: bool
    """The value is a number in the config file. On the command line and in the environment it is text."""
    choices: tuple[str, ...]
    """The valid values. If empty, every value is valid."""
    in_address: bool
    """A command line that names the host repeats the flag, if it was given."""
    remote_only: bool
    """It has no meaning for this machine."""
    default: Any


def setting(
    *,
    flag: str,
    help: str,
    env: str = "",
    placeholder: str = "",
    secret: bool = False,
    number: bool = False,
    choices: tuple[str, ...] = (),
    in_address: bool = False,
    remote_only: bool = False,
    default: Any = MISSING,
) -> Any:
    """Create a field of a `Settings` dataclass. A `secret` field gets no flag: command lines are visible to others."""
    return field(
        default=default,
        metadata={
            "flag": flag,
            "env": env,
            "help": help,
            "placeholder": placeholder,
            "secret": secret,
            "number": number,
            "choices": choices,
            "in_address": in_address,
            "remote_only": remote_only,
        },
    )


def describe_settings(settings_type: type[Any]) -> list[Setting]:
    """Return the description of each field of a `Settings` dataclass, in order."""
    return [
        Setting(
            name=item.name,
            flag=item.metadata["flag"],
            env=item.metadata["env"],
            help=item.metadata["help"],
            placeholder=item.metadata["placeholder"],
            secret=item.metadata["secret"],
            number=item.metadata["number"],
            choices=item.metadata["choices"],
            in_address=item.metadata["in_address"],
            remote_only=item.metadata["remote_only"],
            default=None if item.default is MISSING else item.default,
        )
        for item in fields(settings_type)
        if "flag" in item.metadata
    ]


def child_environment() -> dict[str, str]:
    """Return the environment for child processes: that of this process without the password."""
    return {name: value for name, value in os.environ.items() if name != PASSWORD}


def from_environment(settings_type: type[Any], secrets: dict[str, Secret]) -> dict[str, str | Secret]:
    """Return the values of the settings whose environment variables are set.

    A secret value is moved from the environment to `secrets`, by the name of its variable, so that child processes do
    not inherit it; from there, other types of settings get it too.
    """
    values: dict[str, str | Secret] = {}
    for item in describe_settings(settings_type):
        if item.secret and (value := os.environ.pop(item.env, "")):
            secrets[item.env] = Secret(value)
        if found := secrets.get(item.env) if item.secret else os.environ.get(item.env):
            values[item.name] = found
    return values
