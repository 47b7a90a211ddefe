"""Where a password comes from, other than from a person: the system's keyring, or a program of theirs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING, TypeVar

from hvtui.backends.errors import ConnectError
from hvtui.backends.secret import Secret, redact
from hvtui.backends.settings import for_children

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyring.backend import KeyringBackend

    from hvtui.backends.worker_thread import WorkerThread

SERVICE = "hvtui"
KEYRING_SECONDS = 60.0
"""A person may have to unlock it."""
COMMAND_SECONDS = 60.0
"""It may ask for a token to be touched."""
T = TypeVar("T")


class Keyring:
    """The system's keyring, which may be absent, locked or stuck: then that is said, and nobody waits for long."""

    def __init__(self, seconds: float = KEYRING_SECONDS) -> None:
        self._seconds = seconds
        self._thread: WorkerThread | None = None
        self._stuck = False

    async def why_not(self) -> str:
        """Why passwords cannot be kept on this machine, as a sentence; "" where they can."""
        try:
            await self._run(_hold_usable)
        except ConnectError as error:
            return error.message
        return ""

    async def find(self, account: str) -> Secret | None:
        """Raises `ConnectError`."""

        def find() -> Secret | None:
            import keyring

            _hold_usable()
            password = keyring.get_password(SERVICE, account)
            return Secret(password) if password else None

        return await self._run(find)

    async def store(self, account: str, password: Secret) -> None:
        """Raises `ConnectError`."""

        def store() -> None:
            import keyring

            _hold_usable()
            keyring.set_password(SERVICE, account, password.reveal())

        await self._run(store)

    async def _run(self, call: Callable[[], T]) -> T:
        # Only here: whoever asks a person for the password, as the screens do, loads nothing of a backend.
        from hvtui.backends.worker_thread import WorkerThread

        if self._stuck:
            raise _does_not_answer(self._seconds)
        self._thread = self._thread or WorkerThread("hvtui-keyring")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._thread.run(call)
        except TimeoutError:
            self._stuck = True
            raise _does_not_answer(self._seconds) from None
        except ConnectError:
            raise
        except Exception as error:  # noqa: BLE001  a keyring is another's code: it may raise anything
            words = redact(f"{type(error).__name__}: {error}")
            raise ConnectError(
                "The keyring refuses.", hint="Unlock it, or type the password.", detail=words
            ) from None


def _does_not_answer(seconds: float) -> ConnectError:
    return ConnectError(
        f"The keyring does not answer within {seconds:g} s.", hint="Mend it, or type the password."
    )


def _hold_usable() -> None:
    import keyring
    from keyring.backends import chainer, fail, null

    chosen: KeyringBackend | None = keyring.get_keyring()
    if isinstance(chosen, chainer.ChainerBackend):
        chosen = next(iter(chosen.backends), None)
    if chosen is None or isinstance(chosen, fail.Keyring):
        why = "this system has none that works here"
    elif isinstance(chosen, null.Keyring):
        why = "it is switched off"
    elif "plaintext" in type(chosen).__name__.lower():
        why = "the one there is keeps passwords in the clear"
    else:
        return
    raise ConnectError(f"There is no keyring on this machine: {why}.", hint="Type the password.")


async def from_command(command: Sequence[str], seconds: float = COMMAND_SECONDS) -> Secret:
    """What this program prints, without one newline at the end. Raises `ConnectError`."""
    name = command[0]
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,  # the terminal's keys are the screen's
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=for_children(),
            start_new_session=sys.platform != "win32",
        )
    except (OSError, ValueError) as error:
        raise _failed(name, f"it cannot be started ({getattr(error, 'strerror', None) or error})") from None
    try:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate()
    except TimeoutError:
        raise _failed(name, f"it did not end within {seconds:g} s") from None
    finally:
        await _end(process)
    try:
        text = out.decode("utf-8")
    except UnicodeError:
        raise _failed(name, "what it printed is not UTF-8") from None
    password = Secret(text.removesuffix("\n").removesuffix("\r"))
    if process.returncode:
        words = redact(err.decode("utf-8", "replace"))  # it may repeat what it printed
        raise _failed(name, f"it ended with {process.returncode}", words)
    if not password:
        raise _failed(name, "it printed nothing")
    if "\n" in password.reveal():
        raise _failed(name, "it printed more than one line: let it print the password alone")
    return password


async def _end(process: asyncio.subprocess.Process) -> None:
    """And what it started, where there is a group to end: that may hold its pipes."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _failed(name: str, why: str, detail: str = "") -> ConnectError:
    return ConnectError(
        f"The password_command “{name}” gives no password: {why}.",
        hint="Run it by hand to see what is wrong.",
        detail=detail,
    )
