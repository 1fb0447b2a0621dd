"""The systemd units and proxy files: complete, hardened, and consistent with settings and docs."""

import logging
import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse

from config.celery import QUEUES
from config.launch.child_processes import wait_until
from config.monitoring import secret_paths
from tests.config.deploy.bare_servers import free_port
from tests.config.deploy.test_compose import (
    READ_BY_GUNICORN,
    READ_BY_PROMETHEUS,
    ROOT,
    SERVICES,
    settings_read,
)

DEPLOY = ROOT / "deploy"
SYSTEMD = DEPLOY / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))
SHARED = SYSTEMD / "consultations-.service.d" / "common.conf"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
NGINX = DEPLOY / "nginx" / "consultations.conf"
CADDY = DEPLOY / "caddy" / "Caddyfile"
CODE = "/srv/consultations"
# What systemd's own measure may say at most, in tenths: 15 is "OK", 96 a unit without a word.
MAX_EXPOSURE = 20


def read_unit(path: Path) -> dict[str, dict[str, list[str]]]:
    """Section → name → values, in the order of the file."""
    sections: dict[str, dict[str, list[str]]] = {}
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            name, value = line.split("=", 1)
            section.setdefault(name, []).append(value)
    return sections


def command_of(path: Path) -> str:
    [command] = read_unit(path)["Service"]["ExecStart"]
    return command


def by_purpose(path: Path) -> str:
    return path.stem


def seconds(time: str) -> int:
    """`40s` and `2m` of compose, `40` of systemd."""
    number, unit = re.fullmatch(r"(\d+)([sm]?)", time).groups()  # type: ignore[union-attr]
    return int(number) * (60 if unit == "m" else 1)


def test_there_is_a_unit_for_each_of_our_services() -> None:
    ours = {name for name, service in SERVICES.items() if "build" in service}
    assert {path.stem.removeprefix("consultations-") for path in UNITS} == ours


@pytest.mark.parametrize("unit", UNITS, ids=by_purpose)
def test_a_unit_of_systemd_is_whole(unit: Path, tmp_path: Path) -> None:
    """As systemd reads it, with the folder of the code in this place."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("There is no systemd-analyze on this machine.")
    units = tmp_path / "systemd"
    shutil.copytree(SYSTEMD, units)
    for path in units.rglob("*.*"):
        if path.is_file():
            text = path.read_text().replace(f"{CODE}/venv", sys.prefix)
            path.write_text(text.replace(CODE, str(ROOT)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", units / unit.name],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=by_purpose)
def test_a_unit_may_do_little_by_the_measure_of_systemd(unit: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("There is no systemd-analyze on this machine.")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={MAX_EXPOSURE}", unit],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_every_unit_is_hardened_and_runs_as_an_ordinary_user() -> None:
    shared = read_unit(SHARED)["Service"]
    asked = {
        "User": "consultations",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "StateDirectory": "consultations",
        "KillSignal": "SIGTERM",
        "SystemCallFilter": "@system-service",
    }
    assert {name: shared.get(name) for name in asked} == {n: [v] for n, v in asked.items()}
    for unit in UNITS:
        assert unit.name.startswith("consultations-"), "else systemd leaves out what is shared"
        own = read_unit(unit)["Service"]
        assert not set(own) & set(asked), f"{unit.name} takes back what is shared"
        is_once = own.get("Type") == ["oneshot"]
        assert is_once or own["Restart"] == ["always"]


def test_a_unit_has_as_much_time_to_stop_as_its_container() -> None:
    for name in ("web", "screens", "worker", "papers"):
        own = read_unit(SYSTEMD / f"consultations-{name}.service")["Service"]
        assert seconds(own["TimeoutStopSec"][0]) == seconds(SERVICES[name]["stop_grace_period"])
        assert own["KillMode"] == ["mixed"], "the main process ends its children in order"


@pytest.mark.parametrize("unit", UNITS, ids=by_purpose)
def test_the_operations_say_each_command_as_the_unit_has_it(unit: Path) -> None:
    program, *words = shlex.split(command_of(unit).removeprefix(f"{CODE}/venv/"))
    operations = " ".join(OPERATIONS.replace("\\\n", " ").split())
    assert f'"$VENV/{program}"' in operations
    unknown = [word for word in words if word.startswith("-") and word not in operations]
    assert unknown == [], "docs/operations.md does not know these"


def queues_in(words: Sequence[str]) -> list[str]:
    """What a worker takes."""
    return words[words.index("-Q") + 1].split(",")


def test_every_queue_has_its_worker_by_systemd_and_by_compose() -> None:
    units = [shlex.split(command_of(unit)) for unit in UNITS]
    containers = [service.get("command", []) for service in SERVICES.values()]
    for commands in (units, containers):
        taken = [queues_in(words) for words in commands if "worker" in words]
        assert sorted(queue for queues in taken for queue in queues) == sorted(QUEUES)
        assert ["papers"] in taken, "a long paper holds up nothing else"


@pytest.mark.parametrize("unit", UNITS, ids=by_purpose)
def test_the_command_of_a_unit_exists(unit: Path) -> None:
    program, *words = shlex.split(command_of(unit))
    assert Path(program.replace(f"{CODE}/venv", sys.prefix)).exists()
    if "manage.py" in words:
        assert words[1] in get_commands()
    if "config.asgi" in words:
        in_container = [
            word.replace("0.0.0.0", "127.0.0.1") for word in SERVICES["screens"]["command"]
        ]
        assert in_container == ["gunicorn", *words]
    elif "gunicorn" in program:
        assert "config.wsgi" in words
        # The image serves by the same words, for all addresses of its container.
        match = re.search(r"CMD (\[.+?\])", (ROOT / "Dockerfile").read_text(), re.DOTALL)
        assert match is not None
        in_image = re.findall(r'"([^"]+)"', match[1])
        assert [word.replace("0.0.0.0", "127.0.0.1") for word in in_image] == ["gunicorn", *words]


def test_every_setting_in_an_environment_is_read_and_explained() -> None:
    given = [value for unit in (SHARED, *UNITS) for value in environment_of(unit)]
    names = {value.split("=", 1)[0] for value in given}
    assert names
    assert names <= settings_read() | READ_BY_GUNICORN | READ_BY_PROMETHEUS
    assert sorted(name for name in names if f"`{name}`" not in OPERATIONS) == []


def environment_of(unit: Path) -> list[str]:
    return read_unit(unit).get("Service", {}).get("Environment", [])


def test_the_operations_name_every_file_to_put_in_place() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    named = [path.parent.relative_to(ROOT).as_posix() for path in files]
    assert sorted({name for name in named if f"{name}/" not in OPERATIONS}) == []


def test_what_may_be_written_to_lies_in_the_folder_of_the_state() -> None:
    [files] = [value for value in environment_of(SHARED) if value.startswith("FILES_DIR=")]
    assert files.removeprefix("FILES_DIR=").startswith("/var/lib/consultations/")
    assert "--schedule /var/lib/consultations/" in command_of(
        SYSTEMD / "consultations-beat.service"
    )


# --- Proxies --------------------------------------------------------------------------------------


def test_nginx_sets_what_the_platform_trusts_and_drops_what_came_from_outside() -> None:
    headers = dict(re.findall(r"proxy_set_header ([\w-]+) (.+);", NGINX.read_text()))
    assert headers == {
        "Connection": '""',
        "Host": "$host",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-Host": '""',
        "Forwarded": '""',
        "X-Forwarded-For": "$proxy_add_x_forwarded_for",
        "X-Request-Start": '"t=$msec"',
        "X-Request-ID": "$request_id",
    }


def test_a_proxy_says_when_a_request_was_whole_whatever_came_from_outside() -> None:
    nginx, caddy = NGINX.read_text(), CADDY.read_text()
    assert "proxy_request_buffering on;" in nginx
    assert "request_buffers 32MiB" in caddy
    assert 'header_up X-Request-Start "t={time.now.unix_ms}"' in caddy


@pytest.mark.parametrize(
    ("path", "pattern"), [(NGINX, r"client_max_body_size (\d+)m"), (CADDY, r"max_size (\d+)MB")]
)
def test_a_proxy_takes_more_than_the_platform_so_that_the_platform_says_why(
    path: Path, pattern: str
) -> None:
    found = re.search(pattern, path.read_text())
    assert found is not None
    assert int(found[1]) * 1024 * 1024 > 2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize("path", [NGINX, CADDY])
def test_a_proxy_lets_go_of_an_idle_line_before_the_web_server_does(path: Path) -> None:
    found = re.search(r"keepalive(?:_timeout)? (\d+)s", path.read_text())
    kept = re.search(r"--keep-alive (\d+)", command_of(SYSTEMD / "consultations-web.service"))
    assert found is not None and kept is not None
    assert int(found[1]) < int(kept[1])


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("There is no nginx on this machine.")
    main = nginx_with_our_site(tmp_path, NGINX.read_text())
    done = subprocess.run(
        ["nginx", "-t", "-e", "stderr", "-c", main], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def nginx_with_our_site(folder: Path, site: str) -> Path:
    """The main file of an nginx that serves this site, and writes into this folder alone."""
    make_certificate(folder)
    site = re.sub(r"/etc/letsencrypt/live/[\w.]+/", f"{folder}/", site)
    (folder / "site.conf").write_text(site.replace("/var/log/nginx/", f"{folder}/"))
    main = folder / "nginx.conf"
    kept = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(
        f"pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log {folder}/access.log;\n{kept}include {folder}/site.conf;\n}}\n"
    )
    return main


def make_certificate(folder: Path) -> None:
    """A key and a certificate signed by itself, under the names of the example."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "consultations.example.org")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    encoding = serialization.Encoding.PEM
    secret = key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(secret)
    signed = builder.sign(key, hashes.SHA256()).public_bytes(encoding)
    (folder / "fullchain.pem").write_bytes(signed)


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    if shutil.which("caddy") is None:
        pytest.skip("There is no Caddy on this machine.")
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", CADDY],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


# --- Addresses that are secrets -------------------------------------------------------------------

KINDS = "calendar|invitation|sign-in|stop-mail|account/password/reset/key"
SECRET_PATHS = [f"/{kind}/k3ptq/" for kind in KINDS.split("|")]


def test_a_proxy_withholds_the_same_addresses_as_the_platform() -> None:
    assert f"/({KINDS})/" in secret_paths.SECRET_PATH.pattern
    assert f"location ~ ^/({KINDS})/ {{" in NGINX.read_text()
    assert f'request>uri regexp "/({KINDS})/' in CADDY.read_text()
    assert all(f"`/{kind}/`" in OPERATIONS for kind in KINDS.split("|"))


def test_the_platform_logs_no_address_that_is_a_secret() -> None:
    new_password = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": "1a", "key": "k3ptq"}
    )
    for path in (*SECRET_PATHS, new_password):
        line = logging.makeLogRecord({"msg": "GET %s 200", "args": (path,)})
        assert secret_paths.SecretPathFilter().filter(line)
        assert line.getMessage() == f"GET {path[: path.rindex('/', 0, -1)]}/…/ 200"


def test_nginx_logs_no_address_that_is_a_secret(tmp_path: Path) -> None:
    """The web server is away, so that errors are logged as well."""
    if shutil.which("nginx") is None:
        pytest.skip("There is no nginx on this machine.")
    port = free_port()
    site = re.sub(r" *listen \[::\].+", "", NGINX.read_text())
    site = site.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    site = site.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{free_port()}")
    main = nginx_with_our_site(tmp_path, site)
    with running(["nginx", "-e", "stderr", "-c", str(main), "-g", "daemon off;"], tmp_path):
        ask_for_secrets(f"https://127.0.0.1:{port}")
    logged = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert 'GET /consultations/ HTTP/1.1" 502' in logged
    assert 'request: "GET /consultations/ HTTP/1.1"' in logged
    assert "k3ptq" not in logged


def test_caddy_logs_no_address_that_is_a_secret(tmp_path: Path) -> None:
    """The same, with an access log as an operator would turn it on."""
    if shutil.which("caddy") is None:
        pytest.skip("There is no Caddy on this machine.")
    port = free_port()
    site = CADDY.read_text().replace(
        "consultations.example.org {", f"http://127.0.0.1:{port} {{\n\tlog", 1
    )
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{free_port()}")
    site = site.replace("lb_try_duration 15s", "lb_try_duration 0s").replace(
        "{\n", "{\n\tadmin off\n", 1
    )
    (tmp_path / "Caddyfile").write_text(site)
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", f"{tmp_path}/Caddyfile"]
    with running(command, tmp_path):
        ask_for_secrets(f"http://127.0.0.1:{port}")
    logged = (tmp_path / "said.log").read_text()
    assert '"uri":"/consultations/"' in logged
    assert '"uri":"/calendar/..."' in logged or '"uri":"/calendar/.../"' in logged
    assert "k3ptq" not in logged


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[None]:
    """A proxy that serves for as long as the block runs; what it says stands in said.log."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with (folder / "said.log").open("wb") as log_file:
        server = subprocess.Popen(command, env=environment, stdout=log_file, stderr=log_file)
        try:
            yield
        finally:
            server.terminate()
            server.wait(timeout=60)


def ask_for_secrets(server: str) -> None:
    """Each, and an ordinary page; waits for the proxy to be there."""
    for path in (*SECRET_PATHS, "/consultations/"):
        assert wait_until(partial(answers, server + path), patience=60)


def answers(address: str) -> bool:
    """Whether the proxy is there; it says that the web server is not."""
    trusting = ssl._create_unverified_context()
    try:
        urlopen(address, timeout=60, context=trusting).close()
    except HTTPError as error:
        return error.code == 502
    except OSError:
        return False
    return True
