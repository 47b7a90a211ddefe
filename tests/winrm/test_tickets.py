"""If Kerberos grants no ticket, or the host refuses it, the error says why and what to do."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import AuthenticationFailed, BackendError, HostUnreachable, SettingsError
from hvtui.backends.hyperv.backend import HyperVBackend
from hvtui.backends.powershell.host.winrm_settings import winrm_target
from hvtui.backends.secret import Secret
from tests.winrm.realm import Realm
from tests.winrm.server import FakeWinRm
from tests.winrm.test_kerberos import KERBEROS, refusal, settings

if TYPE_CHECKING:
    from collections.abc import Callable


def no_ticket(realm: Realm) -> None: ...


def two_days_later(realm: Realm) -> None:
    realm.kinit()
    realm.set_clock(48 * 3600)


def an_hour_ahead(realm: Realm) -> None:
    realm.kinit()
    realm.set_clock(3600)


def kdc_gone(realm: Realm) -> None:
    realm.kinit()
    realm.stop()


REFUSED: dict[str, tuple[Callable[[Realm], None], dict[str, str], type[BackendError], str, str]] = {
    "no ticket": (
        no_ticket,
        {},
        AuthenticationFailed,
        "There is no Kerberos ticket for you.",
        "kinit you@CORP.EXAMPLE",
    ),
    "another's ticket": (
        Realm.kinit,
        {"user": "someone@HVTUI.TEST"},
        AuthenticationFailed,
        "There is no Kerberos ticket for someone@HVTUI.TEST.",
        "kinit someone@HVTUI.TEST",
    ),
    "an expired ticket": (
        two_days_later,
        {},
        AuthenticationFailed,
        "The Kerberos ticket for you has expired.",
        "Get a new one",
    ),
    "another time": (
        an_hour_ahead,
        {},
        AuthenticationFailed,
        "The clocks of this machine and of the Kerberos server are too far apart.",
        "the same time server",
    ),
    "an address": (
        Realm.kinit,
        {"host": "127.0.0.1"},
        AuthenticationFailed,
        "Kerberos knows no host called 127.0.0.1.",
        "full name in the domain",
    ),
    "no KDC": (kdc_gone, {}, HostUnreachable, "No Kerberos server of the realm answers.", "VPN"),
}


@KERBEROS
@pytest.mark.parametrize("case", REFUSED)
async def test_without_a_ticket_nothing_is_sent(realm: Realm, case: str) -> None:
    prepare, more, kind, message, hint = REFUSED[case]
    prepare(realm)
    with FakeWinRm.started() as server:
        error = await refusal(settings(server.port, **more))
        assert (type(error), error.message) == (kind, message)
        assert hint in error.hint
        assert server.messages() == []


@KERBEROS
async def test_a_password_does_not_replace_a_ticket(realm: Realm) -> None:
    with FakeWinRm.started(password="correct horse") as server:
        asked = settings(server.port, user=realm.principal)
        assert not HyperVBackend().needs_password(asked)
        error = await refusal(replace(asked, password=Secret(server.password)))
        assert error.message == f"There is no Kerberos ticket for {realm.principal}."
        assert "neither asks for a password nor uses one" in error.hint


@KERBEROS
def test_a_user_in_windows_notation_is_refused(realm: Realm) -> None:
    with pytest.raises(SettingsError, match="not the name of a Kerberos user") as refused:
        winrm_target(settings(1, user="CORP\\you"))
    assert "you@CORP.EXAMPLE" in refused.value.hint


@KERBEROS
async def test_an_unconfigured_realm(realm: Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    realm.kinit()
    monkeypatch.setenv("KRB5_CONFIG", os.devnull)
    assert "does not know the realm of hv-demo" in (await refusal(settings(1, user="hv-demo"))).message


@KERBEROS
async def test_a_host_whose_key_has_changed_refuses_the_ticket(realm: Realm) -> None:
    realm.kinit()
    realm.change_service_key()
    with FakeWinRm.started() as server:
        error = await refusal(settings(server.port))
        assert isinstance(error, AuthenticationFailed)
        assert error.message == "localhost does not accept this Kerberos ticket, or it has expired."
        assert "kdestroy" in error.hint
        assert {message.wire for message in server.messages()} == {b""}


def test_without_the_extra_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("kerberos", "winkerberos"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SettingsError, match="not installed") as refused:
        winrm_target(settings(1))
    assert "pipx install --force '.[kerberos]'" in refused.value.hint
