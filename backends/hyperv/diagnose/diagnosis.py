"""`hvtui diagnose`: what stands between hvtui and a host, and whether the host is as hvtui takes it to be.

Nothing is changed there. The one thing that is tried, and not only read, is a second PowerShell that waits.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.errors import (
    AuthenticationFailed,
    BackendError,
    CertificateUntrusted,
    NotAllowed,
    ShellRefused,
)
from hvtui.backends.hyperv import errors, parse
from hvtui.backends.hyperv.diagnose import detached, findings
from hvtui.backends.powershell.agent import Agent, Deadlines
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.powershell.winrm import probe
from hvtui.backends.powershell.winrm.probe import failed, ok

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from hvtui.backends.powershell.link import Link
    from hvtui.backends.powershell.program import Program
    from hvtui.backends.powershell.winrm.target import WinRmTarget

PATIENCE = Deadlines(start=60, read=60, lost=20)
LOOKS = 0.1
"""Seconds between two looks at something that happens by itself."""
APART = 5 * 60
"""Seconds that two clocks may differ."""
TRICKY = "2026-11-23T10:00:00Z \\/Date(1465573273343)\\/ '; $(x) `n ä✓😀"
LONG = "0123456789abcdef" * 3750


class Diagnosis:
    def __init__(
        self,
        program: Program,
        link: Callable[[], Link],
        kept_link: Callable[[], Link],
        target: WinRmTarget | None,
    ) -> None:
        """`kept_link` makes a link as a write has it. `target` is None for this machine."""
        # Where the module is missing, all else is still worth knowing.
        program = replace(program, prepare=f"try {{\n{program.prepare}\n}} catch {{ Get-Failure $_ }}")
        self._new_link = link
        self._link: Link | None = None
        self._target = target
        self._agent = Agent(self._linked, program, PATIENCE, "diagnosis")
        self._second = Agent(kept_link, program, PATIENCE, "second")
        self._told: set[str] = set()

    async def checks(self) -> AsyncIterator[Check]:
        """One by one as they are done. What is needed for all that follows is the last one where it failed."""
        if self._target:
            async for check in probe.checks(self._target):
                yield check
                if check.verdict is Verdict.FAILED:
                    return
        try:
            for part in (self._start, self._line, self._left_alone, self._host):
                async for check in part():
                    yield check
                    if check.verdict is Verdict.FAILED:
                        return
        except BackendError as error:
            yield failed("conversation", error)
        finally:
            told = [
                asyncio.wrap_future(said) for agent in (self._second, self._agent) if (said := agent.kill())
            ]
            if told:
                await asyncio.wait(told, timeout=1)

    async def _start(self) -> AsyncIterator[Check]:
        began = time.monotonic()
        starting = asyncio.create_task(self._agent.start())
        while not starting.done():
            await asyncio.wait({starting}, timeout=LOOKS)
            for check in self._reached():
                yield check
        error = starting.exception()
        if isinstance(error, BackendError):
            yield self._failure(error)
            return
        if error:
            raise error
        seconds = time.monotonic() - began
        hello = self._agent.hello
        yield ok("language-mode", f"PowerShell runs in {self._agent.language_mode} mode.")
        yield ok("handshake", f"hvtui's agent answered {seconds:.1f} s after it was asked for.")
        yield ok("input-format", "With -InputFormat None its input is left to the agent.")
        for check in breakaway(self._link):
            yield check
        yield self._edition(hello)
        prepared = hello["Prepared"]
        if isinstance(prepared, str):
            yield ok("hyper-v-module", f"Hyper-V's module {prepared} is loaded.")
        else:
            yield failed("hyper-v-module", errors.at_start(prepared, self._where))

    def _reached(self) -> Iterator[Check]:
        """What the link has come to since the last look."""
        if self._target is None:
            return
        shell, _, process = (self._link.handle if self._link else "").partition("/")
        if shell:
            yield from self._once(self._signed_in())
            if self._target.sealed:
                yield from self._once(ok("sealing", "Over http, all is sealed with the keys of the sign-in."))
            yield from self._once(ok("shell", f"{self._where} opens a shell for you."))
        if process:
            yield from self._once(ok("command", "powershell.exe was started in it."))

    def _failure(self, error: BackendError) -> Check:
        shell, _, process = (self._link.handle if self._link else "").partition("/")
        mode = self._agent.language_mode
        if mode and mode != "FullLanguage":
            return failed("language-mode", error)
        if self._target is None or process:
            return failed("handshake" if mode or process else "command", error)
        if shell:
            return failed("command", error)
        if isinstance(error, CertificateUntrusted):
            return failed("certificate", error)
        if isinstance(error, NotAllowed | ShellRefused):
            return failed("shell", error)
        return failed("sign-in" if isinstance(error, AuthenticationFailed) else "winrm", error)

    def _edition(self, hello: dict[str, Any]) -> Check:
        words = (
            f"It is PowerShell {hello['Version']}, {hello['Edition'] or 'Desktop'}, on {hello['Computer']}."
        )
        if int(hello["Version"].split(".")[0]) >= 5:
            return ok("powershell", words)
        return Check(
            name="powershell",
            verdict=Verdict.WARNING,
            words=words,
            remedy="hvtui is made for Windows PowerShell 5.1: install it on the host.",
        )

    async def _line(self) -> AsyncIterator[Check]:
        for name, text in (("text", TRICKY), ("long-line", LONG)):
            came = (await self._agent.call("try_line", Text=text, Seconds=0))["Text"]
            if came != text:
                yield Check(
                    name=name,
                    verdict=Verdict.FAILED,
                    words=f"A text of {len(text):,} characters came back as another one.",
                    remedy=findings.TELL_US,
                )
            else:
                yield ok(name, f"A text of {len(text):,} characters came back as it was sent.")
        times = []
        for _ in range(3):
            asked, began = datetime.now(UTC), time.monotonic()
            there = (await self._agent.call("try_line", Text="", Seconds=0))["Now"]
            times.append(time.monotonic() - began)
        yield ok("round-trip", f"A question and its answer take {min(times) * 1000:.0f} ms.")
        if self._target:
            yield clocks(parse.time(there), asked + (datetime.now(UTC) - asked) / 2)

    def _left_alone(self) -> AsyncIterator[Check]:
        return detached.checks(self._second, watched_by=self._agent, remote=self._target is not None)

    async def _host(self) -> AsyncIterator[Check]:
        for check in findings.checks(await self._agent.call("diagnose", Remote=self._target is not None)):
            yield check
            if check.verdict is Verdict.FAILED:
                return
        began = time.monotonic()
        found = await self._agent.read(parse.inventory, "inventory", All=True, VmIds=[])
        seconds = time.monotonic() - began
        yield ok("inventory", f"A refresh takes {seconds:.1f} s. {found.host.name}: {found.host.system}.")

    @property
    def _where(self) -> str:
        return self._target.endpoint.host if self._target else "this machine"

    def _signed_in(self) -> Check:
        assert self._target
        who = self._target.user or "The one that Kerberos has a ticket for"
        return ok("sign-in", f"{who} is let in ({self._target.auth}).")

    def _once(self, check: Check) -> Iterator[Check]:
        if check.name not in self._told:
            self._told.add(check.name)
            yield check

    def _linked(self) -> Link:
        self._link = self._new_link()
        return self._link


def breakaway(link: Link | None) -> Iterator[Check]:
    """Check whether a PowerShell on this machine was started outside of the session's job, where there are jobs."""
    if not isinstance(link, LocalLink) or link.broke_away is None:
        return
    if link.broke_away:
        yield ok(
            "breakaway", "PowerShell runs outside of this session's job: a change outlives the connection."
        )
        return
    yield Check(
        name="breakaway",
        verdict=Verdict.WARNING,
        words=link.warning,
        remedy="Stay connected while a change is being made, or use hvtui on another machine, over WinRM.",
    )


def clocks(there: datetime, here: datetime) -> Check:
    apart = (there - here).total_seconds()
    if abs(apart) <= APART:
        return ok("clock", f"The host's clock and this one are {abs(apart):.0f} s apart.")
    return Check(
        name="clock",
        verdict=Verdict.WARNING,
        words=f"The host's clock is {abs(apart) / 60:.0f} minutes {'ahead of' if apart > 0 else 'behind'} this one.",
        remedy="Set both by the same time server: Kerberos refuses more than 5 minutes, and ages are shown wrong.",
    )
