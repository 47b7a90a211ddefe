"""The topic ``config``: a text, and the table of settings."""

from __future__ import annotations

from textwrap import fill

from hvtui.tui.preferences.settings import SETTINGS

WIDTH = 79


def config_topic(text: str) -> str:
    """Return `text`, and below it each setting with its default and what it is for."""
    indent = " " * 6
    settings = [
        "\n"
        + fill(f"{each.name} = {each.sample}", WIDTH, initial_indent="  ", subsequent_indent=indent * 2)
        + "\n"
        + fill(each.sentence, WIDTH, initial_indent=indent, subsequent_indent=indent)
        for each in SETTINGS
    ]
    return "\n".join([text.rstrip("\n"), *settings, ""])
