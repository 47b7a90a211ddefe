"""The tests that every backend must pass, for use in other packages too. Needs pytest and pytest-asyncio."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("hvtui.backends.testing.contract")

from hvtui.backends.testing.contract import ContractSuite  # noqa: E402 - its asserts are rewritten during this import

__all__ = ["ContractSuite"]
