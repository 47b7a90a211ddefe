"""The mock keeps the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backends.mock import MockBackend, MockSettings
from backends.mock.clock import ManualClock
from backends.testing import ContractSuite

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from backends.contract import Session


class TestMock(ContractSuite):
    def connect(self) -> AbstractAsyncContextManager[Session]:
        return MockBackend(ManualClock()).connect(MockSettings(scenario="one"))
