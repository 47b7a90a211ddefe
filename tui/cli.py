"""The command line. Textual is not imported before it is needed."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from backends import registry
from backends.contract import Diagnosing
from backends.errors import BackendError, SettingsError
from backends.secret import redact
from backends.settings import described, from_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backends.contract import Backend
    from backends.model import Inventory

_COMMANDS = ("list", "diagnose", "backends")


def main(argv: Sequence[str] | None = None) -> int:
    try:
        return _main(sys.argv[1:] if argv is None else list(argv))
    except SettingsError as error:
        return _complain(error, 2)
    except BackendError as error:
        return _complain(error, 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:  # noqa: BLE001  a traceback could show what is secret
        return _say(f"hvtui: it broke: {redact(f'{type(error).__name__}: {error}')}", 1)


def _main(argv: list[str]) -> int:
    chosen, _ = _parser().parse_known_args(argv)
    if chosen.demo in _COMMANDS and chosen.command is None:
        chosen.command, chosen.demo = chosen.demo, ""
        argv = [chosen.command, *(word for word in argv if word != chosen.command)]
    if chosen.command == "backends":
        _parser().parse_args(argv)
        sys.stdout.write("".join(f"{name}\n" for name in registry.names()))
        return 0
    name = "mock" if chosen.demo is not None else "hyperv" if chosen.local else chosen.backend
    if name is None:
        _parser().parse_args(argv)
        return _say("hvtui: no host chosen: use --demo to look around, or --local on a Hyper-V host.", 2)
    backend = registry.load(name)
    parser = _parser(backend)
    settings = _settings(backend, parser.parse_args(argv))
    if chosen.command == "list":
        return asyncio.run(_list(backend, settings, as_json=chosen.json))
    if chosen.command == "diagnose":
        return _diagnose(backend, settings, as_json=chosen.json)
    if reason := _no_screen():
        return _say(f"hvtui: {reason}", 2)
    return _run(backend, settings, mouse=not chosen.no_mouse)


def _parser(backend: Backend[Any] | None = None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hvtui", description="Hyper-V checkpoints in a terminal.", add_help=True, allow_abbrev=False
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=_COMMANDS,
        help="list: print the VMs and leave; diagnose: say what stands in the way",
    )
    parser.add_argument("--demo", nargs="?", const="", metavar="SCENARIO", help="a pretended host")
    parser.add_argument("--local", action="store_true", help="this computer's Hyper-V")
    parser.add_argument("--backend", metavar="NAME", help="another kind of host: see `hvtui backends`")
    parser.add_argument("--json", action="store_true", help="with list and diagnose: as JSON")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument("--version", action="version", version=f"hvtui {_version()}")
    for setting in described(backend.Settings) if backend else ():
        if not setting.secret:
            parser.add_argument(setting.flag, dest=f"setting_{setting.name}", metavar="…", help=setting.help)
    return parser


def _settings(backend: Backend[Any], chosen: argparse.Namespace) -> Any:
    """Flags win over the environment, and the environment over defaults."""
    values: dict[str, Any] = dict(from_environment(backend.Settings))
    for setting in described(backend.Settings):
        given = getattr(chosen, f"setting_{setting.name}", None)
        if given is not None:
            values[setting.name] = given
    if chosen.demo:
        values["scenario"] = chosen.demo
    try:
        return backend.Settings(**values)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"The settings of “{backend.name}” do not fit: {error}.") from error


def _no_screen() -> str:
    """Why no screen can be shown here, or ""."""
    if not (os.isatty(0) and os.isatty(2)):
        return "it needs a terminal. Use `hvtui list` where there is none."
    if os.environ.get("TERM") == "dumb":
        return "this terminal (TERM=dumb) cannot show screens. Use `hvtui list`."
    return ""


def _run(backend: Backend[Any], settings: Any, *, mouse: bool) -> int:
    from tui.app import HvtuiApp

    app = HvtuiApp(backend, settings)
    app.run(mouse=mouse)
    if app.failure is not None:
        return _complain(app.failure, 1)
    return app.return_code or 0


async def _list(backend: Backend[Any], settings: Any, *, as_json: bool) -> int:
    async with backend.connect(settings) as session:
        inventory = await session.inventory()
    sys.stdout.write(_json(inventory) if as_json else _table(inventory))
    return 0


def _diagnose(backend: Backend[Any], settings: Any, *, as_json: bool) -> int:
    from tui.diagnosis import report

    if not isinstance(backend, Diagnosing):
        return _say(f"hvtui: there is nothing to diagnose: “{backend.name}” looks at no host.", 2)
    return asyncio.run(report(backend.diagnose(settings), version=_version(), as_json=as_json))


def _table(inventory: Inventory) -> str:
    from tui.text import fit, safe
    from tui.words import state

    rows = []
    for vm in inventory.vms:
        count = sum(c.vm_id == vm.id for c in inventory.checkpoints)
        rows.append(f"{fit(safe(vm.name), 32)}  {state(vm):10}  {count:>2}  {vm.id}\n")
    return "".join(rows)


def _json(inventory: Inventory) -> str:
    return (
        json.dumps(
            [
                {
                    "id": vm.id,
                    "name": vm.name,
                    "state": vm.state.value,
                    "current": vm.current,
                    "checkpoints": [
                        {
                            "id": c.id,
                            "name": c.name,
                            "parent": c.parent,
                            "created": c.created.isoformat(),
                            "kind": c.kind.value,
                            "with_memory": c.with_memory,
                        }
                        for c in inventory.checkpoints
                        if c.vm_id == vm.id
                    ],
                }
                for vm in inventory.vms
            ],
            indent=2,
        )
        + "\n"
    )


def _version() -> str:
    try:
        return version("hvtui")
    except PackageNotFoundError:
        return "(not installed)"


def _complain(error: BackendError, code: int) -> int:
    said = " ".join(redact(f"{error.message} {error.hint}").split())
    return _say(f"hvtui: {said}", code)


def _say(words: str, code: int) -> int:
    sys.stderr.write(f"{words}\n")
    return code
