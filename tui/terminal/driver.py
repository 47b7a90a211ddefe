"""Textual's terminal driver for POSIX, corrected for a terminal that is closed and for input that is not UTF-8.

It depends on these internals of Textual: `LinuxDriver.run_input_thread`, which it replaces, `_file`, `_app`, `_debug`,
`_key_thread`, `_writer_thread`, `_sigcont_application`, `_get_terminal_size`, `_size`, `_in_band_window_resize` and `_loop`,
`App._exit`, and `XTermParser`. Check them when Textual is updated.
"""

from __future__ import annotations

import signal
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import constants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.driver import Driver
    from textual.message import Message

GONE = 129
"""The exit code if the terminal was closed: that of SIGHUP."""
_MOST_COLUMNS, _MOST_CELLS = 1000, 150_000
"""A terminal that claims to be larger is not believed: each frame of a million cells would take many seconds."""
_SIGNAL_SECONDS = 0.05
"""How long a process that is continued in the background runs, to see whether it was told to end as well."""
DRIVER: type[Driver] | None = None
"""None: Textual chooses."""

if sys.platform != "win32":
    import errno
    import os
    import selectors
    import socket
    from codecs import getincrementaldecoder, lookup

    from textual import events
    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver
    from textual.geometry import Size

    from hvtui.tui.terminal.sequences import ESC, LINE_SECONDS, Sequences

    class PosixDriver(LinuxDriver):
        """Textual's POSIX driver with six corrections.

        It exits if the terminal was closed (Textual's would loop at full load), exits without waiting for the input
        thread, accepts bytes that are not UTF-8 (Textual's would fail), takes neither the rest of a key that the line
        delivers byte by byte nor an answer of the terminal for keys (see `sequences`), and does not believe a terminal
        that says that it is huge. Suspended, it ends when it is told to (Textual's would stay suspended).
        """

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._file: Any = _ClosableFile(self._file)
            self._size = self._size or self._get_terminal_size()

        def start_application_mode(self) -> None:
            self._wake_receiver, self._wake_sender = socket.socketpair()
            super().start_application_mode()  # type: ignore[no-untyped-call]

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            self._writer_thread = self._key_thread = self.attrs_before = None

        def write(self, data: str) -> None:
            if self._writer_thread is not None:  # while it is suspended, the terminal is another program's
                super().write(data)

        def _sigcont_application(self, *_: object) -> None:
            if self._is_in_background:
                self._loop.call_soon_threadsafe(
                    self._loop.call_later, _SIGNAL_SECONDS, self._stop_in_background
                )
            else:
                super()._sigcont_application()

        @property
        def _is_in_background(self) -> bool:
            """Whether another process has the terminal, so that changing its settings would stop this one."""
            try:
                return os.tcgetpgrp(self.fileno) != os.getpgrp()
            except OSError:
                return False

        def _stop_in_background(self) -> None:
            if not self._app._exit:
                os.kill(os.getpid(), signal.SIGSTOP)

        def disable_input(self) -> None:
            if self._key_thread is None:
                return
            self._wake_sender.close()  # the other end becomes readable
            super().disable_input()
            self._wake_receiver.close()

        def run_input_thread(self) -> None:
            parser, sequences = XTermParser(self._debug), Sequences()
            encoding = getattr(sys.__stdin__, "encoding", "utf-8")
            if lookup(encoding).name == "ascii":
                encoding = "utf-8"  # no letter is lost: a locale without letters says nothing of the terminal
            decode = getincrementaldecoder(encoding)("replace").decode
            received_at = 0.0
            with selectors.DefaultSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                selector.register(self._wake_receiver, selectors.EVENT_READ)
                while True:
                    ready = [key.fileobj for key, _ in selector.select(0.1)]
                    if self._wake_receiver in ready:
                        return
                    waited = time.monotonic() - received_at
                    if sequences.begun == ESC and waited >= constants.ESCAPE_DELAY:
                        sequences.give_up()
                        self._post([events.Key("escape", ESC)])  # the parser would wait as long again
                    elif sequences.begun and waited > LINE_SECONDS:
                        self._feed(parser, sequences.give_up())
                    if ready:
                        data = self._read()
                        if not data:
                            self._loop.call_soon_threadsafe(partial(self._app.exit, return_code=GONE))
                            return
                        received_at = time.monotonic()
                        self._feed(parser, sequences.take(decode(data)))
                    self._post(parser.tick())

        def _feed(self, parser: XTermParser, text: str) -> None:
            if text:  # an empty string would end the parser
                self._post(parser.feed(text))

        def _post(self, messages: Iterable[Message]) -> None:
            for message in messages:
                if not isinstance(message, events.Resize):
                    self.process_message(message)
                elif self._in_band_window_resize:
                    size = Size(*_believed(*message.size))
                    self.process_message(events.Resize(size, size, pixel_size=message.pixel_size))

        def _get_terminal_size(self) -> tuple[int, int]:
            return _believed(*super()._get_terminal_size())

        def _read(self) -> bytes:
            """Return the typed bytes; none if the terminal was closed."""
            try:
                return os.read(self.fileno, 4096)
            except OSError:
                return b""

    def _believed(width: int, height: int) -> tuple[int, int]:
        """Return how much of a terminal that says that it is this large is used."""
        width = max(1, min(width, _MOST_COLUMNS))
        return width, max(1, min(height, _MOST_CELLS // width))

    class _ClosableFile:
        """A file that drops what is written after the terminal was closed.

        An error would end Textual's writer thread, and later writes would block once the queue of that thread is full.
        """

        def __init__(self, file: Any) -> None:
            self._file = file
            self.fileno = file.fileno

        def write(self, text: str) -> None:
            self._attempt(partial(self._file.write, text))

        def flush(self) -> None:
            self._attempt(self._file.flush)

        def _attempt(self, action: Callable[[], object]) -> None:
            try:
                action()
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())

    if constants.DRIVER is None:
        DRIVER = PosixDriver
