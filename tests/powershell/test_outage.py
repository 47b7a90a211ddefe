"""Retries after a broken connection, and what another thread sees of them."""

from __future__ import annotations

import threading

from hvtui.backends.powershell.exchange import REPORTED_AFTER, Outage


def test_an_outage_that_ends_while_another_thread_asks_about_it_is_no_error() -> None:
    def clock() -> float:
        if asking:
            outage.end()
        return 0.0

    asking = False
    outage = Outage(longest=60, clock=clock)
    outage.wait_for_retry(60, threading.Event())
    asking = True
    assert not outage.reported


def test_an_outage_is_reported_only_once_it_lasts() -> None:
    now = 0.0
    outage = Outage(longest=60, clock=lambda: now)
    assert not outage.reported
    outage.wait_for_retry(60, threading.Event())
    assert not outage.reported
    now = REPORTED_AFTER + 0.1
    assert outage.reported
    outage.end()
    assert not outage.reported


def test_there_is_no_retry_after_the_longest_outage_or_once_the_agent_is_closing() -> None:
    now = 0.0
    outage = Outage(longest=60, clock=lambda: now)
    closing = threading.Event()
    assert outage.wait_for_retry(1000, closing)
    now = 61.0
    assert not outage.wait_for_retry(1000, closing)
    outage.end()
    closing.set()
    assert not outage.wait_for_retry(1000, closing)
