"""Two spellings of one path are one file, as on Windows."""

from __future__ import annotations

import pytest

from hvtui.backends.model import path_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("D:\\VMs\\Web.vhdx", "d:/vms/WEB.VHDX"),
        ("\\\\?\\D:\\VMs\\web.vhdx", "D:\\VMs\\web.vhdx"),
        ("\\\\?\\UNC\\nas\\vms\\web.vhdx", "\\\\NAS\\vms\\web.vhdx"),
        ("\\\\.\\D:\\VMs\\web.vhdx", "D:\\VMs\\web.vhdx"),
        ("\\??\\UNC\\nas\\vms\\web.vhdx", "//nas/vms/web.vhdx"),
        ("D:\\VMs\\\\web.vhdx", "D:\\VMs\\web.vhdx"),
        ("D:/VMs/.//old/../web.vhdx", "D:\\VMs\\web.vhdx"),
        ("\\\\nas\\vms\\\\web.vhdx", "//NAS/vms/web.vhdx"),
        ("\\\\.\\D:\\VMs\\old\\..\\web.vhdx", "D:\\VMs\\web.vhdx"),
        ("D:\\ÄÖÜ\\Ωé.vhdx", "D:\\äöü\\ωÉ.vhdx"),
    ],
)
def test_these_are_one_file(one: str, other: str) -> None:
    assert path_key(one) == path_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("D:\\Straße.vhdx", "D:\\Strasse.vhdx"),
        ("D:\\ﬁle.vhdx", "D:\\file.vhdx"),
        ("\\\\?\\Volume{0b1c}\\web.vhdx", "Volume{0b1c}\\web.vhdx"),
        ("\\\\nas\\vms\\web.vhdx", "\\nas\\vms\\web.vhdx"),
        ("\\\\?\\D:\\VMs\\old\\..\\web.vhdx", "D:\\VMs\\web.vhdx"),
        ("\\??\\D:\\VMs\\.\\web.vhdx", "D:\\VMs\\web.vhdx"),
        ("D:\\web.vhdx ", "D:\\web.vhdx"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert path_key(one) != path_key(other)
