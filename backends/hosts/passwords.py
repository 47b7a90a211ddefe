"""Gets passwords from the system's keyring, or from a program that the person has configured."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING, TypeVar

from hvtui.backends.errors import ConnectError
from hvtui.backends.secret import Secret, redact
from hvtui.backends.settings import child_environment
from hvtui.backends.worker_thread import WorkerThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyring.backend import KeyringBackend


SERVICE = "hvtui"
KEYRING_SECONDS = 60.0
"""The time limit of a call to the keyring: long enough for a person to unlock it."""
COMMAND_SECONDS = 60.0
"""The time limit of the program: long enough for a person to touch a security token."""
T = TypeVar("T")


class Keyring:
    """The system's keyring. It may be missing, locked or stuck: a call then raises an error, within a time limit."""

    def __init__(self, seconds: float = KEYRING_SECONDS) -> None:
        self._seconds = seconds
        self._thread: WorkerThread | None = None
        self._stuck = False

    async def why_not(self) -> str:
        """Return why passwords cannot be kept on this machine, as a sentence; "" if they can."""
        try:
            await self._run(_check_usable)
        except ConnectError as error:
            return error.message
        return ""

    async def find(self, account: str) -> Secret | None:
        """Return the password of this account, or None. Raises `ConnectError`."""

        def find() -> Secret | None:
            import keyring

            _check_usable()
            password = keyring.get_password(SERVICE, account)
            return Secret(password) if password else None

        return await self._run(find)

    async def store(self, account: str, password: Secret) -> None:
        """Keep the password of this account. Raises `ConnectError`."""

        def store() -> None:
            import keyring

            _check_usable()
            keyring.set_password(SERVICE, account, password.reveal())

        await self._run(store)

    async def _run(self, call: Callable[[], T]) -> T:
        if self._stuck:
            raise _no_answer(self._seconds)
        self._thread = self._thread or WorkerThread("hvtui-keyring")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._thread.run(call)
        except TimeoutError:
            self._stuck = True
            raise _no_answer(self._seconds) from None
        except ConnectError:
            raise
        except Exception as error:  # noqa: BLE001  a keyring is third-party code: it may raise anything
            words = redact(f"{type(error).__name__}: {error}")
            raise ConnectError(
                "The keyring reports an error.", hint="Unlock it, or type the password.", detail=words
            ) from None


def _no_answer(seconds: float) -> ConnectError:
    return ConnectError(
        f"The keyring does not answer within {seconds:g} s.", hint="Fix it, or type the password."
    )


def _check_usable() -> None:
    import keyring
    from keyring.backends import chainer, fail, null

    chosen: KeyringBackend | None = keyring.get_keyring()
    if isinstance(chosen, chainer.ChainerBackend):
        chosen = next(iter(chosen.backends), None)
    if chosen is None or isinstance(chosen, fail.Keyring):
        why = "this machine has none that works"
    elif isinstance(chosen, null.Keyring):
        why = "it is switched off"
    elif "plaintext" in type(chosen).__name__.lower():
        why = "the one that is configured does not encrypt passwords"
    else:
        return
    raise ConnectError(f"No keyring can be used: {why}.", hint="Type the password.")


async def from_command(command: Sequence[str], seconds: float = COMMAND_SECONDS) -> Secret:
    """Return what this program prints, without the newline at its end. Raises `ConnectError`."""
    name = command[0]
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,  # what is typed is input for the screen
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=child_environment(),
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
        words = redact(err.decode("utf-8", "replace"))  # it may contain the password
        raise _failed(name, f"it ended with {process.returncode}", words)
    if not password:
        raise _failed(name, "it printed nothing")
    if "\n" in password.reveal():
        raise _failed(name, "it printed more than one line; it must print only the password")
    return password


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process, and on POSIX everything that it has started, which may keep its pipes open."""
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
