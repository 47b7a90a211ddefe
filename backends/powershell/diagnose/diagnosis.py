"""The checks of `hvtui diagnose`: of the connection to a host, and of hvtui's assumptions about the host.

They change nothing on the host. They start two PowerShell processes there, one of which only waits.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.errors import (
    AuthenticationFailed,
    BackendError,
    CertificateUntrusted,
    NotAllowed,
    ShellRefused,
)
from hvtui.backends.powershell.agent import Agent, Deadlines
from hvtui.backends.powershell.diagnose import detached
from hvtui.backends.powershell.diagnose.verdicts import REPORT_IT
from hvtui.backends.powershell.host import values
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.powershell.winrm import probe
from hvtui.backends.powershell.winrm.probe import failed, ok

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from hvtui.backends.powershell.link import Link
    from hvtui.backends.powershell.program import Program
    from hvtui.backends.powershell.winrm.target import WinRmTarget

_log = logging.getLogger(__name__)

DEADLINES = Deadlines(start=60, read=60, lost=20)
POLL = 0.1
"""Seconds between two checks of the progress of the start."""
MAX_SKEW = 5 * 60
"""Seconds by which the two clocks may differ."""
TRICKY = "2026-11-23T10:00:00Z \\/Date(1465573273343)\\/ '; $(x) `n ä✓😀"
LONG = "0123456789abcdef" * 3750


class Diagnosis:
    """All checks of one host. A subclass adds those of its kind of host."""

    def __init__(
        self,
        program: Program,
        link: Callable[[], Link],
        kept_link: Callable[[], Link],
        target: WinRmTarget | None,
    ) -> None:
        """`kept_link` creates a link of the kind that writes use. `target` is None for this machine."""
        # If the module of the host is missing, the other checks are still made.
        program = replace(program, prepare=f"try {{\n{program.prepare}\n}} catch {{ Get-Failure $_ }}")
        self._new_link = link
        self._link: Link | None = None
        self._target = target
        self._agent = Agent(self._create_link, program, DEADLINES, "diagnosis")
        self._second = Agent(kept_link, program, DEADLINES, "second")
        self._yielded: set[str] = set()

    async def checks(self) -> AsyncIterator[Check]:
        """Yield each check when it is done. A failed check is the last: the others depend on it."""
        if self._target:
            async for check in probe.checks(self._target):
                yield check
                if check.verdict is Verdict.FAILED:
                    return
        try:
            for step in (self._start, self._exchange, self._detached, self._host):
                async for check in step():
                    yield check
                    if check.verdict is Verdict.FAILED:
                        return
        except BackendError as error:
            _log.debug("The diagnosis ended", exc_info=True)
            yield failed("conversation", error)
        finally:
            closing = [
                asyncio.wrap_future(done) for agent in (self._second, self._agent) if (done := agent.kill())
            ]
            if closing:
                await asyncio.wait(closing, timeout=1)

    async def _start(self) -> AsyncIterator[Check]:
        began = time.monotonic()
        starting = asyncio.create_task(self._agent.start())
        while not starting.done():
            await asyncio.wait({starting}, timeout=POLL)
            for check in self._progress():
                yield check
        error = starting.exception()
        if isinstance(error, BackendError):
            yield self._start_failure(error)
            return
        if error:
            raise error
        seconds = time.monotonic() - began
        hello = self._agent.hello
        yield ok("language-mode", f"PowerShell runs in {self._agent.language_mode} mode.")
        yield ok("handshake", f"hvtui's agent was ready after {seconds:.1f} s.")
        yield ok("input-format", "With -InputFormat None PowerShell does not read the input itself.")
        for check in breakaway(self._link):
            yield check
        yield self._edition(hello)
        yield self._prepared(hello["Prepared"])

    def _prepared(self, prepared: Any) -> Check:
        """Judge the result of the script `prepare`: what it returns, or a failure."""
        raise NotImplementedError

    def _host(self) -> AsyncIterator[Check]:
        """Yield the checks of this kind of host."""
        raise NotImplementedError

    def _progress(self) -> Iterator[Check]:
        """Yield the steps that the connection has completed since the last call."""
        if self._target is None:
            return
        shell, _, process = (self._link.handle if self._link else "").partition("/")
        if shell:
            yield from self._once(self._signed_in())
            if self._target.encrypts_messages:
                yield from self._once(
                    ok(
                        "sealing",
                        "Over http, every message is encrypted with the session key of the sign-in.",
                    )
                )
            yield from self._once(ok("shell", f"{self._where} opened a shell."))
        if process:
            yield from self._once(ok("command", "powershell.exe was started in the shell."))

    def _start_failure(self, error: BackendError) -> Check:
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
        words = f"PowerShell {hello['Version']}, {hello['Edition'] or 'Desktop'}, on {hello['Computer']}."
        if int(hello["Version"].split(".")[0]) >= 5:
            return ok("powershell", words)
        return Check(
            name="powershell",
            verdict=Verdict.WARNING,
            words=words,
            remedy="hvtui needs Windows PowerShell 5.1: install it on the host.",
        )

    async def _exchange(self) -> AsyncIterator[Check]:
        for name, text in (("text", TRICKY), ("long-line", LONG)):
            received = (await self._agent.call("try_line", Text=text, Seconds=0))["Text"]
            if received != text:
                yield Check(
                    name=name,
                    verdict=Verdict.FAILED,
                    words=f"A text of {len(text):,} characters came back changed.",
                    remedy=REPORT_IT,
                )
            else:
                yield ok(name, f"A text of {len(text):,} characters came back unchanged.")
        times = []
        for _ in range(3):
            sent, began = datetime.now(UTC), time.monotonic()
            host_time = (await self._agent.call("try_line", Text="", Seconds=0))["Now"]
            times.append(time.monotonic() - began)
        yield ok("round-trip", f"A request takes {min(times) * 1000:.0f} ms.")
        if self._target:
            yield clocks(values.time(host_time), sent + (datetime.now(UTC) - sent) / 2)

    def _detached(self) -> AsyncIterator[Check]:
        return detached.checks(self._second, watched_by=self._agent, remote=self._target is not None)

    @property
    def _where(self) -> str:
        return self._target.endpoint.host if self._target else "this machine"

    def _signed_in(self) -> Check:
        assert self._target
        user = self._target.user or "the owner of the Kerberos ticket"
        return ok("sign-in", f"Signed in as {user} ({self._target.auth}).")

    def _once(self, check: Check) -> Iterator[Check]:
        if check.name not in self._yielded:
            self._yielded.add(check.name)
            yield check

    def _create_link(self) -> Link:
        self._link = self._new_link()
        return self._link


def breakaway(link: Link | None) -> Iterator[Check]:
    """Check whether a PowerShell on this machine was started outside of the session's job (only Windows has jobs)."""
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
    """Compare the host's clock with this machine's."""
    skew = (there - here).total_seconds()
    if abs(skew) <= MAX_SKEW:
        return ok("clock", f"The host's clock and this machine's differ by {abs(skew):.0f} s.")
    return Check(
        name="clock",
        verdict=Verdict.WARNING,
        words=f"The host's clock is {abs(skew) / 60:.0f} minutes {'ahead of' if skew > 0 else 'behind'} this machine's.",
        remedy="Set both by the same time server: Kerberos allows 5 minutes at most, and ages are shown wrong.",
    )
