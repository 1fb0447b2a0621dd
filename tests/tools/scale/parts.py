"""The parts of the platform on one machine, each of which is measured, and can be killed."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

import psycopg

from config.launch import child_processes
from config.launch.child_processes import Child, wait_until
from config.launch.demo_processes import ROOT
from config.launch.local_services import DATABASE, DURABLE_SETTINGS
from config.launch.waiting import processor_seconds_of
from tests.pooler import is_installed, pooler_in, start_pooler
from tests.replication import Replicated, replicated

REPLICAS = 2
POOL = 20
LAG_ASKED_EVERY = 0.2  # seconds


@dataclass
class Parts:
    """PostgreSQL with its replicas, Valkey, PgBouncer where it is, and the folder of all else."""

    servers: Replicated
    folder: Path
    pooler_folder: Path | None
    pooler: Child | None

    def environment(self, *, reads_replicas: bool) -> dict[str, str]:
        """Of a web server."""
        replicas = [self._url(number) for number in range(1, REPLICAS + 1)]
        return {
            **os.environ,
            **self.servers.primary.environment,
            "DATABASE_URL": self._url(0),
            "DATABASE_REPLICA_URLS": ",".join(replicas) if reads_replicas else "",
            "METRICS_TOKEN": "",
            "LOG_LEVEL": "WARNING",
        }

    def _url(self, number: int) -> str:
        """The primary is number 0."""
        if self.pooler_folder:
            return f"postgres://postgres@/{entry(number)}?host={self.pooler_folder}"
        if number:
            return self.servers.standbys[number - 1].url
        return self.servers.primary.environment["DATABASE_URL"]

    def work(self) -> dict[str, float]:
        """Seconds of the processor that each part has used so far."""
        primary, valkey = self.servers.primary.postgres, self.servers.primary.valkey
        assert primary is not None
        assert valkey is not None
        found = {
            "primary": processor_seconds_of(primary.child.process.pid),
            "replicas": sum(
                processor_seconds_of(one.server.child.process.pid) for one in self.servers.standbys
            ),
            "Valkey": processor_seconds_of(valkey.child.process.pid),
        }
        if self.pooler:
            found["PgBouncer"] = processor_seconds_of(self.pooler.process.pid)
        return found

    def kill_pooler(self) -> None:
        assert self.pooler is not None
        self.pooler.process.kill()
        self.pooler.process.wait()

    def start_pooler_again(self) -> None:
        assert self.pooler_folder is not None
        self.pooler = start_pooler(self.pooler_folder)


def entry(number: int) -> str:
    """How the pooler calls a server."""
    return f"replica_{number}" if number else DATABASE


@contextmanager
def parts(folder: Path) -> Iterator[Parts]:
    """Everything but the web servers; PostgreSQL keeps its promises to the disk."""
    with ExitStack() as stack:
        stack.enter_context(child_processes.adopted_orphans())
        servers = stack.enter_context(replicated(REPLICAS, DURABLE_SETTINGS))
        made = Parts(servers, folder, None, None)
        if is_installed():
            places = [servers.primary.socket_folder, *(one.sockets for one in servers.standbys)]
            entries = {
                entry(number): f"host={place} port=5432 dbname={DATABASE}"
                for number, place in enumerate(places)
            }
            made.pooler_folder = stack.enter_context(pooler_in(entries, pool_size=POOL))
            made.pooler = start_pooler(made.pooler_folder)
            stack.callback(lambda: child_processes.stop([made.pooler] if made.pooler else []))
        yield made


class Web:
    """gunicorn as its unit starts it, with so many processes, on a free port of loopback."""

    def __init__(self, environment: Mapping[str, str], processes: int, log: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        inherited = self._listener.fileno()
        self.port: int = self._listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{inherited}"]
        command += ["--worker-class", "config.web_worker.TimedThreadWorker", "--threads", "4"]
        command += ["--keep-alive", "30", "--no-control-socket", "--workers", str(processes)]
        self._child = child_processes.start(
            "the web server",
            command,
            environment=environment,
            folder=ROOT,
            log=log,
            parent_death_signal=signal.SIGKILL,
            pass_fds=(inherited,),
        )

    def __enter__(self) -> "Web":
        if not wait_until(self._is_alive, patience=60.0):
            raise RuntimeError("The web server does not answer.")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        child_processes.stop([self._child], patience=40.0)
        self._listener.close()

    def work(self) -> float:
        return processor_seconds_of(self._child.process.pid)

    def kill_one(self) -> None:
        """One of its processes, with all that it is answering."""
        pid = self._child.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)

    def _is_alive(self) -> bool:
        try:
            urlopen(f"http://127.0.0.1:{self.port}/health/live/", timeout=5).close()
        except OSError:
            return False
        return True


@dataclass
class Lag:
    """How far the replicas are behind, asked of the primary while something runs."""

    url: str
    seconds: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Lag":
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as line:
            while not self._over.wait(LAG_ASKED_EVERY):
                rows = line.execute(
                    "SELECT coalesce(extract(epoch FROM replay_lag), 0) FROM pg_stat_replication"
                )
                self.seconds += [float(row[0]) for row in rows]
