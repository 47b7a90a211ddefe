"""Stops further sign-ins after the host has refused one, because repeated failures lock accounts."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hvtui.backends.errors import AuthenticationFailed, CertificateUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.errors import BackendError

_log = logging.getLogger(__name__)


class SignInBreaker:
    """A circuit breaker that all agents of a session share. The first refused sign-in opens it.

    While it is open, agents raise that refusal and send nothing. Only `reset`, at a person's request, closes it.
    """

    def __init__(self) -> None:
        self._refusal: BackendError | None = None

    @property
    def refusal(self) -> BackendError | None:
        """The error with which the host refused the last sign-in; None while sign-ins are allowed."""
        return self._refusal

    def check(self) -> None:
        """Raise the refusal if there is one."""
        if (refusal := self._refusal) is not None:
            raise refusal.with_traceback(None)

    def reset(self) -> None:
        """Allow sign-ins again."""
        self._refusal = None

    @contextmanager
    def observe(self) -> Iterator[None]:
        """Open the breaker if the host refuses a sign-in during this block."""
        try:
            yield
        except Exception as error:
            for found in (error, error.__cause__):
                if isinstance(found, AuthenticationFailed | CertificateUntrusted) and self._refusal is None:
                    self._refusal = found
                    _log.warning("No further sign-in is tried: %s", found)
            raise
