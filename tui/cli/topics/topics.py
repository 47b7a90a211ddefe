"""The topics of ``hvtui help`` and the text of each."""

from __future__ import annotations

import os
from importlib.resources import files

from hvtui.backends.errors import SettingsError
from hvtui.backends.paths import config_file
from hvtui.tui.cli.exit_codes import exit_codes_text
from hvtui.tui.cli.topics.filter import filter_topic

TOPICS = {
    "keys": "the keys of the screens",
    "connecting": "addresses, sign-in, certificates",
    "config": "the config file",
    "environment": "the environment variables",
    "filter": "the words that choose VMs",
    "scripts": "the subcommands in scripts",
    "exit-codes": "what the exit codes mean",
    "safety": "what hvtui does to keep your VMs safe",
    "terminals": "colours, mouse, characters, redirection",
    "troubleshooting": "when something does not work",
}


def topic_text(name: str) -> str:
    """Return the text of a topic. Raises `SettingsError` if there is none of this name."""
    match name:
        case _ if name not in TOPICS:
            raise SettingsError(f"There is no topic “{name}”.", hint=f"Topics: {', '.join(TOPICS)}.")
        case "keys":
            from hvtui.tui.cli.topics.keys import keys_topic  # needs Textual, as the next two do
            from hvtui.tui.preferences.reading import load

            return keys_topic(load(config_file(), os.environ, {}).shortcuts)
        case "config":
            from hvtui.tui.cli.topics.config import config_topic

            return config_topic(_file(name))
        case "filter":
            return filter_topic()
        case "exit-codes":
            return f"Exit codes\n\n{exit_codes_text()}\n"
        case _:
            return _file(name)


def _file(name: str) -> str:
    return files("hvtui.tui.cli.topics").joinpath(f"{name}.txt").read_text("utf-8")
