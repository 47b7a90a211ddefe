"""A fault on any message: the reported outcome is what the host did, and the next refresh works."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import CertificateUntrusted
from hvtui.backends.hyperv.backend import HyperVBackend
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.winrm.certificates import self_signed
from tests.winrm.matrix import COLD, FAULTS, PASSES, VERBS, WARM, impatient, judged, stage
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hvtui.backends.hyperv.session import HyperVSession
    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]
# `make faults` runs all of it. How an agent starts does not depend on the request that follows.
ALL = os.environ.get("HVTUI_ALL_FAULTS") == "1"
TRANSPORTS = ["http", "https"] if ALL else ["http"]
ASKED = [*VERBS] if ALL else ["inventory", "rename", "apply"]

BELIEVED_OVER_TLS = ("shell gone, unsealed",)
"""Over TLS this can only come from the host, so it is believed."""

Setup = tuple[Host, FakeWinRm, "HyperVSession"]


@pytest.fixture(scope="module", params=TRANSPORTS)
def setup(
    request: pytest.FixtureRequest, powershell: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Setup]:
    folder = tmp_path_factory.mktemp("state")
    certificate = self_signed() if request.param == "https" else None
    with (
        pytest.MonkeyPatch.context() as patch,
        Host.started("one", clock="eager") as host,
        FakeWinRm.started(engine=powershell, prelude=prelude(host.port), certificate=certificate) as server,
    ):
        patch.setenv("HVTUI_STATE_DIR", str(folder))
        server.rules.max_shells = 10_000  # a Create whose answer is lost leaves one, until its idle timeout
        if certificate:
            seen = CertificateUntrusted("", fingerprint=certificate.fingerprint)
            HyperVBackend().trust(settings(server), seen)

        session = impatient(settings(server), folder)
        yield host, server, session
        asyncio.run(session.close())


# In classes, so that random order does not mix the two: each of one would have to start an agent for one of the other.
class TestARequestToARunningAgent:
    """A message of a request goes wrong."""

    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("message", WARM)
    @pytest.mark.parametrize("verb", ASKED)
    async def test_its_outcome_is_what_the_host_did(
        self,
        setup: Setup,
        verb: str,
        message: str,
        fault: str,
        record_property: Callable[[str, object], None],
    ) -> None:
        host, server, session = setup
        host.reset()
        (vm,) = (await session.inventory()).vms
        if VERBS[verb].cmdlet:
            await session.save_vm(vm.id)  # starts the writing agent
        elif verb == "disks":
            await session.disks([vm.id])  # starts the agent for disks
        stage(VERBS[verb], host)
        FAULTS[fault](server, message)
        outcome = await judged(verb, session, host, server)
        record_property("outcome", outcome)
        if fault in PASSES and not (server.certificate and fault in BELIEVED_OVER_TLS):
            assert outcome == "done"
        elif message == "Send":
            assert outcome == "failed"


class TestARequestThatStartsAnAgent:
    """A message that starts the agent goes wrong, or one of the request that follows."""

    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("message", COLD)
    @pytest.mark.parametrize("verb", ["rename"])
    async def test_its_outcome_is_what_the_host_did(
        self,
        setup: Setup,
        verb: str,
        message: str,
        fault: str,
        record_property: Callable[[str, object], None],
    ) -> None:
        host, server, session = setup
        stage(VERBS[verb], host)
        await session.inventory()
        while session._idle_writers:
            if ended := session._idle_writers.pop().kill():
                await asyncio.wrap_future(ended)
        FAULTS[fault](server, message)
        outcome = await judged(verb, session, host, server)
        record_property("outcome", outcome)
        assert outcome in ("done", "failed")
