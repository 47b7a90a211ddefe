"""A password that may be wrong is sent to one host of a group after the other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hvtui.backends.errors import AuthenticationFailed, BackendError, HostUnreachable
from hvtui.backends.hosts import sign_ins
from hvtui.backends.hosts.sign_ins import PasswordNotSent, SignIns
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.secret import Secret
from tests.tui.far import FarBackend, targets_of

RIGHT, WRONG = "quieter-pony", "another-horse"


class Hosts:
    """Hosts that one password is meant for. Each answers when the test says so."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._sign_ins = SignIns()
        self._targets = targets_of(FarBackend(ManualClock()), Path("no-such-folder") / "config.toml")
        self._answers: dict[str, asyncio.Future[None]] = {}

    def sign_in(self, host: str, *, password: str = RIGHT, by_person: bool = False) -> asyncio.Task[None]:
        self._answers[host] = asyncio.get_running_loop().create_future()

        async def sign_in() -> None:
            target = self._targets.named(f"you@{host}").signed_in("you", Secret(password))
            async with self._sign_ins.turn(target, by_person=by_person):
                self.sent.append(host)
                await self._answers[host]

        return asyncio.create_task(sign_in())

    async def answers(self, host: str, failure: BackendError | None = None) -> None:
        if failure is None:
            self._answers[host].set_result(None)
        else:
            self._answers[host].set_exception(failure)
        await settled()


async def settled() -> None:
    """Let all that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def hosts() -> Hosts:
    return Hosts()


async def test_while_the_first_host_has_not_answered_no_other_is_sent_the_password(hosts: Hosts) -> None:
    waiting = [hosts.sign_in(name) for name in ("hv01", "hv02", "hv03")]
    await settled()
    assert hosts.sent == ["hv01"]
    await hosts.answers("hv01")
    assert hosts.sent == ["hv01", "hv02", "hv03"]
    await hosts.answers("hv02")
    await hosts.answers("hv03")
    await asyncio.gather(*waiting)


async def test_a_refused_password_is_sent_to_no_other_host(hosts: Hosts) -> None:
    first, second, third = (hosts.sign_in(name) for name in ("hv01", "hv02", "hv03"))
    await settled()
    await hosts.answers("hv01", AuthenticationFailed("no"))
    with pytest.raises(AuthenticationFailed):
        await first
    for each, name in ((second, "hv02"), (third, "hv03")):
        with pytest.raises(PasswordNotSent, match=f"hv01 did not accept .* not sent to {name}"):
            await each
    assert hosts.sent == ["hv01"]


async def test_a_host_that_cannot_be_reached_says_nothing_about_the_password(hosts: Hosts) -> None:
    first, second, third = (hosts.sign_in(name) for name in ("hv01", "hv02", "hv03"))
    await settled()
    await hosts.answers("hv01", HostUnreachable("It does not answer."))
    with pytest.raises(HostUnreachable):
        await first
    assert hosts.sent == ["hv01", "hv02"]
    await hosts.answers("hv02")
    await hosts.answers("hv03")
    await asyncio.gather(second, third)


async def test_a_silent_host_keeps_the_next_one_waiting_for_a_while_only(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "SILENT_SECONDS", 0.05)
    waiting = [hosts.sign_in(name) for name in ("hv01", "hv02", "hv03")]
    async with asyncio.timeout(5):
        while len(hosts.sent) < 2:
            await settled()
    first, second = hosts.sent
    assert first == "hv01"
    await hosts.answers(second, AuthenticationFailed("no"))
    with pytest.raises(PasswordNotSent):
        await waiting[2 if second == "hv02" else 1]
    waiting[0].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_password_of_which_nothing_is_known_is_sent_to_three_silent_hosts_at_most(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "SILENT_SECONDS", 0)
    names = [f"hv0{number}" for number in range(1, 7)]
    waiting = [hosts.sign_in(name) for name in names]
    await settled()
    assert hosts.sent == names[:3]
    await hosts.answers("hv02", HostUnreachable("It does not answer."))
    assert hosts.sent == names[:4]
    await hosts.answers("hv04")
    assert hosts.sent == names
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_hosts_that_wait_for_a_password_to_be_accepted_keep_no_other_one_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sign_ins, "AT_ONCE", 2)
    hosts = Hosts()
    waiting = [hosts.sign_in(f"hv0{number}") for number in range(1, 6)]
    await settled()
    waiting.append(hosts.sign_in("hv06", password=WRONG))
    await settled()
    assert hosts.sent == ["hv01", "hv06"]
    waiting.append(hosts.sign_in("hv05", by_person=True))
    await settled()
    assert hosts.sent == ["hv01", "hv06", "hv05"]
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_another_password_waits_for_none(hosts: Hosts) -> None:
    hosts.sign_in("hv01")
    hosts.sign_in("hv02", password=WRONG)
    await settled()
    assert hosts.sent == ["hv01", "hv02"]
    await hosts.answers("hv01")
    await hosts.answers("hv02")


async def test_a_person_waits_for_no_other_host_and_may_send_a_refused_password(hosts: Hosts) -> None:
    first = hosts.sign_in("hv01")
    await settled()
    asked = hosts.sign_in("hv02", by_person=True)
    await settled()
    assert hosts.sent == ["hv01", "hv02"]
    await hosts.answers("hv01", AuthenticationFailed("no"))
    with pytest.raises(AuthenticationFailed):
        await first
    await hosts.answers("hv02")
    await asked
    hosts.sign_in("hv03")
    await settled()
    assert hosts.sent[-1] == "hv03", "hv02 has accepted it"
    await hosts.answers("hv03")
