"""The words of a filter, each with an example: for the help, the topic ``filter`` and the completion."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "web": "its name contains web",
        "host:hv01": "the name of its host or cluster contains hv01",
        "state:off": "it is off; or running, saved, critical, ...",
        "older:30d": "it has a checkpoint at least 30 days old; h, d, w",
        "newer:12h": "it has a checkpoint less than 12 hours old",
        "count:>10": "it has more than 10 checkpoints; >, >=, <, <=, =",
        "kind:backup": "it has one of a backup; replica, automatic, standard",
        "memory": "it has one with the memory of the VM; memory:no: none",
        "mark:!!": "it is marked !!; mark:! or mark: finds both marks",
        "-state:off": "a minus excludes what the word finds",
        '"two words"': "its name contains this, with the space",
        "name:memory": "its name contains a word that is one of these",
    }
)
"""An example, and what it asks of a VM."""
UNKNOWN_WORD: Final = (
    "A word with a colon that is not in this list is a part of a name, unless it is like one of these: then it cannot be"
    " understood. In quotes it is a part of a name in any case."
)
NOT_KNOWN: Final = (
    "A VM has to match all words. What is not known matches neither a word nor its minus, only the word with a"
    " question mark, such as count:? or memory:?."
)
_WIDTH = max(map(len, EXAMPLES)) + 2
LEGEND: Final = "\n".join(f"{example:{_WIDTH}}{meaning}" for example, meaning in EXAMPLES.items())

COMPLETED: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: EXAMPLES.get(word, "")
        for word in (
            "host:",
            *("state:running", "state:off", "state:saved", "state:paused", "state:critical"),
            *("older:30d", "newer:12h", "count:0", "count:>10"),
            *("kind:backup", "kind:replica", "kind:automatic", "kind:standard"),
            *("memory", "memory:no", "mark:!", "mark:!!"),
        )
    }
)
"""What a shell may complete."""
