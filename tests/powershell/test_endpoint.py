"""How the address of a host that a person typed is parsed."""

from __future__ import annotations

import pytest

from hvtui.backends.errors import SettingsError
from hvtui.backends.powershell.winrm.endpoint import parse, split_user


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("hv01", "https://hv01:5986/wsman"),
        (" HV01.corp.example ", "https://hv01.corp.example:5986/wsman"),
        ("hv01:5999", "https://hv01:5999/wsman"),
        ("https://hv01", "https://hv01:5986/wsman"),
        ("HTTPS://hv01/", "https://hv01:5986/wsman"),
        ("http://hv01/wsman", "http://hv01:5985/wsman"),
        ("http://hv01:80/wsman", "http://hv01:80/wsman"),
        ("10.0.0.7", "https://10.0.0.7:5986/wsman"),
        ("fe80::1", "https://[fe80::1]:5986/wsman"),
        ("[fe80::1]", "https://[fe80::1]:5986/wsman"),
        ("[2001:db8::1]:15986", "https://[2001:db8::1]:15986/wsman"),
        ("bücher.example", "https://xn--bcher-kva.example:5986/wsman"),
        ("hv_01", "https://hv_01:5986/wsman"),
    ],
)
def test_the_url_is_built_from_what_was_typed(text: str, url: str) -> None:
    assert parse(text).url == url


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "https://", "https:///wsman", "://hv01", "ftp://hv01", "hv 01", "hv01:", "hv01:x", "hv01:0",
        "hv01:70000", "hv01:٣", "[fe80::1", "[fe80::1]5986", "[hv01]]", "fe80::1::2", "fe80::1%eth0", "300.1.1.1", "a..b",
        "-hv01", "hv01/else", "https://hv01/else", "hv\x0001", "hv01?x", "user@", "x" * 64, "☃" * 80, "hv01#a",
    ],
)  # fmt: skip
def test_an_invalid_address_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(split_user(text)[1])
    assert "not understood" in caught.value.message


@pytest.mark.parametrize(
    ("text", "user", "host"),
    [
        ("hv01", "", "hv01"),
        ("admin@hv01", "admin", "hv01"),
        ("CORP\\admin@hv01:5986", "CORP\\admin", "hv01:5986"),
        ("admin@corp.example@hv01", "admin@corp.example", "hv01"),
        ("http://admin@hv01:5985", "admin", "http://hv01:5985"),
        ("https://admin@corp.example@hv01/wsman", "admin@corp.example", "https://hv01/wsman"),
        ("admin@http://hv01", "admin", "http://hv01"),
        ("http://hv01", "", "http://hv01"),
    ],
)
def test_the_user_is_what_precedes_the_last_at_sign(text: str, user: str, host: str) -> None:
    assert split_user(text) == (user, host)


@pytest.mark.parametrize("text", ["bob@", "http://bob@"])
def test_the_error_for_a_user_without_a_host_quotes_what_was_typed(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        split_user(text)
    assert caught.value.message == f"“{text}” is not understood: the host is missing."


def test_the_settings_and_the_typed_address_must_agree() -> None:
    assert parse("hv01", scheme="http").port == 5985
    assert parse("hv01", port=1234).port == 1234
    with pytest.raises(SettingsError):
        parse("https://hv01", scheme="http")
    with pytest.raises(SettingsError):
        parse("hv01:1", port=2)
