"""`diagnose` over WinRM: a good host, and broken ones, where the last check names the cause and the remedy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.errors import CertificateUntrusted, SettingsError
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.powershell.diagnose import detached
from hvtui.backends.secret import Secret
from tests.hyperv.assumptions import CHECKED_BY
from tests.hyperv.test_diagnosis import SKIPPED
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude
from tests.winrm.certificates import malformed, self_signed
from tests.winrm.rules import Rules
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hyperv_host.engine import Engine

MARKER = "marker-of-a-password"
ENGINE = [
    pytest.mark.engine,
    pytest.mark.own_process,
    pytest.mark.parametrize("powershell", ["Desktop"], indirect=True),
]
CONSTRAINED = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'\n"


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))


@pytest.fixture(scope="module")
def hyper_v() -> Iterator[Host]:
    with Host.started("one", clock="eager") as started:
        yield started


async def diagnosed(settings: HyperVSettings) -> list[Check]:
    checks = [check async for check in HyperVBackend().diagnose(settings)]
    names = [check.name for check in checks]
    assert sorted(names) == sorted(set(names))
    assert MARKER not in repr(checks)
    return checks


async def failure(settings: HyperVSettings) -> Check:
    *passed, last = await diagnosed(settings)
    assert {check.verdict for check in passed} <= {Verdict.OK, Verdict.SKIPPED, Verdict.WARNING}
    assert last.verdict is Verdict.FAILED
    return last


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch a process for a shorter time than on a real host."""
    monkeypatch.setattr(detached, "WATCH", 0.3)


@pytest.mark.usefixtures("briefly")
class TestWithAPowerShell:
    pytestmark = ENGINE

    async def test_a_good_host_has_no_problem_and_every_assumption_is_checked(
        self, powershell: Engine, hyper_v: Host
    ) -> None:
        certificate = self_signed("hv01.corp.example")
        with FakeWinRm.started(
            engine=powershell, prelude=prelude(hyper_v.port), certificate=certificate, password=MARKER
        ) as server:
            HyperVBackend().trust(
                settings(server), CertificateUntrusted("", fingerprint=certificate.fingerprint)
            )
            checks = {check.name: check for check in await diagnosed(settings(server))}
            server.wait_until(lambda: not server.shells and not server.processes)
        assert {check.verdict for check in checks.values()} == {Verdict.OK, Verdict.SKIPPED}
        assert {name for name, check in checks.items() if check.verdict is Verdict.SKIPPED} == SKIPPED
        assert set(CHECKED_BY) <= set(checks)
        assert "the one that you trusted and expires in 59 days" in checks["certificate"].words
        assert checks["process-left"].words.endswith("yes.")
        assert checks["shell-deleted"].words.endswith("no.")

    async def test_a_process_that_outlives_its_shell_and_a_second_shell_that_is_refused_are_reported(
        self, powershell: Engine, hyper_v: Host
    ) -> None:
        rules = Rules(processes_outlive_shells=True)
        with FakeWinRm.started(engine=powershell, prelude=prelude(hyper_v.port), rules=rules) as server:
            checks = {check.name: check for check in await diagnosed(settings(server))}
            assert checks["sealing"].verdict is Verdict.OK
            assert checks["shell-deleted"].words.endswith("yes.")
            server.wait_until(lambda: not server.shells)
            rules.max_shells = 1
            checks = {check.name: check for check in await diagnosed(settings(server))}
        assert checks["process-left"].verdict is Verdict.WARNING
        assert "MaxShellsPerUser" in checks["process-left"].remedy
        assert checks["inventory"].verdict is Verdict.OK

    async def test_no_hyper_v_module(self, powershell: Engine, hyper_v: Host) -> None:
        bare = prelude(hyper_v.port, without=["Hyper-V"])
        with FakeWinRm.started(engine=powershell, prelude=bare) as server:
            last = await failure(settings(server))
        assert last.name == "hyper-v-module"
        assert "has no Hyper-V module" in last.words
        assert "install its Hyper-V role" in last.remedy

    async def test_no_rights_on_hyper_v(self, powershell: Engine, host: Host) -> None:
        host.set_rights(granted=False)
        with FakeWinRm.started(engine=powershell, prelude=prelude(host.port)) as server:
            last = await failure(settings(server))
        assert last.name == "vms"
        assert "required permission" in last.words
        assert "Hyper-V Administrators" in last.remedy

    async def test_constrained_language(self, powershell: Engine) -> None:
        with FakeWinRm.started(engine=powershell, prelude=CONSTRAINED) as server:
            last = await failure(settings(server))
        assert last.name == "language-mode"
        assert "ConstrainedLanguage" in last.words
        assert "AppLocker or WDAC" in last.remedy


async def test_a_wrong_password() -> None:
    with FakeWinRm.started() as server:
        last = await failure(replace(settings(server), password=Secret(MARKER)))
        assert server.failed_authentications == 1
    assert last.name == "sign-in"
    assert "HOST\\user" in last.remedy


async def test_a_closed_port() -> None:
    with FakeWinRm.started() as server:
        server.refuse_connections()
        last = await failure(settings(server))
    assert last.name == "port"
    assert "Enable-PSRemoting" in last.remedy


async def test_an_untrusted_certificate_fails_before_anything_is_sent() -> None:
    certificate = self_signed(expired=True)
    with FakeWinRm.started(certificate=certificate) as server:
        last = await failure(settings(server))
        assert server.messages() == []
    assert last.name == "certificate"
    assert certificate.fingerprint.upper() in last.words.replace(":", "")
    assert "It has expired." in last.words
    assert "the same fingerprint" in last.remedy


async def test_a_trusted_certificate_that_has_expired_is_a_warning() -> None:
    certificate = self_signed(expired=True)
    with FakeWinRm.started(certificate=certificate) as server:
        HyperVBackend().trust(settings(server), CertificateUntrusted("", fingerprint=certificate.fingerprint))
        checks = {check.name: check for check in await diagnosed(settings(server))}
    assert checks["certificate"].verdict is Verdict.WARNING
    assert "has expired" in checks["certificate"].words
    assert "renew it" in checks["certificate"].remedy


async def test_a_malformed_certificate_fails_even_if_it_is_trusted() -> None:
    certificate = malformed(self_signed())
    with FakeWinRm.started(certificate=certificate) as server:
        HyperVBackend().trust(settings(server), CertificateUntrusted("", fingerprint=certificate.fingerprint))
        last = await failure(settings(server))
    assert last.name == "certificate"
    assert "is malformed" in last.words


async def test_a_port_without_tls() -> None:
    with FakeWinRm.started() as server:
        last = await failure(replace(settings(server), transport="https"))
    assert last.name == "certificate"
    assert "TLS" in last.words


async def test_a_user_who_is_not_an_administrator() -> None:
    with FakeWinRm.started(administrator=False) as server:
        last = await failure(settings(server))
    assert last.name == "shell"
    assert "LocalAccountTokenFilterPolicy" in last.remedy


async def test_no_shell_is_available() -> None:
    with FakeWinRm.started(rules=Rules(max_shells=0)) as server:
        last = await failure(settings(server))
    assert last.name == "shell"
    assert "MaxShellsPerUser" in last.remedy


async def test_a_name_that_does_not_resolve() -> None:
    asked = HyperVSettings(host="hv01.invalid", user="you", password=Secret(MARKER))
    last = await failure(asked)
    assert last.name == "name"
    assert "DNS" in last.remedy


async def test_invalid_settings_are_refused_before_the_first_check() -> None:
    with pytest.raises(SettingsError):
        await diagnosed(HyperVSettings(host="hv01", auth="basic"))
