"""The whole platform on one machine: its servers and processes, each of which can be ended."""

import os
import secrets
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

from config.launch import child_processes
from config.launch.child_processes import Child, wait_until
from config.launch.demo_processes import LOCAL, ROOT
from config.launch.local_services import DURABLE_SETTINGS, Server, Services, throwaway_services
from tests.tools.faults.postbox import Postbox
from tests.units import command_of

# What an operator may set, too: seconds in place of minutes.
IN_A_HURRY = {"MAIL_PAUSES": "1,2,3", "MAIL_TIMEOUT": "2", "MAIL_GATHERED_FOR": "1"}
PATIENCE = 240.0


class Platform:
    """What runs, by the names of its parts."""

    def __init__(self, services: Services, postbox: Postbox, folder: Path) -> None:
        assert services.postgres is not None
        assert services.valkey is not None
        self.postgres: Server = services.postgres
        self.valkey: Server = services.valkey
        self.sockets = services.socket_folder
        self.postbox, self.folder = postbox, folder
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.environment = {
            **os.environ,
            **services.environment,
            **IN_A_HURRY,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DEBUG": "0",
            "SECURE": "0",
            "BASE_URL": self.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{postbox.port}",
            "FILES_DIR": str(folder / "files"),
            "STATIC_ROOT": str(folder / "static"),
            "PYTHONUNBUFFERED": "1",
        }
        self._processes: dict[str, Child] = {}

    # --- The web server, the worker and the clock -----------------------------------------------

    def start_web(self) -> None:
        inherited = self._listener.fileno()
        self._start("web", {"--bind": f"fd://{inherited}"}, pass_fds=(inherited,))
        if not wait_until(self._is_alive, patience=PATIENCE):
            raise RuntimeError(f"The web server does not answer: see {self.folder / 'web.log'}.")

    def start_worker(self) -> None:
        self._start("worker", {})

    def start_papers(self) -> None:
        self._start("papers", {})

    def start_clock(self) -> None:
        changed = {"-A": "tests.tools.faults.clock", "--schedule": str(self.folder / "schedule")}
        self._start("beat", changed)

    def stop(self, name: str) -> None:
        child_processes.stop([self._processes[name]], patience=20.0)

    def signal(self, name: str, number: signal.Signals) -> None:
        """To a process and all that it started."""
        os.killpg(self._processes[name].process.pid, number)

    def kill(self, name: str) -> None:
        """All of it at once, as where a machine loses its power."""
        self.signal(name, signal.SIGKILL)
        self._processes[name].process.wait()

    def kill_children(self, name: str) -> None:
        """Those that a process started, as where the memory of the machine is at its end."""
        pid = self._processes[name].process.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """The process stands still: it is there, and does nothing."""
        self.signal(name, signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(name, signal.SIGCONT)

    def end(self) -> None:
        child_processes.stop(list(self._processes.values()))
        self._listener.close()

    def _is_alive(self) -> bool:
        try:
            urlopen(f"{self.url}/health/live/", timeout=5).close()
        except OSError:
            return False
        return True

    def _start(self, name: str, changed: Mapping[str, str], pass_fds: tuple[int, ...] = ()) -> None:
        """As an operator's machine does, but for the values of some options."""
        known = sum(1 for _file in self.folder.glob(f"{name}*.log"))
        self._processes[name] = child_processes.start(
            name,
            command_of(name, changed),
            environment=self.environment,
            folder=ROOT,
            log=self.folder / f"{name}{known or ''}.log",
            parent_death_signal=signal.SIGKILL,
            pass_fds=pass_fds,
        )


@contextmanager
def servers(folder: Path) -> Iterator[Platform]:
    """PostgreSQL, Valkey and the mail server; the processes are started by whoever needs them."""
    with ExitStack() as stack:
        stack.enter_context(child_processes.adopted_orphans())
        services = stack.enter_context(
            throwaway_services(lock_folder=LOCAL / "throwaway", postgres_settings=DURABLE_SETTINGS)
        )
        postbox = Postbox()
        postbox.open()
        stack.callback(postbox.close)
        platform = Platform(services, postbox, folder)
        stack.callback(platform.end)
        yield platform
