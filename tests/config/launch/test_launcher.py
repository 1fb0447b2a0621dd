"""The launcher `./run`, started in a small project of four files, on servers of its own."""

import os
import re
import signal
import socket
import subprocess
import urllib.request
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

import pytest

from config.launch.demo_processes import SignInPageRequest, demo_settings, open_listener
from config.launch.service_lock import Claim, Lock
from tests.config.deploy.bare_servers import free_port
from tests.config.launch.small_house import (
    begin,
    call,
    family_of,
    programs,
    read_until,
    stat_of,
    those_left,
    wait_until,
    worker_is_ready,
)

# These tests take long and start servers: they begin early, and run in the first round alone.
pytestmark = pytest.mark.night

GIVEN_SERVERS = {"DATABASE_URL": "postgres://given/x", "REDIS_URL": "redis://given"}


def test_a_test_run_in_ci_has_its_own_servers_and_leaves_nothing(house: Path) -> None:
    status, output = call(house, "test", "-q", "-p", "no:cacheprovider", "test_short.py", CI="true")
    assert status == 0, output
    assert "1 passed" in output
    assert list((house / ".local" / "throwaway").iterdir()) == []


def test_the_status_of_the_tests_is_the_status_of_the_run(house: Path) -> None:
    (house / "test_short.py").write_text("def test_short():\n    assert 1 == 2\n")
    status, output = call(house, "test", "-n0", "test_short.py")
    assert status == 1, output


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name
)
def test_no_process_is_left_when_a_test_run_is_ended(house: Path, number: signal.Signals) -> None:
    running = begin(house, "test", "-n2", "test_long.py", CI="true")
    wait_until((house / "started").exists)
    family = family_of(running.pid)
    assert "postgres" in programs(family) and "valkey" in programs(family)
    running.send_signal(number)
    running.communicate(timeout=180)
    assert running.returncode != 0
    wait_until(lambda: not those_left(family))


def test_ctrl_c_ends_all_checks_and_not_only_the_one_at_work(house: Path) -> None:
    with (house / "config/launch/checks.py").open("a") as checks:
        checks.write(
            "\n"
            "TYPE_CHECK_COMMAND = [sys.executable, '-c', 'import time; time.sleep(120)']\n"
            "def check_commands():\n"
            "    return [(name, [sys.executable, 'slow.py']) for name in ('first', 'second')]\n"
        )
    # Like some of the tools it ends with the status of a failed check.
    (house / "slow.py").write_text(
        "import pathlib, time\n"
        "try:\n"
        "    pathlib.Path('started').touch()\n"
        "    time.sleep(120)\n"
        "except KeyboardInterrupt:\n"
        "    raise SystemExit(1)\n"
    )
    running = begin(house, "check", **GIVEN_SERVERS)
    wait_until((house / "started").exists)
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=60)
    assert (running.returncode, output) == (128 + signal.SIGINT, "== first\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_a_program_that_survives_ctrl_c_is_ended_by_other_signals(
    house: Path, number: signal.Signals
) -> None:
    (house / "manage.py").write_text(
        "import pathlib, time\n"
        "for name in ('started', 'interrupted'):\n"
        "    try:\n"
        "        pathlib.Path(name).touch()\n"
        "        time.sleep(120)\n"
        "    except KeyboardInterrupt:\n"
        "        pass\n"
    )
    running = begin(house, "manage", **GIVEN_SERVERS)
    wait_until((house / "started").exists)
    running.send_signal(signal.SIGINT)
    wait_until((house / "interrupted").exists)
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == 128 + number


def test_the_folder_of_a_killed_run_is_removed_by_the_next(house: Path) -> None:
    running = begin(house, "test", "-n0", "test_long.py", CI="true")
    wait_until((house / "started").exists)
    (lock,) = (house / ".local" / "throwaway").glob("*.lock")
    folder = Path("/tmp") / lock.stem
    assert folder.stat().st_mode & 0o777 == 0o700
    family = family_of(running.pid)
    running.kill()
    running.communicate()
    wait_until(lambda: not those_left(family))
    call(house, "test", "-q", "-n0", "test_short.py", CI="true")
    assert not folder.exists()


def test_data_written_by_manage_is_there_at_the_next_start(house: Path) -> None:
    assert "kept: one" in call(house, "manage", "one")[1]
    status, output = call(house, "manage", "two")
    assert status == 0, output
    assert "kept: one two" in output


def test_the_database_log_holds_no_values_of_a_failed_statement(house: Path) -> None:
    (house / "manage.py").write_text(
        "import os, psycopg\n"
        "with psycopg.connect(os.environ['DATABASE_URL'], autocommit=True) as connection:\n"
        "    connection.execute('CREATE TABLE said (word text, kind text NOT NULL)')\n"
        "    connection.execute(\"INSERT INTO said VALUES ('unsent words', NULL)\")\n"
    )
    assert call(house, "manage")[0] != 0
    log = (house / ".local" / "logs" / "postgres.log").read_text()
    assert 'null value in column "kind"' in log
    assert "unsent words" not in log


def test_servers_killed_with_their_launcher_come_back_with_the_data(house: Path) -> None:
    with (house / "manage.py").open("a") as script:
        script.write("time.sleep(120 if 'wait' in sys.argv else 0)\n")
    running = begin(house, "manage", "wait")
    read_until(running, "database:")
    family = family_of(running.pid)
    running.kill()
    running.communicate()
    # At once, while the old server may still be on its way down.
    status, output = call(house, "manage", "after")
    assert status == 0, output
    assert "kept: after wait" in output
    wait_until(lambda: not those_left(family))


def test_servers_start_although_the_pid_file_names_another_process(house: Path) -> None:
    call(house, "manage", "one")
    (house / ".local" / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n")
    status, output = call(house, "manage")
    assert status == 0, output
    assert "kept: one" in output


def test_given_servers_are_used_and_none_are_started(house: Path) -> None:
    (house / "manage.py").write_text("import os\nprint(os.environ['DATABASE_URL'])\n")
    status, output = call(house, "manage", **GIVEN_SERVERS)
    assert (status, output) == (0, "postgres://given/x\n")
    assert not (house / ".local" / "postgres").exists()


def test_manage_waits_in_silence_for_a_demo_that_ends_while_it_starts(house: Path) -> None:
    lock = Lock(house / ".local" / "services.lock")
    assert lock.take()
    lock.write(Claim(os.getpid(), "demo"))
    running = begin(house, "manage", "one")

    def sleeps_with_the_lock_open() -> bool:
        is_open, stat = has_open(running.pid, lock.path), stat_of(running.pid)
        return is_open and stat is not None and stat[1] == "S"

    wait_until(sleeps_with_the_lock_open)
    lock.release()
    output, _ = running.communicate(timeout=300)
    assert running.returncode == 0, output
    assert "kept: one" in output
    assert "Waiting" not in output


def has_open(pid: int, path: Path) -> bool:
    return any(
        os.path.realpath(descriptor) == str(path)
        for descriptor in Path(f"/proc/{pid}/fd").iterdir()
    )


def test_one_given_server_alone_is_refused(house: Path) -> None:
    status, output = call(house, "manage", REDIS_URL="redis://given")
    assert status == 1
    assert output == "Only REDIS_URL is set: set both DATABASE_URL and REDIS_URL, or neither.\n"


def test_a_port_in_use_is_reported_in_one_sentence(house: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, output = call(house, "demo", PORT=port)
    assert status == 1
    assert output == (
        f"Port {port} on 127.0.0.1 is taken: end what listens there, "
        "or choose another: PORT=8001 ./run demo.\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eight", "PORT is 'eight': give a number from 1 to 65535"),
        ("PORT", "70000", "PORT is '70000': give a number from 1 to 65535"),
        ("HOST", "203.0.113.7", "HOST=203.0.113.7 is no address of this machine"),
    ],
)
def test_a_wrong_host_or_port_is_reported_in_one_sentence(
    house: Path, name: str, value: str, words: str
) -> None:
    status, output = call(house, "demo", **{"PORT": str(free_port()), name: value})
    assert status == 1
    assert output.startswith(words)
    assert output.count("\n") == 1


def has_ipv6() -> bool:
    """Whether this machine listens on addresses of IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize(
    ("host", "address", "allowed", "reached"),
    [
        ("::", "http://[::1]:{}", "*", ("::1", "127.0.0.1")),
        ("::1", "http://[::1]:{}", "[::1],127.0.0.1,localhost", ("::1",)),
        ("0.0.0.0", "http://127.0.0.1:{}", "*", ("127.0.0.1",)),
    ],
)
def test_the_demo_listens_on_addresses_of_ipv6_too(
    monkeypatch: pytest.MonkeyPatch, host: str, address: str, allowed: str, reached: tuple[str, ...]
) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", str(free_port()))
    with open_listener() as listener:
        assert listener.address == address.format(listener.port)
        for own_ip in reached:
            socket.create_connection((own_ip, listener.port), timeout=5).close()
        request = SignInPageRequest(listener)
        with request:
            assert not request.is_answered()
        assert demo_settings(listener)["ALLOWED_HOSTS"] == allowed


@pytest.mark.skipif(os.geteuid() != 0, reason="a full disk is made by mounting a small one: root")
def test_a_full_disk_is_reported_in_one_sentence(house: Path) -> None:
    local = house / ".local"
    local.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", local])
    if mounted.returncode != 0:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        status, output = call(house, "manage")
    finally:
        subprocess.run(["umount", local], check=True)
    assert status == 1
    assert output == "The disk is full: free some space and run this again.\n"


def test_stop_with_nothing_running_says_so(house: Path) -> None:
    assert call(house, "stop") == (0, "Nothing is running.\n")


def test_the_demo_serves_pages_and_keeps_mails_until_it_is_stopped(house: Path) -> None:
    port = str(free_port())
    running = begin(house, "demo", PORT=port)
    output = read_until(running, "End:")
    assert f"http://127.0.0.1:{port}/\n" in output
    assert "focal.point@example.org: focal point of Norway" in output
    assert f"http://127.0.0.1:{port}/demo/mail/" in output
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
        assert page.read() == b"The demo"

    status, again = call(house, "demo", PORT=str(free_port()))
    assert status == 1
    assert again.startswith(f"The demo already runs at http://127.0.0.1:{port}:")

    status, managed = call(house, "manage", "one")
    assert status == 0, managed
    assert "kept: one" in managed
    assert_mail_is_kept(house, managed.split("mail: smtp://127.0.0.1:")[1].strip())

    family = family_of(running.pid)
    for program in ("gunicorn", "celery", "postgres", "valkey", "config.demo.mailbox"):
        assert program in programs(family)
    assert call(house, "stop") == (0, "Stopped ./run demo.\n")
    running.communicate(timeout=180)
    assert running.returncode == 128 + signal.SIGTERM
    assert those_left(family) == []


def assert_mail_is_kept(house: Path, port: str) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Réunion 会议", "a@example.org", "b@example.org"
    mail.set_content("The meeting opens at ten.\n")
    with SMTP("127.0.0.1", int(port), timeout=60) as line:
        line.send_message(mail)
    (kept,) = (house / ".local" / "mail").glob("*.eml")
    assert "opens at ten" in str(message_from_bytes(kept.read_bytes()).get_payload())


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_no_process_is_left_when_the_demo_is_killed(house: Path, number: signal.Signals) -> None:
    running = begin(house, "demo", PORT=str(free_port()))
    read_until(running, "End:")
    wait_until(lambda: worker_is_ready(house))
    family = family_of(running.pid)
    # The worker with its two processes, and the clock.
    assert programs(family).count("-m celery") == 4
    running.send_signal(number)
    running.communicate(timeout=180)
    wait_until(lambda: not those_left(family))


def test_stop_ends_processes_that_a_killed_demo_left_behind(house: Path) -> None:
    source = house / "config/launch/child_processes.py"
    before = source.read_text()
    without_the_kernel = re.sub("^_prctl = .*$", "_prctl = None", before, flags=re.MULTILINE)
    assert without_the_kernel != before
    source.write_text(without_the_kernel)
    running = begin(house, "demo", PORT=str(free_port()))
    read_until(running, "End:")
    wait_until(lambda: worker_is_ready(house))
    family = family_of(running.pid)
    running.kill()
    running.wait()
    assert those_left(family)
    assert call(house, "stop") == (0, "Stopped what an earlier demo had left.\n")
    assert those_left(family) == []


def impatient(house: Path) -> None:
    """What counts as still is two seconds in this house, and something is said every second."""
    source = house / "config/launch/waiting.py"
    text = source.read_text()
    sooner = text.replace("MAX_STILL_SECONDS = 30.0", "MAX_STILL_SECONDS = 2.0")
    sooner = sooner.replace("SECONDS_BETWEEN_LINES = 10.0", "SECONDS_BETWEEN_LINES = 1.0")
    assert sooner.count("STILL_SECONDS = 2.0") == sooner.count("BETWEEN_LINES = 1.0") == 1
    source.write_text(sooner)


def test_the_demo_waits_for_a_slow_web_server_and_says_so(house: Path) -> None:
    impatient(house)
    wsgi = house / "config" / "wsgi.py"
    busy = "import time\nuntil = time.monotonic() + 4\nwhile time.monotonic() < until: pass\n"
    wsgi.write_text(busy + wsgi.read_text())
    running = begin(house, "demo", PORT=str(free_port()))
    output = read_until(running, "End:")
    assert "Waiting for the web server, which is at work (" in output
    assert call(house, "stop") == (0, "Stopped ./run demo.\n")
    running.communicate(timeout=180)


def test_the_demo_ends_where_its_web_server_answers_with_an_error(house: Path) -> None:
    wsgi = house / "config" / "wsgi.py"
    wsgi.write_text(wsgi.read_text().replace("200 OK", "503 Service Unavailable"))
    status, output = call(house, "demo", PORT=str(free_port()))
    assert status == 1
    assert "The web server answers 503" in output
    assert "Traceback" not in output


def test_the_demo_says_in_one_sentence_that_its_preparation_failed(house: Path) -> None:
    (house / "config/demo/prepare.py").write_text("raise SystemExit('A real consultation.')\n")
    status, output = call(house, "demo", PORT=str(free_port()))
    assert status == 1
    assert "The demo could not be prepared: A real consultation. (the whole message is in" in output


def test_the_demo_ends_with_a_sentence_when_its_web_server_does(house: Path) -> None:
    (house / "config" / "wsgi.py").write_text("raise RuntimeError('no application')\n")
    status, output = call(house, "demo", PORT=str(free_port()))
    assert status == 1
    assert "The web server ended unasked" in output
    assert "Traceback" not in output
