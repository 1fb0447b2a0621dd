"""The compose file: its shape, its refusals, and that each of its variables is read by somebody."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("web", "worker", "beat")
# What the images read besides our settings, from their own documentation.
READ_BY_GUNICORN = {"WEB_CONCURRENCY"}
READ_BY_POSTGRES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}


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
    return dict(re.findall(r"\$\{([A-Z_]+)(:?[?-][^}]*)?\}", text))


def start_settings(**environment: str) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a process of its own, as the web server would."""
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def test_the_five_services_are_there_and_each_has_a_health_check() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "redis"}
    for name, service in SERVICES.items():
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name


def test_web_worker_and_beat_are_one_image_with_the_same_settings() -> None:
    web = dict(SERVICES["web"]["environment"])
    del web["WEB_CONCURRENCY"]
    for name in OURS:
        assert SERVICES[name]["image"] == SERVICES["web"]["image"]
        assert SERVICES[name]["build"] == "."
    assert SERVICES["worker"]["environment"] == SERVICES["beat"]["environment"] == web


def test_nothing_of_ours_starts_before_the_servers_answer() -> None:
    for name in OURS:
        needs = SERVICES[name]["depends_on"]
        assert needs["postgres"]["condition"] == needs["redis"]["condition"] == "service_healthy"


def test_only_the_web_server_listens_and_only_on_this_machine() -> None:
    listening = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert listening == {"web": ["127.0.0.1:8000:8000"]}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_given_to_the_application_is_one_it_reads(name: str) -> None:
    known = settings_read() | READ_BY_GUNICORN
    assert set(SERVICES[name]["environment"]) <= known


def test_every_variable_given_to_postgres_is_one_its_image_reads() -> None:
    assert set(SERVICES["postgres"]["environment"]) <= READ_BY_POSTGRES


def test_the_log_of_postgres_holds_no_words_of_a_statement_that_failed() -> None:
    said = SERVICES["postgres"]["command"]
    assert {"log_min_error_statement=panic", "log_error_verbosity=terse"} <= set(said)


def test_the_example_names_exactly_the_variables_that_compose_asks_for() -> None:
    assert variables_of_example() == set(substitutions())


def test_a_value_without_a_default_is_demanded_and_a_secret_never_has_one() -> None:
    example = (ROOT / ".env.example").read_text()
    demanded = {name for name, rest in substitutions().items() if rest.startswith(":?")}
    assert {"SECRET_KEY", "POSTGRES_PASSWORD"} <= demanded
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
