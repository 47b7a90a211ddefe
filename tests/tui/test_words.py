"""Times and sizes in words."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.model import VmState
from hvtui.tui.text import words
from tests.tui.samples import NOON, vm

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def reader_in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system has no tzset")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("before", "age", "ago"),
    [
        (timedelta(seconds=5), "<1 h", "just now"),
        (timedelta(minutes=7), "<1 h", "7 minutes ago"),
        (timedelta(minutes=28), "<1 h", "25 minutes ago"),
        (timedelta(hours=1, minutes=59), "1 h", "2 hours ago"),
        (timedelta(hours=23), "23 h", "23 hours ago"),
        (timedelta(hours=30), "1 d", "a day ago"),
        (timedelta(days=2), "2 d", "2 days ago"),
        (timedelta(days=400), "400 d", "1 year, 35 days ago"),
        (timedelta(days=1500), "4 y", "4 years ago"),
        (timedelta(minutes=-1), "<1 h", "just now"),
        (timedelta(hours=-1), "ahead", "later than this computer's clock"),
    ],
)
def test_ages(before: timedelta, age: str, ago: str) -> None:
    assert words.age(NOON - before, NOON) == age
    assert words.ago(NOON - before, NOON) == ago


def test_times_are_in_the_readers_zone() -> None:
    assert words.when(NOON, NOON) == "13:00"
    assert words.when(NOON - timedelta(hours=13), NOON) == "00:00"
    assert words.when(NOON - timedelta(hours=14), NOON) == "Tue 23:00"
    assert words.when(NOON - timedelta(days=7), NOON) == "2026-02-25"
    assert words.in_full(NOON) == "Wed 2026-03-04 13:00"
    assert words.in_full(NOON + timedelta(days=120)) == "Thu 2026-07-02 14:00"


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (300 * 2**20, "300 MB"),
        (2**30, "1 GB"),
        (int(1.25 * 2**30), "1.2 GB"),
        (int(9.97 * 2**30), "10 GB"),
        (12 * 2**30, "12 GB"),
        (999 * 2**30, "999 GB"),
        (1000 * 2**30, "1 TB"),
        (3 * 2**60, "3072 PB"),
    ],
)
def test_sizes_are_as_windows_shows_them(count: int, shown: str) -> None:
    assert words.size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-3, "0 s"),
        (7.9, "7 s"),
        (47, "40 s"),
        (250, "4 min"),
        (3600, "1 h"),
        (7900, "2 h 10 min"),
        (259_200, "3 days"),
    ],
)
def test_elapsed_time_gets_coarser(seconds: float, shown: str) -> None:
    assert words.elapsed(seconds) == shown


def test_a_state_is_a_word_and_an_unknown_one_is_the_hosts() -> None:
    assert words.state(vm("x", VmState.FAST_SAVED)) == "fast saved"
    assert words.state(vm("x", VmState.OFF, state_text="OffCritical")) == "off"
    assert words.state(vm("x", VmState.UNKNOWN, state_text="Warp[/]\u202e")) == "Warp[/]‹202E›"
    assert words.state(vm("x", VmState.UNKNOWN)) == "unknown"
