"""Draws all screenshots, or with ``--check`` reports those in the repository that are out of date."""

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
    _set_environment()
    from screenshots.film import FILM
    from screenshots.scenes import PICTURES

    # The processes mostly wait for the app to become idle, so there are more of them than processors.
    with ProcessPoolExecutor(4, initializer=_set_environment) as pool:
        names = [FILM, *PICTURES]  # the longest first
        drawn = dict(zip((f"{name}.svg" for name in names), pool.map(_draw, names), strict=True))
    existing = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}
    if argv == ["--check"]:
        stale = sorted(
            name for name in drawn.keys() | existing.keys() if drawn.get(name) != existing.get(name)
        )
        for name in stale:
            print(f"screenshots/{name} is out of date: run `make pictures` and check the result")
        return 1 if stale else 0
    for name in existing.keys() - drawn.keys():
        (FOLDER / name).unlink()
    for name, picture in drawn.items():
        (FOLDER / name).write_text(picture, encoding="utf-8", newline="\n")
    return 0


def _draw(name: str) -> str:
    from screenshots.film import FILM, film
    from screenshots.scenes import draw

    return asyncio.run(film() if name == FILM else draw(name))


def _set_environment() -> None:
    """Make the pictures independent of terminal, locale and time zone, before Textual reads the environment."""
    for name in [name for name in os.environ if name == "NO_COLOR" or name.startswith("TEXTUAL")]:
        del os.environ[name]
    os.environ |= {"TERM": "xterm-256color", "TZ": "UTC"}
    if hasattr(time, "tzset"):
        time.tzset()
    if isinstance(sys.__stdout__, io.TextIOWrapper):
        sys.__stdout__.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
