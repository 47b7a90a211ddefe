"""The reply to a completion script, which the shell reads line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.tui.cli.completion.candidates import Candidates, candidates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.syntax import LoadBackend


def reply(arguments: Sequence[str], load: LoadBackend) -> str:
    """Return ``files`` or ``words`` as the first line, and then each value, a tab, and its description.

    The first argument is ``=`` and the beginning of the word to complete, the others are the words before it: Windows
    PowerShell leaves out an argument that is empty. Where there is an error there is nothing to complete.
    """
    current, *before = arguments or ("=",)
    try:
        found = candidates(before, current.removeprefix("="), load)
    except BackendError:
        found = Candidates(values={})
    lines = [
        f"{value}\t{' '.join(words.split())}" for value, words in found.values.items() if value.isprintable()
    ]
    return "".join(f"{line}\n" for line in ["files" if found.files else "words", *lines])
