"""Runs `./run VERB`: starts the services it needs, does the work, and stops them again.

Only the servers of `./run test` go on for a while, for the next call.
"""

import errno
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType

from config.launch import child_processes
from config.launch.checks import NO_BIOME_REASON, TYPE_CHECK_COMMAND, check_commands, fetch_biome
from config.launch.child_processes import (
    FULL_DISK,
    Child,
    LauncherError,
    adopted_orphans,
    wait_until,
)
from config.launch.demo_processes import (
    LOCAL,
    LOCK,
    LOGS,
    PROCESS_MARK,
    ROOT,
    are_servers_given,
    demo_environment,
    open_listener,
    prepare,
    raise_when_one_ends,
    run_servers,
    wait_for_answer,
    welcome_text,
)
from config.launch.kept_servers import end_kept_servers, kept_servers
from config.launch.local_services import DURABLE_SETTINGS, THROWAWAY_SETTINGS, throwaway_services
from config.launch.service_lock import Claim, Lock, end_leftovers, is_module, remove_leftover

# The pytest plugins that our tests need. To search for plugins, and to load those of other
# libraries, takes as long as some test files.
PYTEST_PLUGINS = (
    "pytest_django.plugin",
    "xdist.plugin",
    "_hypothesis_pytestplugin",
    "time_machine",
)


# Those that were ignored at the start stay so: under nohup that of a closed terminal.
STOP_SIGNALS = tuple(
    number
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN
)


class StopSignal(BaseException):
    """The exception raised when we are told to stop: by Ctrl-C, a signal or a closed terminal."""

    def __init__(self, number: int) -> None:
        self.number = number


# --- The verbs ----------------------------------------------------------------------------------


def demo(arguments: Sequence[str]) -> int:
    """Run everything on one machine, with invented rows, until Ctrl-C."""
    if arguments:
        raise LauncherError(
            "./run demo takes no arguments: HOST and PORT in the environment say where it listens."
        )
    with ExitStack() as stack:
        stack.enter_context(adopted_orphans())
        lock = _lock_for_demo()
        listener = stack.enter_context(open_listener())
        _say("Starting the database and the store of the demo ...")
        environment = stack.enter_context(demo_environment(lock, listener))
        _say("Preparing its tables, translations, styles and rows (the first time a minute) ...")
        people_text = prepare(environment, _say)
        _say(f"Starting its web server at {listener.address}, its worker and its clock ...")
        children = stack.enter_context(run_servers(listener, environment))
        wait_for_answer(listener, children, _say)
        _say(welcome_text(listener, people_text))
        raise_when_one_ends(children)  # the only way out, beside a signal


def test(arguments: Sequence[str]) -> int:
    """Run the tests, on servers that are kept for the next call; in CI on temporary servers."""
    pytest_command = ["-m", "pytest", *_parallel_options(arguments), *arguments]
    os.environ["PYTEST_PLUGINS"] = ",".join(PYTEST_PLUGINS)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if are_servers_given() or os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        return _run_module_with_servers(pytest_command, THROWAWAY_SETTINGS)
    with kept_servers() as services:
        if services is None:
            _say("Another ./run test is under way: this one has servers of its own.")
            return _run_module_with_servers(pytest_command, THROWAWAY_SETTINGS)
        with adopted_orphans():
            return _run_in_foreground(
                [sys.executable, *pytest_command],
                _with_secret_key(os.environ) | services.environment,
            )


def pictures(arguments: Sequence[str]) -> int:
    """Take the pictures of the README again, and write them into docs/pictures/."""
    if arguments:
        raise LauncherError("./run pictures takes no arguments.")
    os.environ["PICTURES"] = "1"
    return test(["tests/journeys/test_pictures.py"])


def bench(arguments: Sequence[str]) -> int:
    """Measure the figures, on servers that write to the disk as in production."""
    return _run_module_with_servers(["-m", "tests.tools.bench", *arguments], DURABLE_SETTINGS)


def scale(arguments: Sequence[str]) -> int:
    """Measure a primary, replicas and web processes under load, and kill some of them."""
    with adopted_orphans():
        return _run_in_foreground(
            [sys.executable, "-m", "tests.tools.scale", *arguments], os.environ
        )


def faults(arguments: Sequence[str]) -> int:
    """Stop parts of the platform while people act, on servers of its own."""
    with adopted_orphans():
        return _run_in_foreground(
            [sys.executable, "-m", "tests.tools.faults", *arguments], os.environ
        )


def check(arguments: Sequence[str]) -> int:
    """Run all checks that find problems of a change without running its code."""
    if arguments:
        raise LauncherError("./run check takes no arguments.")
    failed_checks = []
    with (
        adopted_orphans(),
        _server_environment(THROWAWAY_SETTINGS) as environment,
        _in_background("types", TYPE_CHECK_COMMAND, environment) as type_check,
    ):
        for name, command in check_commands():
            _say(f"== {name}")
            if _run_in_foreground(command, environment, is_one_of_several=True) != 0:
                failed_checks.append(name)
        biome = fetch_biome()
        _say(
            "== scripts and styles"
            if biome
            else f"== scripts and styles: skipped, {NO_BIOME_REASON}"
        )
        if biome:
            command = [biome, "lint", "--error-on-warnings"]
            if _run_in_foreground(command, environment, is_one_of_several=True) != 0:
                failed_checks.append("scripts and styles")
        _say("== types")
        if type_check.process.wait() != 0:
            failed_checks.append("types")
        assert type_check.log is not None
        _say(type_check.log.read_text(encoding="utf-8", errors="replace").rstrip())
    if failed_checks:
        raise LauncherError(f"Not in order: {', '.join(failed_checks)}.")
    return 0


def manage(arguments: Sequence[str]) -> int:
    """Run manage.py with the services of the demo while it runs, else with its own."""
    command = [sys.executable, "manage.py", *arguments]
    if are_servers_given():
        return _run_in_foreground(command, os.environ)
    lock = Lock(LOCK)
    if not lock.take():
        if claim := _claim_of_demo(lock):
            return _run_in_foreground(command, {**os.environ, **claim.environment})
        if not lock.take():
            _say("Waiting for another ./run manage to end ...")
            lock.take(wait=True)
    _claim_lock(lock, "manage")
    with adopted_orphans(), demo_environment(lock, None) as environment:
        return _run_in_foreground(command, environment)


def messages(arguments: Sequence[str]) -> int:
    """Bring new sentences into the catalogues, or print all of them; no server is needed."""
    command = [sys.executable, "manage.py", "collect_messages", *arguments]
    return _run_in_foreground(command, _with_secret_key(os.environ))


def stop(arguments: Sequence[str]) -> int:
    """Stop a running demo, leftovers of an earlier one, and the servers kept for tests."""
    if arguments:
        raise LauncherError("./run stop takes no arguments.")
    sentences = [_stop_demo()]
    if end_kept_servers():
        sentences.append("Stopped the servers kept for tests.")
    _say("\n".join(filter(None, sentences)) or "Nothing is running.")
    return 0


def _stop_demo() -> str:
    """Stop a demo or its leftovers, and say so in one sentence; empty where nothing was running."""
    lock = Lock(LOCK)
    if lock.take():
        had_leftovers = end_leftovers(PROCESS_MARK)
        remove_leftover(lock.read())
        return "Stopped what an earlier demo had left." if had_leftovers else ""
    claim = lock.read()
    if claim is None or not is_module(claim.pid, "config.launch"):
        raise LauncherError("The demo is just starting: try again in a moment.")
    os.kill(claim.pid, signal.SIGTERM)
    if not wait_until(lock.take, patience=40.0):
        os.kill(claim.pid, signal.SIGKILL)
        wait_until(lock.take, patience=10.0)
        end_leftovers(PROCESS_MARK)
    return f"Stopped ./run {claim.verb}."


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo,
    "test": test,
    "bench": bench,
    "faults": faults,
    "scale": scale,
    "pictures": pictures,
    "check": check,
    "manage": manage,
    "messages": messages,
    "stop": stop,
}


# --- Services -----------------------------------------------------------------------------------


def _lock_for_demo() -> Lock:
    """The lock of the demo's data, claimed for us. Raises LauncherError while another holds it."""
    lock = Lock(LOCK)
    if lock.take():
        _claim_lock(lock, "demo")
        return lock
    claim = lock.read()
    if claim and claim.verb == "demo":
        raise LauncherError(
            f"The demo already runs at {claim.address}: open it there, or end it with ./run stop."
        )
    raise LauncherError(
        "./run manage is at work on the same data: wait for its end, then try again."
    )


def _claim_lock(lock: Lock, verb: str) -> None:
    """Writes our claim into the lock just taken, and ends what its last holder left running."""
    last_claim = lock.read()
    lock.write(Claim(os.getpid(), verb))
    end_leftovers(PROCESS_MARK)
    remove_leftover(last_claim)


@contextmanager
def _server_environment(postgres_settings: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Our environment with fresh servers for this one run, or with the given ones."""
    environment = _with_secret_key(os.environ)
    if are_servers_given():
        yield environment
        return
    with throwaway_services(
        lock_folder=LOCAL / "throwaway", postgres_settings=postgres_settings
    ) as services:
        yield environment | services.environment


def _with_secret_key(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with a random SECRET_KEY, unless it has one."""
    return {"SECRET_KEY": secrets.token_urlsafe(48), **environment}


def _claim_of_demo(lock: Lock) -> Claim | None:
    """The claim of the demo that holds the lock, once its services are up.

    None where it is no demo, or the lock became free: then it is ours.
    """
    while not lock.take():
        claim = lock.read()
        if claim and claim.verb != "demo":
            return None
        if claim and claim.environment:
            return claim
        time.sleep(0.1)
    return None


# --- Tools --------------------------------------------------------------------------------------


def _run_module_with_servers(module: Sequence[str], postgres_settings: tuple[str, ...]) -> int:
    """Run a Python module (`-m`, its name, its arguments) on fresh or given servers."""
    with adopted_orphans(), _server_environment(postgres_settings) as environment:
        return _run_in_foreground([sys.executable, *module], environment)


def _parallel_options(arguments: Sequence[str]) -> list[str]:
    """Four at a time, unless the arguments say how many, name one file, or look into a test.

    Four on two cores, since some always wait for a browser, a child process or a clock. All tests
    of a file run in one worker, so that what they share is made once; the order of the files is
    that of tests/conftest.py, the long ones first.
    """
    own_options = ("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co")
    test_paths = {
        path for argument in arguments if (ROOT / (path := argument.split("::")[0])).exists()
    }
    is_one_file = len(test_paths) == 1 and (ROOT / test_paths.pop()).is_file()
    return (
        []
        if is_one_file or any(argument.startswith(own_options) for argument in arguments)
        else ["-n4", "--dist=loadfile", "--no-loadscope-reorder"]
    )


@contextmanager
def _in_background(
    name: str, command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[Child]:
    """A command that runs beside the block; what it prints goes to its log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    child = child_processes.start(
        name, command, environment=environment, folder=ROOT, log=LOGS / f"{name}.log"
    )
    try:
        yield child
    finally:
        child_processes.stop([child])


def _run_in_foreground(
    command: Sequence[str], environment: Mapping[str, str], *, is_one_of_several: bool = False
) -> int:
    """Runs a command that has the terminal for itself; gives its exit status.

    After Ctrl-C the status is the child's to choose; where it is one of several, we end as well.
    """
    interrupted = False
    child = child_processes.start(
        name="", command=command, environment=environment, folder=ROOT, in_own_group=False
    )
    try:
        while True:
            try:
                status = child.process.wait()
            except StopSignal as stopped:
                _pass_on(stopped, child)
                interrupted = True
                continue
            if interrupted and is_one_of_several:
                _stop_once(signal.SIGINT, None)
            # Of a child that a signal ended it is minus the signal; a shell says 128 plus it.
            return status if status >= 0 else 128 - status
    finally:
        child_processes.stop([child], patience=15.0)


def _pass_on(stopped: StopSignal, child: Child) -> None:
    """After Ctrl-C let the child end, which gets it as well; other signals end the work."""
    if stopped.number != signal.SIGINT:
        raise stopped
    _listen_for_signals()  # again: `_stop_once` made us ignore them
    # A terminal sends Ctrl-C to the child, too; without one we pass it on.
    has_terminal = os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    if not has_terminal and not child.has_ended:
        child.process.send_signal(signal.SIGINT)


def _say(text: str) -> None:
    print(text, flush=True)


def _listen_for_signals() -> None:
    """From now on, turn Ctrl-C, a request to stop and a closed terminal into a StopSignal."""
    for number in STOP_SIGNALS:
        signal.signal(number, _stop_once)


def _stop_once(number: int, frame: FrameType | None) -> None:
    """Begin the stop at the first signal; later ones are ignored, so as not to break it off."""
    for other in STOP_SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise StopSignal(number)


def _error_sentence(error: OSError) -> str:
    """The one sentence for an error of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL_DISK
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{error.filename or ROOT} cannot be used by this user: "
            "run as the one who made .local, or remove it."
        )
    return f"{error.strerror or error}: {error.filename or 'see ' + str(LOGS)}."


def main(arguments: Sequence[str]) -> int:
    """Runs one verb; gives the exit status."""
    if not arguments or arguments[0] not in VERBS:
        print(f"Verbs: {', '.join(VERBS)}", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    _listen_for_signals()
    try:
        return VERBS[arguments[0]](arguments[1:])
    except StopSignal as stopped:
        return 128 + stopped.number
    except LauncherError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(_error_sentence(error), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
