"""What the service allows, and how it behaves where facts leave two ways open. A test may change it at any time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Rules:
    max_shells: int = 30
    """MaxShellsPerUser."""

    max_operations: int = 1500
    """MaxConcurrentOperationsPerUser. Terminate does not give one back, only the end of its shell does."""

    max_envelope: int = 500 * 1024
    """MaxEnvelopeSizekb: a longer request is answered with 413."""

    max_command_line: int = 8191
    """What cmd.exe takes. Older hosts never go past it, so this one does not either."""

    default_idle_timeout: float = 7200
    """Seconds that a shell lives unused when its client did not say."""

    processes_outlive_shells: bool = False
    """Unverified which is so. False: the end of a shell kills its processes. True: their input ends and they
    finish by themselves."""

    orphaned_receives: bool = False
    """Unverified which is so. True: a Receive whose connection died takes the next output with it, until its
    OperationTimeout."""

    basic: bool = False
    """Whether Basic authentication is offered."""

    delay: float = 0.0
    """Seconds until each HTTP request is looked at: a round trip's time."""
