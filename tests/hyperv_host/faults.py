"""What is wrong on the fake host, beside what the simulated world can do: objects that cannot be read or look odd."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvtui.backends.mock.state.records import Refused
    from tests.hyperv_host.rows import Row


@dataclass(kw_only=True)
class Refusal:
    """A request that is refused, so many times; for ever if that is None."""

    query: str
    argument: str
    """An id or a path; "" for every request of this query."""
    refused: Refused
    times: int | None

    def fits(self, query: str, arguments: list[str]) -> bool:
        wanted = self.argument.casefold()
        asked = [argument.casefold() for argument in arguments]
        return query == self.query and self.times != 0 and (not wanted or not asked or wanted in asked)


@dataclass(kw_only=True)
class Faults:
    refusals: list[Refusal] = field(default_factory=list)
    late: set[str] = field(default_factory=set)
    """The VMs whose properties throw, except the id and the name: they were removed after they had been found."""
    vms: dict[str, Row] = field(default_factory=dict)
    """Other values of properties, by the id of the VM."""
    files: dict[str, Row] = field(default_factory=dict)
    """Other values of properties, by path; also of files that the world does not have."""

    def check(self, query: str, arguments: list[str]) -> None:
        """Raise if this request is to be refused."""
        for refusal in self.refusals:
            if refusal.fits(query, arguments):
                if refusal.times is not None:
                    refusal.times -= 1
                raise refusal.refused
