"""What a backend has to keep, as tests that anyone can run against theirs. Needs pytest and pytest-asyncio."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("hvtui.backends.testing.contract")

from hvtui.backends.testing.contract import ContractSuite  # noqa: E402 - asserts are rewritten as it is imported

__all__ = ["ContractSuite"]
