"""The service's quotas, and its behaviour where the facts are not verified. A test may change them at any time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Rules:
    max_shells: int = 30
    """MaxShellsPerUser."""

    max_operations: int = 1500
    """MaxConcurrentOperationsPerUser. Only the end of a shell frees its operations, Terminate does not."""

    max_envelope: int = 500 * 1024
    """MaxEnvelopeSizekb: a longer request is answered with 413."""

    max_command_line: int = 8191
    """The longest command line of cmd.exe, which older hosts always use."""

    default_idle_timeout: float = 7200
    """The idle timeout in seconds of a shell whose client set none."""

    processes_outlive_shells: bool = False
    """Not verified. False: the end of a shell kills its processes. True: it only closes their input, and they finish."""

    orphaned_receives: bool = False
    """Not verified. True: a Receive whose connection was lost still takes the next output, until its OperationTimeout."""

    largest_output: int = 0
    """The most bytes of output in one answer to a Receive; 0: as many as fit into an envelope."""

    pieces: int = 0
    """In how many pieces each answer is sent, with a pause after each."""

    chatter: bytes = b""
    """Text on standard error beside each output on standard output: two pipes have no order."""

    closes_connections: bool = False
    """Whether each connection is closed after an answer; not in the middle of a sign-in."""

    says_that_it_closes: bool = True
    """Whether that answer has the header that announces it."""

    basic: bool = False
    """Whether Basic authentication is offered."""

    delay: float = 0.0
    """The seconds before each HTTP request is handled, as the time of a round trip."""
