"""The terminal on POSIX, as Textual drives it, but for how it ends and what may be typed in it.

Of Textual's inside this takes `LinuxDriver.run_input_thread`, which it replaces, `_file`, `_app`, `_debug`,
`_key_thread` and `_loop`, and `XTermParser`: look at them when Textual changes.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import constants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.driver import Driver
    from textual.message import Message

GONE = 129
"""What hvtui exits with when its terminal goes away: as of SIGHUP."""
DRIVER: type[Driver] | None = None
"""None: what Textual chooses."""

if sys.platform != "win32":
    import errno
    import os
    import selectors
    import socket
    from codecs import getincrementaldecoder

    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver

    class PosixDriver(LinuxDriver):
        """Leaves when the terminal has gone, where Textual's would spin; quits at once, where it would wait for two
        turns of its input thread; and takes bytes that are not UTF-8, where it would break."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._file: Any = _Forgiving(self._file)

        def start_application_mode(self) -> None:
            self._asleep, self._waker = socket.socketpair()
            super().start_application_mode()  # type: ignore[no-untyped-call]

        def disable_input(self) -> None:
            if self._key_thread is None:
                return
            self._waker.close()  # the other end becomes readable
            super().disable_input()
            self._asleep.close()

        def run_input_thread(self) -> None:
            parser = XTermParser(self._debug)
            decode = getincrementaldecoder(getattr(sys.__stdin__, "encoding", "utf-8"))("replace").decode
            with selectors.DefaultSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                selector.register(self._asleep, selectors.EVENT_READ)
                while True:
                    ready = [key.fileobj for key, _ in selector.select(0.1)]
                    if self._asleep in ready:
                        return
                    if ready:
                        data = self._read()
                        if not data:
                            self._loop.call_soon_threadsafe(partial(self._app.exit, return_code=GONE))
                            return
                        if text := decode(data):  # none, after half a character, would end the parser
                            self._post(parser.feed(text))
                    self._post(parser.tick())

        def _post(self, messages: Iterable[Message]) -> None:
            for message in messages:
                self.process_message(message)

        def _read(self) -> bytes:
            """Nothing: the terminal has gone."""
            try:
                return os.read(self.fileno, 4096)
            except OSError:
                return b""

    class _Forgiving:
        """From when the terminal has gone, what is written to it is dropped. The error would end Textual's writer
        thread, and whoever writes then waits for ever as soon as that one's queue is full."""

        def __init__(self, file: Any) -> None:
            self._file = file
            self.fileno = file.fileno

        def write(self, text: str) -> None:
            self._attempt(partial(self._file.write, text))

        def flush(self) -> None:
            self._attempt(self._file.flush)

        def _attempt(self, deed: Callable[[], object]) -> None:
            try:
                deed()
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())

    if constants.DRIVER is None:
        DRIVER = PosixDriver
