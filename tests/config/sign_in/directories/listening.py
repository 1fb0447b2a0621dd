"""A directory of people in a process of its own, on loopback."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.config.deploy.bare_servers import free_port


@contextmanager
def listening(module: str, *arguments: object) -> Iterator[str]:
    """The address of the provider that a module of the tests is, once it listens."""
    port = free_port()
    command = [sys.executable, "-m", module, str(port), *map(str, arguments)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "listens\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        running.kill()
        running.communicate()
