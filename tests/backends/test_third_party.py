"""The contract suite works for a small third-party backend, and reports the verbs that it does not support."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hvtui.backends.contract import Verb
from hvtui.backends.testing import ContractSuite
from tests.backends.third_party import ShelfBackend, ShelfSettings

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from hvtui.backends.contract import Backend, Session

ROOT = Path(__file__).parents[2]
BACKEND: Backend[ShelfSettings] = ShelfBackend()


class TestShelf(ContractSuite):
    def connect(self) -> AbstractAsyncContextManager[Session]:
        return BACKEND.connect(ShelfSettings())


def test_the_tests_of_unsupported_verbs_are_skipped_with_the_name_of_the_verb() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--noconftest",
        "-p",
        "no:cacheprovider",
        f"{__file__}::TestShelf",
    ]
    output = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    skipped = {verb for verb in Verb if f": {verb} is not supported\n" in output}
    assert skipped == set(Verb) - {Verb.CREATE, Verb.RENAME}


def test_the_readme_shows_the_source_of_this_backend() -> None:
    source = (ROOT / "tests/backends/third_party.py").read_text(encoding="utf-8")
    assert f"```python\n{source}```\n" in (ROOT / "README.md").read_text(encoding="utf-8")
