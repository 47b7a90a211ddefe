"""``hvtui completion``: prints the completion script of a shell."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from hvtui.backends.errors import SettingsError
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.exit_codes import DONE, FAILED
from hvtui.tui.cli.syntax import Syntax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.syntax import LoadBackend

SHELLS = {
    "bash": "hvtui.bash",
    "zsh": "hvtui.zsh",
    "fish": "hvtui.fish",
    "powershell": "hvtui.ps1",
}


def run(argv: Sequence[str], load: LoadBackend) -> int:
    (shell,) = parse(argv, load, SYNTAX).words
    if shell not in SHELLS:
        raise SettingsError(f"There is no completion for “{shell}”.", hint=f"Shells: {', '.join(SHELLS)}.")
    script = files("hvtui.tui.cli.completion").joinpath(SHELLS[shell]).read_text("utf-8")
    return DONE if output.write(script) else FAILED


SYNTAX = Syntax(
    name="completion",
    target="",
    words=("SHELL",),
    values={"SHELL": lambda: tuple(SHELLS)},
    description="""\
Print the script that completes subcommands, options, their values, and the
names of saved hosts. SHELL is bash, zsh, fish or powershell. The script asks
hvtui, which reads the config file and connects to nothing.

  bash        in ~/.bashrc:          eval "$(hvtui completion bash)"
  zsh         in ~/.zshrc, after compinit:
                                     eval "$(hvtui completion zsh)"
  fish        in ~/.config/fish/config.fish:
                                     hvtui completion fish | source
  PowerShell  in $PROFILE:           hvtui completion powershell | Out-String |
                                     Invoke-Expression""",
    examples=("completion bash",),
)
