"""Passwords from a keyring or from a program: what is given, what is refused, and that nothing hangs."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest
from keyring.backends import fail, null

from hvtui.backends.errors import ConnectError
from hvtui.backends.hosts.passwords import SERVICE, Keyring, from_command
from hvtui.backends.secret import Secret
from hvtui.backends.settings import from_environment
from tests.keyrings import HangingKeyring, LockedKeyring, MemoryKeyring, PlaintextKeyring, used

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

ACCOUNT = r"CORP\you@hv01:5986"
SHORT = 0.05


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


async def test_what_is_stored_is_found_again_and_is_a_secret() -> None:
    with used(MemoryKeyring()) as ring:
        kept = Keyring()
        assert await kept.why_not() == ""
        assert await kept.find(ACCOUNT) is None
        await kept.store(ACCOUNT, Secret("marker horse"))
        assert ring.held == {(SERVICE, ACCOUNT): "marker horse"}
        found = await kept.find(ACCOUNT)
        assert found is not None
        assert found.reveal() == "marker horse"
        assert "marker" not in repr(found)


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        (fail.Keyring(), "No keyring can be used: this machine has none that works"),  # type: ignore[no-untyped-call]
        (null.Keyring(), "switched off"),  # type: ignore[no-untyped-call]
        (PlaintextKeyring(), "does not encrypt"),
        (LockedKeyring(), "reports an error"),
    ],
)
async def test_a_keyring_that_is_none_is_said_to_be_none(ring: KeyringBackend, words: str) -> None:
    with used(ring):
        with pytest.raises(ConnectError) as told:
            await Keyring().find(ACCOUNT)
        assert words in told.value.message
        assert told.value.hint
        with pytest.raises(ConnectError):
            await Keyring().store(ACCOUNT, Secret("marker horse"))


async def test_what_a_keyring_says_of_a_password_is_not_repeated() -> None:
    with used(LockedKeyring()):
        with pytest.raises(ConnectError) as told:
            await Keyring().store(ACCOUNT, Secret("marker horse"))
        assert "***" in told.value.detail
        assert "marker" not in told.value.detail


async def test_a_keyring_that_hangs_is_one_error_and_is_not_waited_for_again() -> None:
    let_go = threading.Event()
    with used(HangingKeyring(let_go)) as ring:
        kept = Keyring(SHORT)
        for _ in range(3):
            with pytest.raises(ConnectError, match="does not answer"):
                await kept.find(ACCOUNT)
        assert ring.asked == 1
        let_go.set()


@pytest.mark.parametrize("printed", ["marker horse", "marker horse\\n", "marker horse\\r\\n"])
async def test_a_command_gives_what_it_prints_without_one_newline(printed: str) -> None:
    given = await from_command(python(f"import sys; sys.stdout.buffer.write(b'{printed}')"))
    assert given.reveal() == "marker horse"


async def test_one_newline_is_taken_off_and_more_lines_are_refused() -> None:
    assert (await from_command(python("print('x y ')"))).reveal() == "x y "
    with pytest.raises(ConnectError, match="more than one line"):
        await from_command(python("print('horse\\nuser: me')"))


async def test_a_command_is_no_shell_line_and_sees_no_password_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", "marker horse")
    script = "import os, sys; print(sys.argv[1], os.environ.get('HVTUI_PASSWORD'), sys.stdin.read() == '')"
    assert (await from_command([*python(script), "$(id); x"])).reveal() == "$(id); x None True"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["no-such-program-at-all"], "cannot be started"),
        (["with\0nul"], "cannot be started"),
        (python("pass"), "printed nothing"),
        (python("print()"), "printed nothing"),
        (python("import sys; sys.stdout.buffer.write(b'\\xff')"), "not UTF-8"),
        (python("raise SystemExit(3)"), "ended with 3"),
    ],
)
async def test_a_command_that_gives_no_password_is_said_to(command: list[str], words: str) -> None:
    with pytest.raises(ConnectError) as told:
        await from_command(command)
    assert words in told.value.message
    assert "password_command" in told.value.message


async def test_what_a_command_that_fails_printed_is_not_shown_with_its_complaint() -> None:
    script = "import sys; print('marker horse'); sys.stderr.write('no: marker horse'); sys.exit(1)"
    with pytest.raises(ConnectError) as told:
        await from_command(python(script))
    assert told.value.detail == "no: ***"


async def test_a_command_that_does_not_end_is_ended_with_all_that_it_started() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import sys; sys.stdin.read()'], stdin=subprocess.PIPE)"
    hangs = "import threading; threading.Event().wait()"
    for each in (hangs, script.replace("import sys; sys.stdin.read()", hangs)):
        with pytest.raises(ConnectError, match="did not end within"):
            await from_command(python(each), seconds=0.5)


def test_a_secret_is_taken_out_of_the_environment_once_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    from hvtui.backends.hyperv.backend import HyperVSettings
    from hvtui.backends.scvmm.backend import ScvmmSettings

    monkeypatch.setenv("HVTUI_PASSWORD", "marker horse")
    monkeypatch.setenv("HVTUI_USER", "you")
    secrets: dict[str, Secret] = {}
    values = from_environment(HyperVSettings, secrets)
    assert values["user"] == "you"
    assert isinstance(values["password"], Secret)
    assert "HVTUI_PASSWORD" not in os.environ
    assert os.environ["HVTUI_USER"] == "you"
    assert from_environment(ScvmmSettings, secrets)["password"] is values["password"]
    assert "marker" not in repr(HyperVSettings(**values))  # type: ignore[arg-type]
