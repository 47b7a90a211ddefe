"""The executable that stands for PowerShell: runs the script of its -EncodedCommand in a warm process.

It starts with each agent, so it imports little. Its request is a line: the edition and, as base64, its process ID, working
directory, script and environment.
"""

import base64
import os
import socket

OWN_PROCESS = "OWN_POWERSHELL_PROCESS"
"""An environment variable: agents each have a process of their own."""


def main(address: str, engine: str, arguments: list[str]) -> None:
    """Run the script and exit as its process does. Become the engine itself if there is none, or if `OWN_PROCESS` is set."""
    if "-EncodedCommand" not in arguments or OWN_PROCESS in os.environ:
        os.execv(engine, [engine, *arguments])
    script = arguments[arguments.index("-EncodedCommand") + 1]
    environment = [f"{name}={value}" for name, value in os.environ.items()]
    words = [str(os.getpid()), os.getcwd(), script, *environment]  # noqa: PTH109 - pathlib takes long to import
    with socket.socket(socket.AF_UNIX) as pool, pool.makefile("rwb") as lines:
        pool.connect(address)
        lines.write(
            os.environb[b"PWSH_EDITION"] + b" " + base64.b64encode(os.fsencode("\0".join(words))) + b"\n"
        )
        lines.flush()
        code = int(lines.readline())
    if code < 0:  # a signal
        os.kill(os.getpid(), -code)
    os._exit(code)
