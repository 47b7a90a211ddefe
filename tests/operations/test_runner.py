"""Commands run one at a time for each VM, are sent once, and always have an ending."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session, Verb
from hvtui.backends.errors import BackendError, OperationFailed, OutcomeUnknown, VmBusy
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.commands import CreateCheckpoint
from hvtui.backends.operations.operation import Ending
from hvtui.backends.operations.preconditions import TargetChanged
from hvtui.backends.operations.runner import Runner
from tests.tui.samples import NOON, checkpoint, inventory, vm

if TYPE_CHECKING:
    from hvtui.backends.model import CheckpointId, Inventory, VmId

WEB = vm("web-01")
CREATE = CreateCheckpoint(vm=WEB, checkpoint_name="Mine")
SEEN = Selection(inventory=inventory(WEB), vm_id=WEB.id, capabilities=Capabilities(verbs=frozenset(Verb)))


class OneVm(Session):
    """Creates the checkpoint when `answer` is set, and answers with `error` if there is one."""

    capabilities = Capabilities(verbs=frozenset(Verb))

    def __init__(self, error: Exception | None = None) -> None:
        self.found = inventory(WEB)
        self.error = error
        self.answer = asyncio.Event()
        self.answer.set()
        self.sent = 0
        self.on_host: Inventory | None = None
        """What the server reads from the host when it is asked to; None: the same as it has."""
        self.unreadable: BackendError | None = None

    async def inventory(self, vm_ids: object = None) -> Inventory:
        return self.found

    async def refresh_vm(self, vm: VmId) -> None:
        if self.unreadable is not None:
            raise self.unreadable
        self.found = self.on_host or self.found

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        self.sent += 1
        await self.answer.wait()
        made = checkpoint(name, WEB)
        self.found = inventory(replace(WEB, current=made.id), checkpoints=(made,))
        if self.error is not None:
            raise self.error
        return made.id


def runner(session: OneVm) -> Runner:
    return Runner(session, read=lambda vm_id: session.inventory([vm_id]), clock=lambda: NOON)


async def ended(session: OneVm) -> tuple[Ending | None, BackendError | None, list[str]]:
    task = runner(session).start(CREATE, SEEN)
    assert task is not None
    operation = await task
    seen = operation.findings.findings if operation.findings else ()
    return operation.ending, operation.error, [finding.code.value for finding in seen]


async def test_a_command_that_is_answered_is_done_and_its_result_is_read() -> None:
    assert await ended(OneVm()) == (Ending.DONE, None, ["created"])


async def test_a_second_command_on_the_vm_is_not_sent_while_one_is_running() -> None:
    session = OneVm()
    session.answer.clear()
    running = runner(session)
    first = running.start(CREATE, SEEN)
    assert running.start(CREATE, SEEN) is None
    session.answer.set()
    assert first is not None
    await first
    assert session.sent == 1
    assert not running.operations.running


async def test_a_lost_answer_is_unknown_and_what_is_there_is_read() -> None:
    lost = OutcomeUnknown("The answer is lost.")
    assert await ended(OneVm(lost)) == (Ending.UNKNOWN, lost, ["created"])


async def test_an_error_after_the_effect_does_not_make_it_a_failure() -> None:
    failed = OperationFailed("No.")
    assert await ended(OneVm(failed)) == (Ending.DONE, failed, ["created"])


async def test_an_unexpected_exception_after_the_command_was_sent_leaves_the_outcome_unknown() -> None:
    ending, error, _ = await ended(OneVm(RuntimeError("oops")))
    assert ending is Ending.UNKNOWN
    assert isinstance(error, OutcomeUnknown)


async def test_an_unexpected_exception_before_anything_was_sent_is_a_failure() -> None:
    session = OneVm()

    async def breaks(vm_id: VmId) -> Inventory:
        raise RuntimeError("oops")

    task = Runner(session, read=breaks, clock=lambda: NOON).start(CREATE, SEEN)
    assert task is not None
    operation = await task
    assert operation.ending is Ending.FAILED
    assert session.sent == 0


async def test_nothing_is_sent_when_the_vm_has_changed() -> None:
    session = OneVm()
    session.found = inventory(replace(WEB, name="renamed"))
    ending, error, _ = await ended(session)
    assert ending is Ending.FAILED
    assert isinstance(error, TargetChanged)
    assert session.sent == 0


async def test_what_a_server_had_read_long_ago_is_read_anew_before_a_command_is_sent() -> None:
    session = OneVm()
    session.on_host = inventory(replace(WEB, name="renamed"))
    ending, error, _ = await ended(session)
    assert ending is Ending.FAILED
    assert isinstance(error, TargetChanged)
    assert session.sent == 0


async def test_nothing_is_sent_when_the_server_cannot_read_the_vm_anew() -> None:
    session = OneVm()
    session.unreadable = VmBusy("Another job is working on the VM.")
    assert (await ended(session))[:2] == (Ending.FAILED, session.unreadable)
    assert session.sent == 0
