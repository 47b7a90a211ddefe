"""Requests and responses over the link to one PowerShell process."""

from __future__ import annotations

import logging
import math
import secrets
import time
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import BackendError
from hvtui.backends.powershell import bootstrap
from hvtui.backends.powershell.frames import FrameReader, Garbled, Reply, repeat_line
from hvtui.backends.powershell.link import LinkEnded, RequestNotSent, ResendRequest

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from hvtui.backends.powershell.link import Link
    from hvtui.backends.powershell.program import Program
    from hvtui.backends.powershell.sign_in import SignInBreaker

_log = logging.getLogger(__name__)

DELAYS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each retry; the last value applies to all further ones."""
REPORTED_AFTER = 1.0
"""Seconds until an outage is reported to a person: most outages end sooner."""
LONGEST_WAIT = 20.0
"""The most seconds of one wait for output: so often a process that is only slow shows that it lives."""
LONGEST_SILENCE = 900.0
"""The most seconds of silence until the reply is asked for again. The time doubles with each repetition."""


class Silence(Exception):
    """The process lives, and has sent no part of the reply for long."""


class Outage:
    """The outage of one agent's connection. The agent's thread retries; other threads may read `reported`."""

    def __init__(self, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`longest`: seconds from the first failure until there are no more retries."""
        self._longest = longest
        self._clock = clock
        self._since: float | None = None
        self._attempts = 0
        self.heard_at = 0.0
        """When the host answered last, if only that there is no output yet."""

    @property
    def reported(self) -> bool:
        """Whether the outage has lasted long enough to be reported."""
        # Read once: the agent's thread may end the outage at any moment.
        since = self._since
        return since is not None and self._clock() - since > REPORTED_AFTER

    def end(self) -> None:
        """End the outage."""
        self._since, self._attempts = None, 0

    def heard(self) -> None:
        """End the outage, because the host has answered now."""
        self.heard_at = self._clock()
        self.end()

    def wait_for_retry(self, deadline: float, closing: threading.Event) -> bool:
        """Wait before the next retry. Returns False if no retry may follow: time is up, or `closing` is set."""
        now = self._clock()
        since = self._since
        if since is None:
            since = self._since = now
        remaining = min(deadline, since + self._longest) - now
        delay = DELAYS[min(self._attempts, len(DELAYS) - 1)]
        self._attempts += 1
        return remaining > 0 and not closing.wait(min(remaining, delay))


class Exchange:
    def __init__(
        self,
        link: Link,
        sign_in: SignInBreaker,
        outage: Outage,
        closing: threading.Event,
        silence: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`closing` is set from another thread to end the retries over a broken connection.

        `silence`: seconds without a part of the reply, after which it is asked for again: it may have been lost.
        """
        self.link = link
        self._sign_in = sign_in
        self._outage = outage
        self._closing = closing
        self._silence = silence
        self._clock = clock
        self._nonce = secrets.token_hex(16)
        self._frames = FrameReader(self._nonce)

    @property
    def output(self) -> str:
        """The last output of the process that is not part of a response."""
        return self._frames.noise.strip()

    def start(self, program: Program, seconds: float) -> dict[str, Any]:
        """Start the process and return the data of its handshake.

        Raises `BackendError`, or `ResendRequest` if the connection broke, after ending the process.
        """
        with self._sign_in.observe():
            self.link.open(bootstrap.arguments())
        try:
            return bootstrap.handshake(self._first_reply(program, seconds), program, self.link.where)
        except (BackendError, ResendRequest):
            if self._sign_in.refusal:
                self.link.disconnect()
            else:
                self.link.kill()
            raise

    def response(self, id: str, line: bytes, seconds: float, *, once: bool) -> Reply:
        """Send the request and wait for its response. After a broken connection, send it again with the same id.

        The process runs a request id only once. With `once`, raise `RequestNotSent` instead of sending again, as long
        as no part of the request can have arrived. `seconds` may be infinite; they do not count while parts of the
        response come.
        """
        deadline = self._clock() + seconds
        sent = False
        silence = self._silence
        while True:
            try:
                # The newline ends the partial line that an earlier attempt may have sent.
                self._send(b"\n" + line if sent else line)
                sent = True
                while True:
                    try:
                        return self._receive(id, deadline, seconds, silence)
                    except Silence:
                        _log.info(
                            "%s: silent for %.0f s, asking for the reply again", self.link.where, silence
                        )
                        silence = min(2 * silence, LONGEST_SILENCE)
                        self._send(repeat_line(id))
            except RequestNotSent as error:
                if not sent:
                    raise
                raise (reported(error) or LinkEnded()) from error
            except ResendRequest as error:
                sent = sent or error.arrived
                if once and not sent:
                    raise RequestNotSent from error
                _log.info("The connection to %s broke: %s", self.link.where, error)
                if not self._outage.wait_for_retry(deadline, self._closing):
                    raise (reported(error) or LinkEnded(str(error))) from error

    def _send(self, data: bytes) -> None:
        if (refusal := self._sign_in.refusal) is not None:
            raise RequestNotSent from refusal
        with self._sign_in.observe():
            self.link.send(data)

    def _receive(self, id: str, deadline: float, seconds: float, silence: float) -> Reply:
        heard = self._clock()
        while (now := self._clock()) < deadline:
            if now >= heard + silence:
                raise Silence
            try:
                with self._sign_in.observe():
                    data = self.link.receive(min(deadline - now, heard + silence - now, LONGEST_WAIT))
            finally:
                self._keep_errors()
            self._outage.heard()
            for found in self._frames.feed(data):
                if found.id == id:
                    if isinstance(found, Garbled):
                        raise found
                    return found
            if data and self._frames.in_reply:
                heard = self._clock()
                deadline = max(deadline, heard + seconds)
        raise TimeoutError

    def _keep_errors(self) -> None:
        if errors := self.link.take_errors():
            _log.debug("%s, standard error: %s", self.link.where, errors.decode("utf-8", "replace").strip())
            self._frames.add_noise(errors)

    def _first_reply(self, program: Program, seconds: float) -> Reply:
        try:
            self._send(bootstrap.stage(self._nonce, program))
            return self._receive("0", self._clock() + seconds, seconds, math.inf)
        except (RequestNotSent, LinkEnded, TimeoutError, Garbled, BackendError) as error:
            while isinstance(error, LinkEnded | RequestNotSent) and self._read_output():
                pass
            raise bootstrap.start_error(error, self.output, self.link.where) from error

    def _read_output(self) -> bool:
        """Read the remaining output of a process that is ending. Returns whether there was any."""
        try:
            data = self.link.receive(1.0)
        except (LinkEnded, ResendRequest, BackendError):
            return False
        finally:
            self._keep_errors()
        self._frames.feed(data)
        return bool(data)


def reported(error: RequestNotSent | ResendRequest) -> BackendError | None:
    """Return the error to report in place of this one, if it has one."""
    return error.__cause__ if isinstance(error.__cause__, BackendError) else None
