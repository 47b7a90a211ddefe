"""A wrapper forwards every member of a session: a forgotten one would fall back to a default that does nothing."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import NotAllowed
from hvtui.backends.wrappers import GuardedSession, ReadOnlySession, SessionWrapper

MEMBERS = {name: member for name, member in vars(Session).items() if not name.startswith("_")}
ARGUMENTS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "allow_sign_in": ((), {}),
    "cancel_reads": ((), {}),
    "inventory": ((["vm"],), {}),
    "refresh_vm": (("vm",), {}),
    "disks": ((["vm"],), {}),
    "create_checkpoint": (("vm",), {"name": "x"}),
    "rename_checkpoint": (("vm", "checkpoint"), {"name": "x"}),
    "apply_checkpoint": (("vm", "checkpoint"), {}),
    "delete_checkpoint": (("vm", "checkpoint"), {"subtree": True}),
    "start_vm": (("vm",), {}),
    "stop_vm": (("vm",), {"how": StopHow.TURN_OFF}),
    "save_vm": (("vm",), {}),
    "host_details": ((), {}),
    "events": ((["vm"],), {"since": "then"}),
    "discard_saved_state": (("vm",), {}),
    "forget_orphan": (("orphan",), {}),
}
WRITES = {verb.value for verb in Verb} - {Verb.DISKS.value, Verb.EVENTS.value}
WRAPPERS = {
    "plain": SessionWrapper,
    "guarded": lambda session: GuardedSession(session, "x"),
    "read-only": ReadOnlySession,
}


class Recorder:
    """Answers every member with its name, and keeps what it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        if isinstance(MEMBERS[name], property):
            return Capabilities(verbs=frozenset(Verb)) if name == "capabilities" else name

        if inspect.iscoroutinefunction(MEMBERS[name]):

            async def call(*args: Any, **kwargs: Any) -> str:
                self.calls.append((name, args, kwargs))
                return name

            return call
        return lambda *args, **kwargs: self.calls.append((name, args, kwargs))


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("name", MEMBERS)
async def test_every_member_is_forwarded(wrapper: str, name: str) -> None:
    recorder = Recorder()
    session = WRAPPERS[wrapper](recorder)
    if isinstance(MEMBERS[name], property):
        value = getattr(session, name)
        assert value == name or value.verbs == frozenset(Verb)
        return
    args, kwargs = ARGUMENTS[name]
    if wrapper == "read-only" and name in WRITES:
        with pytest.raises(NotAllowed):
            await getattr(session, name)(*args, **kwargs)
        assert recorder.calls == []
        return
    called = getattr(session, name)(*args, **kwargs)
    if inspect.isawaitable(called):
        await called
    assert recorder.calls == [(name, args, kwargs)]
