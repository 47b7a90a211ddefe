"""The mock backend passes the contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.mock.backend import MockBackend, MockSettings
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.testing import ContractSuite

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from hvtui.backends.contract import Session


class TestMock(ContractSuite):
    def connect(self) -> AbstractAsyncContextManager[Session]:
        return MockBackend(ManualClock()).connect(MockSettings(scenario="one"))
