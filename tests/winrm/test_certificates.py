"""Which certificates are trusted. An unusable `--ca-file` is an error of the settings, never a question of trust."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import CertificateUntrusted, HostUnreachable, SettingsError
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.powershell.host.winrm_settings import winrm_target
from hvtui.backends.powershell.link import ResendRequest
from hvtui.backends.powershell.winrm import certificates
from hvtui.backends.powershell.winrm.link import WinRmLink
from tests.winrm.certificates import self_signed
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

CERTIFICATE = self_signed("localhost")
PEM = CERTIFICATE.trusted_by
KEY = b"-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n"

CONTENT: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is not PEM"),
    "text": (b"ask the network team\n", "is not PEM"),
    "DER": (CERTIFICATE.der, "is not PEM"),
    "UTF-16": (PEM.decode().encode("utf-16"), "is not PEM"),
    "a key only": (KEY, "contains no certificate"),
    "cut off": (PEM[: len(PEM) // 2], "contains a malformed certificate"),
    "one of two is malformed": (PEM + PEM.replace(b"\nMI", b"\n!!"), "contains a malformed certificate"),
}


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
def server() -> Iterator[FakeWinRm]:
    with FakeWinRm.started(certificate=CERTIFICATE) as started:
        yield started


async def connect(asked: HyperVSettings) -> None:
    async with HyperVBackend().connect(asked):
        pass


async def diagnose(asked: HyperVSettings) -> None:
    async for _ in HyperVBackend().diagnose(asked):
        pass


@pytest.mark.parametrize("use", [connect, diagnose])
@pytest.mark.parametrize("case", CONTENT)
async def test_an_unusable_ca_file_is_refused_before_anything_is_sent(
    server: FakeWinRm, tmp_path: Path, case: str, use: Callable[[HyperVSettings], Awaitable[None]]
) -> None:
    content, problem = CONTENT[case]
    file = tmp_path / "ca.pem"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        await use(settings(server, "localhost", ca_file=str(file)))
    assert refused.value.message == f"The CA file {file} {problem}."
    assert refused.value.hint
    assert server.connections == 0


@pytest.mark.parametrize("use", [connect, diagnose])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.pem", "No such file or directory"),
        ("folder", "directory"),
        ("null\0.pem", "null"),
    ],
)
async def test_an_unreadable_ca_file_is_reported_in_the_words_of_the_system(
    server: FakeWinRm,
    tmp_path: Path,
    name: str,
    reason: str,
    use: Callable[[HyperVSettings], Awaitable[None]],
) -> None:
    (tmp_path / "folder").mkdir()
    file = f"{tmp_path}/{name}"
    with pytest.raises(SettingsError) as refused:
        await use(settings(server, "localhost", ca_file=file))
    assert refused.value.message.startswith(f"The CA file {file} cannot be read: ")
    assert reason in refused.value.message
    assert server.connections == 0


def test_a_ca_file_that_was_replaced_later_is_refused_when_it_is_used(
    server: FakeWinRm, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(PEM)
    target = winrm_target(settings(server, "localhost", ca_file=str(file)))
    file.write_bytes(KEY)
    for use in (
        lambda: certificates.context(target),
        lambda: certificates.verify(target, CERTIFICATE.der),
        lambda: WinRmLink(target, 900).open([]),
    ):
        with pytest.raises(SettingsError, match="contains no certificate"):
            use()
    assert server.messages() == []


def test_a_ca_file_that_was_removed_during_a_session_ends_it_with_that_reason(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(PEM)
    programs = {"powershell": ["cat"]}
    with FakeWinRm.started(certificate=CERTIFICATE, programs=programs) as server:
        target = winrm_target(settings(server, "localhost", ca_file=str(file)))
        link = WinRmLink(replace(target, operation_timeout=0.3), 900)
        link.open([])
        file.unlink()
        server.drop_connections()
        with pytest.raises(ResendRequest):
            link.receive(1)
        with pytest.raises(SettingsError, match="cannot be read"):
            link.receive(1)
        link.kill().result()


async def test_the_error_for_an_untrusted_certificate_says_what_to_compare_and_why(server: FakeWinRm) -> None:
    with pytest.raises(CertificateUntrusted) as refused:
        await connect(settings(server, "localhost"))
    assert refused.value.fingerprint == certificates.fingerprint(CERTIFICATE.der)
    assert not refused.value.changed
    assert "self-signed certificate" in refused.value.detail


async def test_a_usable_ca_file_leads_to_the_sign_in(server: FakeWinRm, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(b"Subject: CN=localhost\n" + CERTIFICATE.pem)
    checks = {
        check.name: check
        async for check in HyperVBackend().diagnose(settings(server, "localhost", ca_file=str(file)))
    }
    assert checks["certificate"].words.startswith("The certificate validates")
    assert "sign-in" in checks


async def test_a_host_is_checked_up_to_its_certificate_without_a_user_or_a_password(
    server: FakeWinRm,
) -> None:
    asked = HyperVSettings(host="localhost", port=str(server.port))
    with pytest.raises(CertificateUntrusted) as refused:
        await HyperVBackend().check_host(asked)
    facts = refused.value.facts
    assert facts is not None
    assert "CN=" in facts.subject
    assert facts.sha1 == hashlib.sha1(CERTIFICATE.der, usedforsecurity=False).hexdigest().upper()
    HyperVBackend().trust(asked, refused.value)
    await HyperVBackend().check_host(asked)


@pytest.mark.parametrize(("host", "port"), [("no-such-host.invalid", ""), ("localhost", "1")])
async def test_a_host_that_is_not_there_is_found_out_without_a_password(host: str, port: str) -> None:
    with pytest.raises(HostUnreachable):
        await HyperVBackend().check_host(HyperVSettings(host=host, port=port))
