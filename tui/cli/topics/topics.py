"""The topics of ``hvtui help`` and the text of each."""

from __future__ import annotations

from importlib.resources import files

from hvtui.backends.errors import SettingsError
from hvtui.tui.cli.exit_codes import exit_codes_text

TOPICS = {
    "keys": "the keys of the screens",
    "connecting": "addresses, sign-in, certificates",
    "config": "the config file",
    "environment": "the environment variables",
    "scripts": "the subcommands in scripts",
    "exit-codes": "what the exit codes mean",
    "safety": "what hvtui does to keep your VMs safe",
    "terminals": "colours, mouse, characters, redirection",
    "troubleshooting": "when something does not work",
}


def topic_text(name: str) -> str:
    """Return the text of a topic. Raises `SettingsError` if there is none of this name."""
    if name not in TOPICS:
        raise SettingsError(f"There is no topic “{name}”.", hint=f"Topics: {', '.join(TOPICS)}.")
    if name == "keys":
        from hvtui.tui.cli.topics.keys import keys_topic  # needs Textual

        return keys_topic()
    if name == "exit-codes":
        return f"Exit codes\n\n{exit_codes_text()}\n"
    return files("hvtui.tui.cli.topics").joinpath(f"{name}.txt").read_text("utf-8")
