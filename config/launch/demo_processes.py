"""The demo's processes: web server, worker, clock and a mail server that keeps every mail."""

import errno
import ipaddress
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn, Self

from config.launch import child_processes
from config.launch.child_processes import Child, LauncherError
from config.launch.local_services import DURABLE_SETTINGS, local_services, private_folder
from config.launch.service_lock import Claim, Lock
from config.launch.waiting import child_error, require_all_running, wait_for

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
LOGS = LOCAL / "logs"
LOCK = LOCAL / "services.lock"
# The page that has to answer before the demo is said to be open.
SIGN_IN_PATH = "/account/login/"
# Every process of the demo carries this, so that `./run stop` can tell ours from all others.
PROCESS_MARK = {"CONSULTATIONS_SERVICES": str(LOCK)}


@dataclass(frozen=True)
class DemoListener:
    """Where the demo listens."""

    bound_socket: socket.socket
    host: str
    port: int

    @property
    def address(self) -> str:
        """The address for a browser on this machine."""
        return f"http://{self.host_in_address}:{self.port}"

    @property
    def host_in_address(self) -> str:
        """The host as it stands in an address: one of IPv6 in brackets."""
        host = self.own_ip if self.is_on_all_addresses else self.host
        return f"[{host}]" if ":" in host else host

    @property
    def own_ip(self) -> str:
        """The IP address by which this machine itself reaches it."""
        if not self.is_on_all_addresses:
            return str(self.bound_socket.getsockname()[0])
        return "::1" if self.bound_socket.family == socket.AF_INET6 else "127.0.0.1"

    @property
    def is_on_all_addresses(self) -> bool:
        return ipaddress.ip_address(self.bound_socket.getsockname()[0]).is_unspecified

    @property
    def is_loopback(self) -> bool:
        return ipaddress.ip_address(self.bound_socket.getsockname()[0]).is_loopback


def are_servers_given() -> bool:
    """Whether both servers are given in the environment, so that we start none.

    Raises LauncherError where only one of them is.
    """
    set_names = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(set_names) == 1:
        raise LauncherError(
            f"Only {set_names[0]} is set: set both DATABASE_URL and REDIS_URL, or neither."
        )
    return len(set_names) == 2


@contextmanager
def open_listener() -> Iterator[DemoListener]:
    """The socket that the demo serves on, bound before anything else is started."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise LauncherError(
            f"PORT is {port!r}: give a number from 1 to 65535, for example PORT=8001 ./run demo."
        )
    try:
        family, _, _, _, socket_address = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM
        )[0]
        host_and_port = socket_address[:2]  # an address of IPv6 has two more parts
        # On every address, "::", it answers those of IPv4 too; at one of IPv6 that changes nothing.
        has_both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
        bound_socket = socket.create_server(
            host_and_port, family=family, backlog=256, dualstack_ipv6=has_both
        )
    except OSError as error:
        raise LauncherError(_listen_error(error, host, port)) from error
    with bound_socket:
        yield DemoListener(bound_socket, host, int(port))


def _listen_error(error: OSError, host: str, port: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken: end what listens there, "
            "or choose another: PORT=8001 ./run demo."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs root: choose one from 1024 on, for example PORT=8000 ./run demo."
    return (
        f"HOST={host} is no address of this machine: use 127.0.0.1, or 0.0.0.0 for every address, "
        "or :: for those of IPv6 too."
    )


@contextmanager
def demo_environment(lock: Lock, listener: DemoListener | None) -> Iterator[dict[str, str]]:
    """The environment of the demo's processes, with database, store and mail server running.

    Database and store (Valkey) are our own, unless DATABASE_URL and REDIS_URL name others. The
    lock's claim says what runs. Without `listener` the environment is for a single command.
    """
    with ExitStack() as stack:
        environment = {**demo_settings(listener), **PROCESS_MARK}
        claim = (
            Claim(os.getpid(), "demo", address=listener.address)
            if listener
            else Claim(os.getpid(), "manage")
        )
        if not are_servers_given():
            socket_folder = stack.enter_context(private_folder())
            claim = replace(claim, sockets=str(socket_folder))
            lock.write(claim)  # so that the folder is found if we die while the servers start
            services = stack.enter_context(
                local_services(
                    data_folder=LOCAL,
                    socket_folder=socket_folder,
                    log_folder=LOGS,
                    postgres_settings=DURABLE_SETTINGS,
                    environment_mark=PROCESS_MARK,
                )
            )
            environment |= services.environment
        environment["EMAIL_URL"] = stack.enter_context(_mailbox(environment))
        lock.write(replace(claim, environment=environment))
        yield {**os.environ, **environment}


def demo_settings(listener: DemoListener | None) -> dict[str, str]:
    """The environment variables that `config/settings.py` reads, but for those of the servers."""
    settings = {
        "DEMO": "1",
        "DEBUG": "0",
        "SECURE": "0",
        "SECRET_KEY": _kept_secret(LOCAL / "demo-secret"),
        "DEFAULT_FROM_EMAIL": "Consultations <consultations@demo.example>",
        "HELP_ADDRESS": "Help desk <help@demo.example>",
        "DEMO_MAIL_DIR": str(LOCAL / "mail"),
        "FILES_DIR": str(LOCAL / "files"),
        "STATIC_ROOT": str(LOCAL / "static"),
    }
    if listener is None:
        return settings
    hosts = (
        ["*"]
        if listener.is_on_all_addresses
        else [listener.host_in_address, "127.0.0.1", "localhost"]
    )
    return {**settings, "BASE_URL": listener.address, "ALLOWED_HOSTS": ",".join(hosts)}


def _kept_secret(path: Path) -> str:
    """The random SECRET_KEY of this checkout, kept so that sign-ins outlast a restart."""
    if not path.exists() or not path.read_text():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


@contextmanager
def _mailbox(environment: Mapping[str, str]) -> Iterator[str]:
    """The demo's mail server on a free loopback port; gives its address."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        child = _start_module(
            "the mail server",
            ["config.demo.mailbox", str(listener.fileno()), environment["DEMO_MAIL_DIR"]],
            {**os.environ, **environment},
            log=LOGS / "mail.log",
            pass_fds=[listener.fileno()],
        )
        port = listener.getsockname()[1]
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        child_processes.stop([child])


def prepare(environment: Mapping[str, str], say: Callable[[str], None]) -> str:
    """Prepare tables, translations, static files and rows; gives the list of who can sign in."""
    people_file = LOCAL / "people.txt"
    child = _start_module(
        "the preparation",
        ["config.demo.prepare"],
        environment,
        log=LOGS / "prepare.log",
        output=people_file,
    )
    try:
        # Most of it is done by the database, which is no child of the preparation. So the
        # preparation counts as alive while any of our processes makes progress.
        wait_for(child, lambda: child.has_ended, progress_pid=os.getpid(), say=say)
    finally:
        child_processes.stop([child])
    if child.process.returncode != 0:
        raise child_error(child, "The demo could not be prepared")
    return people_file.read_text()


@contextmanager
def run_servers(listener: DemoListener, environment: Mapping[str, str]) -> Iterator[list[Child]]:
    """Run the web server, the worker and the clock.

    If we are killed, the broker and the database end at the same moment: a worker that was asked
    to finish its task could only wait for them, so the kernel kills it at once.
    """
    listener_descriptor = listener.bound_socket.fileno()
    children: list[Child] = []
    try:
        web_command = [
            "gunicorn",
            "config.wsgi",
            "--bind",
            f"fd://{listener_descriptor}",
            "--workers",
            "2",
        ]
        web_command += ["--worker-class", "config.web_worker.TimedThreadWorker"]
        web_command += ["--threads", "4", "--keep-alive", "30"]
        web_command += ["--no-control-socket"]  # it would lie outside of our folder
        # A busy machine may take longer to load the code than gunicorn waits for a sign of life.
        web_command += ["--timeout", "0"]
        children.append(
            _start_module(
                "the web server",
                web_command,
                environment,
                log=LOGS / "web.log",
                pass_fds=[listener_descriptor],
            )
        )
        worker_command = [
            "celery",
            "-A",
            "config.celery",
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "INFO",
        ]
        children.append(
            _start_module(
                "the worker",
                worker_command,
                environment,
                log=LOGS / "worker.log",
                parent_death_signal=signal.SIGKILL,
            )
        )
        (LOCAL / "beat").mkdir(exist_ok=True)
        # Without a pid file: the claim of the lock says what runs.
        clock_command = ["celery", "-A", "config.clock", "beat", "--loglevel", "INFO", "--pidfile="]
        clock_command += ["--schedule", str(LOCAL / "beat" / "schedule")]
        children.append(
            _start_module(
                "the clock",
                clock_command,
                environment,
                log=LOGS / "beat.log",
                parent_death_signal=signal.SIGKILL,
            )
        )
        yield children
    finally:
        child_processes.stop(children)


def _start_module(
    name: str,
    module: Sequence[str],
    environment: Mapping[str, str],
    *,
    log: Path,
    output: Path | None = None,
    parent_death_signal: signal.Signals | None = None,
    pass_fds: Sequence[int] = (),
) -> Child:
    """Start a Python module (its name, then its arguments) as `child_processes.start` does."""
    return child_processes.start(
        name,
        [sys.executable, "-m", *module],
        environment={**environment, "PYTHONUNBUFFERED": "1"},
        folder=ROOT,
        log=log,
        output=output,
        parent_death_signal=parent_death_signal,
        pass_fds=pass_fds,
    )


def wait_for_answer(
    listener: DemoListener, children: Sequence[Child], say: Callable[[str], None]
) -> None:
    """Wait until the sign-in page answers. Raises LauncherError where it answers with an error."""
    web_server, *other_children = children  # in the order of `run_servers`
    with SignInPageRequest(listener) as request:
        wait_for(web_server, request.is_answered, others=other_children, say=say)
    if request.status >= 500:
        raise child_error(web_server, f"The web server answers {request.status}")


class SignInPageRequest:
    """One request for the sign-in page, sent before the web server may be up.

    The socket listens already and keeps the request until the web server is up, so that one
    request is enough even on a busy machine.
    """

    def __init__(self, listener: DemoListener) -> None:
        self.status = 0  # until the answer has begun
        self._address = (listener.own_ip, listener.port)
        self._socket = self._send_request(listener.port)
        self._port = listener.port

    def _send_request(self, port: int) -> socket.socket:
        connection = socket.create_connection(self._address, timeout=5)
        connection.sendall(
            f"GET {SIGN_IN_PATH} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        )
        connection.setblocking(False)
        return connection

    def is_answered(self) -> bool:
        """Whether the answer has begun; a request that was cut off is sent again."""
        try:
            status_line = self._socket.recv(64)
        except BlockingIOError:  # no answer yet
            return False
        except ConnectionError:
            status_line = b""
        if not status_line:
            self._socket.close()
            self._socket = self._send_request(self._port)
            return False
        _http_version, status, *_reason = status_line.split()  # b"HTTP/1.1 200 OK"
        self.status = int(status)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def raise_when_one_ends(children: Sequence[Child]) -> NoReturn:
    """Never returns: raises when one of the children ends."""
    while True:
        require_all_running(children)
        time.sleep(0.5)


def welcome_text(listener: DemoListener, people: str) -> str:
    """The text for the person at the terminal: address, people, mails, logs."""
    # The page of the mails answers only on this machine; otherwise their folder is named.
    mails = f"{listener.address}/demo/mail/" if listener.is_loopback else str(LOCAL / "mail")
    return (
        f"\nThe demo is open (text and inputs are invented):  {listener.address}/\n\n"
        f"{people.strip()}\n\n"
        f"Mails:  {mails}\n"
        f"Logs:   {LOGS}\n"
        f"End:    Ctrl-C, or ./run stop in another terminal"
    )
