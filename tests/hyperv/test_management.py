"""The second question, which tells apart the causes that one error of Hyper-V may have."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.errors import BackendError, HyperVUnavailable, NotAllowed, UnavailableCause
from hvtui.backends.hyperv.management import Management, Token, explained, is_ambiguous, management
from hvtui.backends.model import VmId
from hvtui.backends.powershell.agent import Deadlines
from tests.hyperv.test_errors import CLASS, failed, told
from tests.hyperv.test_outcomes import parked, said, target

if TYPE_CHECKING:
    from hvtui.backends.hyperv.session import HyperVSession
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

STOPPED = UnavailableCause.SERVICE_STOPPED
NOT_ELEVATED = UnavailableCause.NOT_ELEVATED
NO_PLATFORM = UnavailableCause.NO_PLATFORM
UNKNOWN = UnavailableCause.UNKNOWN

SILENT = HyperVUnavailable("It does not answer.", cause=UNKNOWN, hint="One or the other.", detail="Worte.")
DENIED = NotAllowed("Not permitted.", hint="Join.", detail="Worte.")


def token(
    *, administrator: bool = False, hyper_v: bool = False, filtered: bool = False, network: bool = False
) -> Token:
    return Token(
        user="HV\\you", administrator=administrator, hyper_v=hyper_v, network=network, filtered=filtered
    )


FULL, MEMBER, NOBODY, FILTERED, REMOTE = (
    token(administrator=True),
    token(hyper_v=True),
    token(),
    token(filtered=True),
    token(hyper_v=True, network=True),
)


@pytest.mark.parametrize(
    ("service", "platform", "who", "cause", "words"),
    [
        ("Stopped", True, FULL, STOPPED, "is stopped"),
        ("Stopped", None, FILTERED, STOPPED, "is stopped"),
        ("Start Pending", None, None, STOPPED, "is starting"),
        ("Stop Pending", True, FULL, STOPPED, "is stopping"),
        ("Paused", True, MEMBER, STOPPED, "is paused"),
        ("", False, FULL, NO_PLATFORM, "not installed"),
        ("", None, FILTERED, NO_PLATFORM, "not installed"),
        (None, False, None, NO_PLATFORM, "not installed"),
        ("Running", True, FILTERED, NOT_ELEVATED, "not elevated"),
        (None, None, FILTERED, NOT_ELEVATED, "not elevated"),
        ("Running", True, NOBODY, None, "may not manage Hyper-V"),
        ("", True, NOBODY, None, "may not manage Hyper-V"),
        ("Running", True, FULL, UNKNOWN, "does not answer"),
        ("Running", None, MEMBER, UNKNOWN, "does not answer"),
        ("Running", True, None, UNKNOWN, "does not answer"),
        (None, None, None, UNKNOWN, "does not answer"),
        ("", None, REMOTE, UNKNOWN, "does not answer"),
        ("", None, None, UNKNOWN, "does not answer"),
    ],
)
def test_each_cause_of_a_silent_hyper_v_has_its_words(
    service: str | None, platform: bool | None, who: Token | None, cause: UnavailableCause | None, words: str
) -> None:
    answer = explained(SILENT, Management(service=service, platform=platform, token=who), "hv01")
    assert words in answer.message
    assert (answer.cause if isinstance(answer, HyperVUnavailable) else None) is cause
    assert answer.hint
    assert answer.detail == "Worte."


@pytest.mark.parametrize(
    ("service", "starts"), [("Stopped", True), ("Stop Pending", True), ("Start Pending", False)]
)
def test_nobody_is_told_to_start_what_is_starting(service: str, *, starts: bool) -> None:
    answer = explained(SILENT, Management(service=service, platform=True, token=FULL), "hv01")
    assert answer.hint.startswith("Start it") is starts


def test_membership_is_advised_only_where_it_is_short() -> None:
    def advised(error: BackendError, who: Token | None) -> bool:
        found = Management(service="Running", platform=True, token=who)
        return "Ask to be added" in explained(error, found, "hv01").hint

    assert [who for who in (FULL, MEMBER, NOBODY, FILTERED, None) if advised(SILENT, who)] == [NOBODY]
    assert [who for who in (FULL, MEMBER, NOBODY, FILTERED, None) if advised(DENIED, who)] == [NOBODY]
    answer = explained(DENIED, Management(service="Running", platform=True, token=FULL), "hv01")
    assert "membership is not what is missing" in answer.hint


@pytest.mark.parametrize(
    ("id", "category", "asked"),
    [
        ("ObjectNotFound", "ObjectNotFound", True),
        ("Unspecified", "NotSpecified", True),
        ("AccessDenied", "PermissionDenied", True),
        ("OperationFailed", "NotSpecified", False),
        ("ObjectInUse", "ResourceBusy", False),
        ("InvalidOperation", "InvalidOperation", False),
    ],
)
def test_the_second_question_follows_only_an_error_with_several_causes(
    id: str, category: str, *, asked: bool
) -> None:
    assert is_ambiguous(told(failed(f"{id},{CLASS}GetVM", category))) is asked
    refused_by_winrm = NotAllowed("No shell.", hint="Join Remote Management Users.")
    assert not is_ambiguous(refused_by_winrm)


@pytest.mark.parametrize(
    "cmdlet", ["GetVMSnapshot", "GetVMHardDiskDriveCommand", "RenameVMSnapshot", "StartVM"]
)
def test_what_was_not_found_is_silent_only_if_the_service_does_not_run(cmdlet: str) -> None:
    error = told(failed(f"ObjectNotFound,{CLASS}{cmdlet}", "ObjectNotFound", "Not found."))
    assert is_ambiguous(error)
    stopped = explained(error, Management(service="Stopped", platform=True, token=FULL), "hv01")
    assert isinstance(stopped, HyperVUnavailable)
    assert (stopped.cause, stopped.detail, stopped.effect) == (STOPPED, error.detail, error.effect)
    for who in (FULL, NOBODY, FILTERED, None):
        assert explained(error, Management(service="Running", platform=True, token=who), "hv01") is error


def test_an_answer_without_a_known_part_is_read() -> None:
    assert management({"Service": None, "Platform": None, "Token": None}) == Management(
        service=None, platform=None, token=None
    )


@pytest.mark.engine
@pytest.mark.parametrize(
    ("on_the_host", "cause", "hint"),
    [
        ({"service": "Stopped"}, STOPPED, "Start-Service vmms"),
        ({"service": "Start Pending", "administrator": False}, STOPPED, "Start-Service vmms"),
        ({"service": "", "platform": False}, NO_PLATFORM, "Install"),
        ({"service": "", "platform": False, "administrator": False}, NO_PLATFORM, "Install"),
        ({"filtered": True}, NOT_ELEVATED, "Run as administrator"),
        ({"filtered": True, "network": True}, NOT_ELEVATED, "LocalAccountTokenFilterPolicy"),
    ],
)
async def test_a_refresh_and_a_write_name_what_keeps_hyper_v_from_answering(
    session: HyperVSession, host: Host, on_the_host: dict[str, Any], cause: UnavailableCause, hint: str
) -> None:
    vm = VmId(host.vm_id("web-01"))
    host.set_management(**on_the_host)
    error = await said(session.inventory())
    assert isinstance(error, HyperVUnavailable)
    assert (error.cause, hint in error.hint) == (cause, True)
    assert "HV-DEMO-01" in error.detail
    host.set_management(service="Running", platform=True, filtered=False)
    assert (await session.inventory()).vms[0].id == vm


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
@pytest.mark.parametrize("step", ["checkpoints", "checkpoint", "rename"])
async def test_a_service_that_stops_between_two_cmdlets_is_named(
    session: HyperVSession, host: Host, step: str
) -> None:
    vm, checkpoint = target(host)
    await session.inventory()
    host.park(step)
    call = session.inventory([vm]) if step == "checkpoints" else None
    asking = asyncio.create_task(said(call or session.rename_checkpoint(vm, checkpoint, name="new")))
    await parked(host)
    host.set_management(service="Stopped")
    host.release()
    error = await asking
    assert isinstance(error, HyperVUnavailable)
    assert (error.cause, "because the object was not found" in error.detail) == (STOPPED, True)


@pytest.mark.engine
async def test_rights_that_are_short_are_told_as_such(session: HyperVSession, host: Host) -> None:
    vm = VmId(host.vm_id("web-01"))
    host.set_rights(granted=False)
    for call in (session.inventory(), session.save_vm(vm)):
        error = await said(call)
        assert type(error) is NotAllowed
        assert "HV\\you" in error.message
        assert "Hyper-V Administrators" in error.hint
        assert "required permission" in error.detail
    assert host.state()["done"] == []


@pytest.mark.engine
@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_a_second_question_without_an_answer_leaves_both_causes(connect: Connect, host: Host) -> None:
    host.set_management(service="Stopped")
    async with connect(deadlines=Deadlines(lost=1.0)) as session:
        host.park("management")
        asking = asyncio.create_task(said(session.inventory()))
        os.kill(await parked(host), signal.SIGKILL)
        error = await asking
        host.release()
    assert isinstance(error, HyperVUnavailable)
    assert error.cause is UNKNOWN
    assert "elevated" in error.hint
