"""Hyper-V on a real PowerShell keeps the contract, in both editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backends.testing import ContractSuite

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from backends.contract import Session
    from tests.hyperv.conftest import Connect


@pytest.mark.engine
class TestHyperV(ContractSuite):
    @pytest.fixture(autouse=True)
    def stage_host(self, connect: Connect) -> None:
        self._connect = connect

    def connect(self) -> AbstractAsyncContextManager[Session]:
        return self._connect()
