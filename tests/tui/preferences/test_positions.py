"""The line of a key is found, however it is written."""

from __future__ import annotations

import tomllib

from hvtui.tui.preferences.positions import line_of, positions

TEXT = '''\
theme = "dark"  # a = 1
'quoted key' = """
not.a.key = 1
[not a table]
"""
list = [
  "F7",  # ] a comment
  "b = 2", [1, 2],
]
refresh.seconds = 10
[keys]
"checkpoint.create" = "c"
vm . start = "s"
"with \\" quote" = 1
[ keys . "checkpoint" ]
rename = { a = 1 }
[[other]]
x = 1
'''


def test_every_key_is_on_its_line() -> None:
    tomllib.loads(TEXT)
    assert positions(TEXT) == {
        "theme": 1,
        "quoted key": 2,
        "list": 6,
        "refresh.seconds": 10,
        "keys": 11,
        "keys.checkpoint.create": 12,
        "keys.vm.start": 13,
        'keys.with " quote': 14,
        "keys.checkpoint": 15,
        "keys.checkpoint.rename": 16,
        "other": 17,
        "other.x": 18,
    }


def test_what_stands_in_a_table_on_one_line_is_on_that_line() -> None:
    assert line_of("keys.checkpoint.rename.a", positions(TEXT)) == 16


def test_what_is_nowhere_has_no_line() -> None:
    assert line_of("nothing.at.all", positions(TEXT)) is None
