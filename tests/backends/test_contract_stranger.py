"""A small backend that nobody here wrote can be held to the contract, and says what it leaves out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hvtui.backends.contract import Verb
from hvtui.backends.testing import ContractSuite
from tests.backends.stranger import ShelfBackend, ShelfSettings

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from hvtui.backends.contract import Backend, Session

ROOT = Path(__file__).parents[2]
BACKEND: Backend[ShelfSettings] = ShelfBackend()


class TestStranger(ContractSuite):
    def connect(self) -> AbstractAsyncContextManager[Session]:
        return BACKEND.connect(ShelfSettings())


def test_what_it_cannot_do_is_listed_as_skipped() -> None:
    suite = [
        sys.executable,
        "-m",
        "pytest",
        "--noconftest",
        "-p",
        "no:cacheprovider",
        f"{__file__}::TestStranger",
    ]
    said = subprocess.run(
        suite, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    left_out = {verb for verb in Verb if f": no {verb}\n" in said}
    assert left_out == set(Verb) - {Verb.CREATE, Verb.RENAME}


def test_the_readme_shows_this_very_backend() -> None:
    source = (ROOT / "tests/backends/stranger.py").read_text(encoding="utf-8")
    assert f"```python\n{source}```\n" in (ROOT / "README.md").read_text(encoding="utf-8")
