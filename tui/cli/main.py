"""The command line. Textual is not imported before it is needed."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from typing import TYPE_CHECKING

from hvtui.backends import registry
from hvtui.backends.contract import Remote
from hvtui.backends.errors import BackendError, SettingsError
from hvtui.backends.hosts.paths import config_file
from hvtui.backends.hosts.targets import HERE, Targets
from hvtui.backends.secret import redact
from hvtui.tui.cli import arguments, listing

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hvtui.backends.hosts.targets import Target


def main(argv: Sequence[str] | None = None) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):  # a file on Windows takes no more than the code page has
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _main(sys.argv[1:] if argv is None else list(argv))
    except SettingsError as error:
        return _complain(error, 2)
    except BackendError as error:
        return _complain(error, 1)
    except (KeyboardInterrupt, EOFError):
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:  # noqa: BLE001  a traceback could show what is secret
        return _say(f"hvtui: it broke: {redact(f'{type(error).__name__}: {error}')}", 1)


def _main(argv: list[str]) -> int:
    name = arguments.backend_name(argv)
    backend = registry.load(name)
    chosen = arguments.parse(argv, backend)
    if chosen.command == "backends":
        sys.stdout.write("".join(f"{name}\n" for name in registry.names()))
        return 0
    if isinstance(backend, Remote):
        places = Targets(config_file(), chosen.flags, remote=name)
    elif chosen.host:
        raise SettingsError(f"“{name}” takes no host.", hint="Leave the host or --backend out.")
    else:
        places = Targets(config_file())
    place = _place(places, name, chosen)
    match chosen.command:
        case "":
            if reason := _no_screen():
                return _say(f"hvtui: {reason}", 2)
            return _run(places, place, mouse=not chosen.no_mouse)
        case _ if place is None:
            return _say("hvtui: no host chosen: name one, or use --local or --demo.", 2)
        case "list":
            sys.stdout.write(asyncio.run(listing.listed(place, as_json=chosen.json)))
        case "diagnose":
            return asyncio.run(listing.diagnosed(place, as_json=chosen.json))
        case "trust":
            listing.trust(place, chosen.fingerprint)
            sys.stdout.write(f"From now on this certificate of {place.name} is trusted, and no other.\n")
        case "forget":
            if not listing.forget(place):
                return _say(f"hvtui: no certificate of {place.name} was trusted.", 1)
            sys.stdout.write(f"No certificate of {place.name} is trusted any more.\n")
    return 0


def _place(places: Targets, name: str, chosen: argparse.Namespace) -> Target | None:
    """Where the command line says to go; None where it leaves that to be chosen."""
    if chosen.host:
        return places.named(chosen.host)
    if name == "mock":
        scenario = {"scenario": chosen.demo} if chosen.demo else {}
        return places.demo(**(chosen.flags | scenario))
    if chosen.local:
        return places.make(name, {}, name=HERE)
    return places.make(name, chosen.flags, name=name) if chosen.backend else None


def _no_screen() -> str:
    """Why no screen can be shown here, or ""."""
    if not (os.isatty(0) and os.isatty(2)):
        return "it needs a terminal. Use `hvtui list` where there is none."
    if os.environ.get("TERM") == "dumb":
        return "this terminal (TERM=dumb) cannot show screens. Use `hvtui list`."
    return ""


def _run(places: Targets, place: Target | None, *, mouse: bool) -> int:
    from hvtui.tui.app import HvtuiApp

    app = HvtuiApp(place, places)
    app.run(mouse=mouse)
    if app.failure is not None:
        return _complain(app.failure, 1)
    return app.return_code or 0


def _complain(error: BackendError, code: int) -> int:
    from hvtui.tui.text.safe import safe

    said = redact(f"{error.message} {error.hint or error.detail}")
    return _say(f"hvtui: {safe(' '.join(said.split()))}", code)


def _say(words: str, code: int) -> int:
    sys.stderr.write(f"{words}\n")
    return code
