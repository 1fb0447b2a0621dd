"""What the platform holds while nobody asks: web, worker and clock, each as its unit starts it."""

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from django.urls import reverse

from config.celery import app
from config.launch import child_processes
from config.launch.child_processes import Child, wait_until
from tests.tools.bench.figures import Aside, Figure
from tests.tools.bench.processes import family
from tests.units import command_of

ROOT = Path(__file__).resolve().parents[3]
WEB_PROCESSES = 2
# Seconds after which the first due tasks have run, and nothing more happens.
SETTLED = 5


def idle(asides: list[Aside]) -> Iterator[Figure]:
    """Seconds until the page of sign-in comes, and the memory of all processes together."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        listener = stack.enter_context(create_server(("127.0.0.1", 0), backlog=256))
        page = f"http://127.0.0.1:{listener.getsockname()[1]}{reverse('account_login')}"
        begun = time.monotonic()
        bind = {"--bind": f"fd://{listener.fileno()}"}
        web = _start(stack, "web", bind, folder, pass_fds=(listener.fileno(),))
        _ask(page)
        yield Figure(
            "start of the web server to its first answer", time.monotonic() - begun, "s", 2
        )
        worker = _start(stack, "worker", {}, folder)
        clock = _start(stack, "beat", {"--schedule": str(folder / "schedule")}, folder)
        if not wait_until(lambda: bool(app.control.ping()), patience=60):
            raise RuntimeError("The worker did not answer within a minute.")
        with ThreadPoolExecutor(8) as people:  # every process of the web server has made a page
            list(people.map(_ask, [page] * 40))
        time.sleep(SETTLED)
        held = {child.name: _megabytes(child, "Pss") for child in (web, worker, clock)}
        asides += [Aside(f"idle memory of {name}", held[name], "MB") for name in held]
        resident = sum(_megabytes(child, "Rss") for child in (web, worker, clock))
        asides.append(Aside("idle memory, shared pages counted for each process", resident, "MB"))
        yield Figure("idle memory of web (2), worker and clock", sum(held.values()), "MB", 500)


def _start(
    stack: ExitStack,
    unit: str,
    changed: Mapping[str, str],
    folder: Path,
    pass_fds: tuple[int, ...] = (),
) -> Child:
    child = child_processes.start(
        unit,
        command_of(unit, changed),
        environment=os.environ | {"WEB_CONCURRENCY": str(WEB_PROCESSES)},
        folder=ROOT,
        log=folder / f"{unit}.log",
        pass_fds=pass_fds,
    )
    stack.callback(child_processes.stop, [child])
    return child


def _ask(page: str) -> None:
    with urlopen(page, timeout=60) as answer:
        answer.read()


def _megabytes(child: Child, kind: str) -> float:
    """Of a process and all below it: "Pss" shares what several hold among them, "Rss" does not."""
    return sum(_held(pid, kind) for pid in family(child.process.pid))


def _held(pid: int, kind: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"The kernel says nothing of {kind}.")
