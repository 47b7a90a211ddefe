"""How long a response is waited for, and when it is asked for again."""

from __future__ import annotations

import base64
import json
import math
import threading
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.powershell.exchange import LONGEST_WAIT, Exchange, Outage
from hvtui.backends.powershell.frames import Garbled, request_line
from hvtui.backends.powershell.link import Link, LinkEnded
from hvtui.backends.powershell.sign_in import SignInBreaker
from tests.powershell.test_frames import frame

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

ID = "0123456789abcdef"
SILENCE = 60.0


class Slow(Link):
    """A process on a clock of its own: each output comes after so many seconds."""

    where = "hv01"
    handle = ""

    def __init__(
        self, outputs: Iterable[tuple[float, bytes]], *, piece: int = 0, errors: bytes = b""
    ) -> None:
        """With `piece`, each output comes in pieces of so many bytes, each after its seconds."""
        self.now = 0.0
        self.sent: list[dict[str, Any]] = []
        self._outputs = outputs
        self._piece = piece
        self._due: list[tuple[float, bytes]] = []
        self._errors = errors

    def knows(self, nonce: str) -> None:
        for seconds, data in self._outputs:
            whole = data.replace(b"NONCE", nonce.encode())
            size = self._piece or len(whole) or 1
            self._due += [(seconds, whole[at : at + size]) for at in range(0, len(whole) or 1, size)]

    def clock(self) -> float:
        return self.now

    def open(self, command: list[str]) -> None:
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        self.sent.append(json.loads(base64.b64decode(data)))

    def receive(self, seconds: float) -> bytes:
        assert seconds <= LONGEST_WAIT
        if not self._due:
            raise LinkEnded
        due, data = self._due.pop(0)
        self.now += min(due, seconds)
        if due > seconds:
            self._due.insert(0, (due - seconds, data))
            return b""
        return data

    def take_errors(self) -> bytes:
        return self._errors

    def kill(self) -> Future[None]:
        raise NotImplementedError

    close = disconnect = kill

    def end_input(self, handle: str) -> None:
        raise NotImplementedError

    delete_shell = end_input


def reply(value: object) -> bytes:
    return frame(ID, value, nonce="NONCE")


def exchange_over(link: Slow) -> Exchange:
    outage = Outage(120, link.clock)
    exchange = Exchange(link, SignInBreaker(), outage, threading.Event(), SILENCE, clock=link.clock)
    link.knows(exchange._nonce)
    return exchange


def value(link: Slow, seconds: float = math.inf) -> object:
    return exchange_over(link).response(ID, request_line(ID, "inventory", {}), seconds, once=True).value


def test_a_response_that_takes_hours_is_waited_for_and_asked_for_again_ever_more_rarely() -> None:
    link = Slow([(2 * 3600, reply("late"))])
    assert value(link) == "late"
    request, *again = link.sent
    assert request["op"] == "inventory"
    assert again == [{"id": ID}] * 10


def test_a_lost_response_is_asked_for_after_a_silence() -> None:
    link = Slow([(1, b"half a line that is no frame"), (61, b"\n" + reply("kept"))])
    assert value(link) == "kept"
    assert link.now < 2 * SILENCE
    assert [line.get("op") for line in link.sent] == ["inventory", None]


@pytest.mark.parametrize("seconds", [math.inf, 60.0, 30.0])
@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_a_response_in_small_and_slow_pieces_is_neither_too_late_nor_asked_for_again(
    seconds: float, piece: int
) -> None:
    link = Slow([(14, reply({"Vms": ["x" * 40] * 3}))], piece=piece, errors=b"a warning\n")
    assert value(link, seconds) == {"Vms": ["x" * 40] * 3}
    assert len(link.sent) == 1


def test_output_that_is_no_response_does_not_put_the_limit_off() -> None:
    link = Slow([(25, b"noise\n")] * 10)
    with pytest.raises(TimeoutError):
        value(link, 60.0)
    assert link.now == 60


def test_a_response_without_an_end_is_garbled_and_not_waited_for() -> None:
    link = Slow([(1, b"\nNONCE " + ID.encode() + b" R j 9 "), *[(1, b"A" * 2**20)] * 70])
    with pytest.raises(Garbled):
        value(link)


def test_a_process_that_has_ended_is_not_waited_for() -> None:
    link = Slow([(300, b"")])
    with pytest.raises(LinkEnded):
        value(link)


def test_text_on_standard_error_between_two_pieces_is_kept_apart() -> None:
    whole = reply("whole")
    link = Slow([(1, whole[:60]), (1, whole[60:])], errors=b"WARNING: half a line")
    exchange = exchange_over(link)
    assert exchange.response(ID, request_line(ID, "disks", {}), 60, once=False).value == "whole"
    assert "WARNING: half a line" in exchange.output
