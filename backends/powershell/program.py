"""What an agent runs, put together from its parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What an agent runs: `prelude` and `functions` as they are, `prepare` before the handshake, then the
    operations, one script each."""

    operations: dict[str, str]
    functions: str = ""
    prepare: str = ""
    prelude: str = ""

    def text(self) -> str:
        table = "".join(f"$operations['{name}'] = {{\n{body}\n}}\n" for name, body in self.operations.items())
        return (
            f"{self.prelude}\n{self.functions}\n$operations = @{{}}\n$prepare = {{\n{self.prepare}\n}}\n"
            f"{table}{(HERE / 'agent.ps1').read_text('utf-8')}"
        )
