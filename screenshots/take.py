"""Draws every picture anew, or with ``--check`` tells which of the committed ones are not what the app shows now."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

FOLDER = Path(__file__).parent


def main(argv: list[str]) -> int:
    _stand_still()
    from screenshots.scenes import PICTURES

    # Most of the time is waiting for an app to come to rest: more of them at once than there are processors.
    with ProcessPoolExecutor(4, initializer=_stand_still) as pool:
        drawn = dict(zip((f"{name}.svg" for name in PICTURES), pool.map(_draw, PICTURES), strict=True))
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}
    if argv == ["--check"]:
        stale = sorted(name for name in drawn.keys() | there.keys() if drawn.get(name) != there.get(name))
        for name in stale:
            print(f"screenshots/{name} is not what the app shows now: run `make pictures` and look at it")
        return 1 if stale else 0
    for name in there.keys() - drawn.keys():
        (FOLDER / name).unlink()
    for name, picture in drawn.items():
        (FOLDER / name).write_text(picture, encoding="utf-8", newline="\n")
    return 0


def _draw(name: str) -> str:
    from screenshots.scenes import draw

    return asyncio.run(draw(name))


def _stand_still() -> None:
    """Have the same pictures in every terminal, locale and time zone, before Textual reads its environment.

    Times on the screens are told in the reader's zone: the pictures' reader lives in UTC.
    """
    for name in [name for name in os.environ if name == "NO_COLOR" or name.startswith("TEXTUAL")]:
        del os.environ[name]
    os.environ |= {"TERM": "xterm-256color", "TZ": "UTC"}
    if hasattr(time, "tzset"):
        time.tzset()
    if isinstance(sys.__stdout__, io.TextIOWrapper):
        sys.__stdout__.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
