"""The version of the installed program."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    try:
        return version("hvtui")
    except PackageNotFoundError:
        return "(not installed)"
