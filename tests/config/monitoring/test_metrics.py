"""The metrics for Prometheus: counts and gauges, in a fixed number of queries, without words."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from promql_parser import parse as parse_promql

from comments.exports.attempts import PaperState, paper_state_of
from comments.models import Export
from config.celery import QUEUES
from consultations.models import Mail, MailKind, MailState
from delegations.models import Delegation, User
from tests.config.deploy.test_compose import ROOT
from tests.failing_servers import port_that_refuses
from tests.room import SLUG, Room, marker

pytestmark = pytest.mark.every_server

TOKEN = "metrics-token-of-thirty-two-letters"
HEAD = {"Authorization": f"Bearer {TOKEN}"}
SECRET = marker("not yet said")
WHO = "CPV contributor"
DEPLOY = ROOT / "deploy"


@pytest.fixture
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def read_samples(metrics: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Each sample by its name and labels, with its value."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
    }


def scrape() -> str:
    answer = Client().get("/metrics/", headers={**HEAD, "host": "10.0.3.7:8000"})
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, "text/plain")
    return answer.content.decode()


def value(metrics: str, name: str, **labels: str) -> float:
    return read_samples(metrics).get((f"consultations_{name}", frozenset(labels.items())), 0.0)


def write_mails(room: Room) -> None:
    """A digest and a receipt of every state."""
    now = timezone.now()
    by_state: dict[MailState, dict[str, Any]] = {
        MailState.WAITING: {},
        MailState.SENT: {"sent_at": now},
        MailState.PAGE_OPENED: {"sent_at": now, "opened_at": now},
        MailState.REFUSED: {"refused_at": now},
        MailState.BOUNCED: {"sent_at": now, "bounced_at": now},
        MailState.DROPPED: {"dropped_at": now},
    }
    for kind in (MailKind.DIGEST, MailKind.RECEIPT):
        for fields in by_state.values():
            reader = room.users[WHO]
            Mail.objects.create(kind=kind, consultation=room.consultation, reader=reader, **fields)


def signed_in(room: Room, who: str = WHO) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


# --- Who may read it ------------------------------------------------------------------------------


def test_without_a_token_in_the_settings_there_is_no_such_address(db: None) -> None:
    assert settings.METRICS_TOKEN == ""
    for headers in ({}, {"Authorization": "Bearer "}):
        assert Client().get("/metrics/", headers=headers).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Token {TOKEN}", TOKEN])
def test_without_the_token_nothing_is_told(db: None, token: None, given: str) -> None:
    answer = Client().get("/metrics/", headers={"Authorization": given})
    assert (answer.status_code, answer.content) == (401, b"")


# --- What it says ---------------------------------------------------------------------------------


def test_requests_are_counted_by_view_and_never_by_address(room: Room, token: None) -> None:
    client, comment = signed_in(room), room.comment("CPV draft")
    counted = {"view": "comment", "method": "GET", "status": "200"}
    before = scrape()
    for _time in range(3):
        client.get(reverse("comment", args=[SLUG, comment.public_id]))
    client.get("/nowhere.php")
    metrics = scrape()
    assert value(metrics, "requests_total", **counted) == 3 + value(
        before, "requests_total", **counted
    )
    assert value(metrics, "request_seconds_count", view="comment") >= 3
    assert value(metrics, "requests_total", view="none", method="GET", status="404") >= 1
    assert str(comment.public_id) not in metrics and SLUG not in metrics


def test_an_unknown_address_counts_as_a_wrong_password(room: Room, token: None) -> None:
    before = scrape()
    form = {"login": "nobody@example.org", "password": "a long password"}
    Client().post(reverse("account_login"), form)
    more = value(scrape(), "sign_ins_total", outcome="wrong_password")
    assert more == 1 + value(before, "sign_ins_total", outcome="wrong_password")


def test_sign_ins_and_wrong_passwords_are_counted(room: Room, token: None) -> None:
    person = User.objects.get(pk=room.users[WHO].pk)
    person.set_password("a long password")
    person.save()
    before = scrape()
    for password in ("wrong", "a long password"):
        form = {"login": person.email, "password": password}
        Client().post(reverse("account_login"), form)
    metrics = scrape()
    for outcome in ("signed_in", "wrong_password"):
        more = value(metrics, "sign_ins_total", outcome=outcome)
        assert more == 1 + value(before, "sign_ins_total", outcome=outcome)


def test_mails_and_digests_stand_by_how_far_they_are(room: Room, token: None) -> None:
    write_mails(room)
    metrics = scrape()
    for state in MailState:
        rows = Mail.objects.in_state(state)
        assert value(metrics, "mails", state=state) == rows.count(), state
        assert value(metrics, "digests", state=state) == rows.filter(kind="digest").count(), state
    assert all(Mail.objects.in_state(state).exists() for state in MailState)


def test_papers_stand_where_their_owners_see_them(room: Room, token: None) -> None:
    now = timezone.now()
    past, coming = now - timedelta(hours=2), now + timedelta(hours=2)
    states: list[dict[str, Any]] = [
        {},
        {"heartbeat_at": now},
        {"heartbeat_at": past},
        {"finished_at": now, "file": "a", "expires_at": coming},
        {"finished_at": now, "file": "a", "expires_at": past},
        {"finished_at": now, "error": "It failed."},
        {"finished_at": now, "cancelled_at": now},
    ]
    for fields in states:
        Export.objects.create(
            consultation=room.consultation,
            owner=room.users[WHO],
            capacity=room.capacities[WHO],
            parameters={},
            cut_off=now,
            asked_at=past,
            **fields,
        )
    metrics, moment = scrape(), timezone.now()
    stand = [paper_state_of(export, moment) for export in Export.objects.all()]
    assert set(stand) == set(PaperState)
    for state in PaperState:
        assert value(metrics, "exports", state=state) == stand.count(state), state
    assert 7200 <= value(metrics, "export_oldest_unfinished_seconds") < 7300


def test_connections_are_those_of_this_database(db: None, token: None) -> None:
    metrics = scrape()
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        assert value(metrics, "database_connections_most") == int(cursor.fetchone()[0])
    assert value(metrics, "database_connections", state="active") >= 1
    assert value(metrics, "database_up") == value(metrics, "broker_up") == 1
    assert {queue for queue in QUEUES if f'queue="{queue}"' in metrics} == set(QUEUES)


def test_the_number_of_questions_is_fixed(room: Room, token: None) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            scrape()
        return len(asked)

    before = questions()
    write_mails(room)
    assert questions() == before == 3


def test_with_a_server_away_the_rest_is_still_told(db: None, token: None, settings: Any) -> None:
    with port_that_refuses() as port:
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        metrics = scrape()
    assert (value(metrics, "broker_up"), value(metrics, "database_up")) == (0, 1)
    assert "consultations_queue_messages" not in metrics and "consultations_mails" in metrics


# --- What it never says ---------------------------------------------------------------------------

LABELS = {"database", "view", "method", "status", "le", "state", "queue", "part", "outcome"}


def test_it_tells_no_word_no_name_and_no_key(room: Room, token: None) -> None:
    """After drafts, notes and refusals of every delegation in the room."""
    client = signed_in(room)
    wording = room.wording(room.revision, 2)
    form = {
        "capacity": room.capacities[WHO],
        "kind": "comment",
        "type": "substantive",
        "language": "en",
        "rationale": f"Because {SECRET}.",
        "form_key": "5d0f3c9e-0000-4000-8000-000000000000",
    }
    answer = client.post(reverse("draft_comment", args=[SLUG, wording.public_id]), form)
    assert answer.status_code == 302
    client.get(reverse("search", args=[SLUG]), {"q": SECRET})
    client.get(f"/calendar/{SECRET}/")
    client.generic(SECRET, "/account/login/")
    metrics = scrape()
    people = [word for user in User.objects.all() for word in (user.email, user.name)]
    names = [str(delegation) for delegation in Delegation.objects.all()]
    keys = [str(key) for key in Mail.objects.values_list("public_id", flat=True)]
    words = [SECRET, SLUG, *map(marker, room.comments), *people, *names, *keys]
    assert [word for word in words if word and word in metrics] == []
    assert {label for _name, labels in read_samples(metrics) for label, _value in labels} <= LABELS
    codes = [f'"{code}"' for code in Delegation.objects.values_list("code", flat=True)]
    assert [code for code in codes if code in metrics] == []


def test_a_draft_changes_only_how_often_a_view_was_asked(room: Room, token: None) -> None:
    """None of the numbers that are asked of the database moves by it."""

    def asked() -> Iterator[str]:
        live = ("sign_ins", "requests", "request_", "database_conn", "heartbeat", "oldest")
        for line in scrape().splitlines():
            if not any(word in line for word in live):
                yield line

    before = list(asked())
    client, wording = signed_in(room), room.wording(room.revision, 2)
    client.post(
        reverse("typing", args=[SLUG, wording.public_id]),
        {"capacity": room.capacities[WHO], "rationale": SECRET},
    )
    assert list(asked()) == before


# --- Dashboard and alerts -------------------------------------------------------------------------

ALERTS = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARD = DEPLOY / "grafana" / "consultations.json"
SCRAPING = DEPLOY / "prometheus" / "scrape.yml"


def alerts() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(ALERTS.read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return found


def expressions() -> list[str]:
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*asked, *(rule["expr"] for rule in alerts())]


# Only where there are replicas: tests/config/replicas/test_replicas.py reads their values.
OF_REPLICAS = {"consultations_replica_up", "consultations_replica_lag_seconds"}


def sample_names(metrics: str) -> set[str]:
    return {
        sample.name
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
    }


def test_alerts_and_dashboard_ask_for_metrics_that_there_are(room: Room, token: None) -> None:
    """All after one request, one sign-in, one page from a replica, and a beat of whoever beats."""
    from config.monitoring.counters import READS
    from config.outages import heartbeats

    READS.labels("replica")

    heartbeats._noted_at_by_part.clear()
    heartbeats.note_alive([heartbeats.CLOCK])
    signed_in(room).get(reverse("consultation", args=[SLUG]))
    there = sample_names(scrape()) | OF_REPLICAS
    named = {name for text in expressions() for name in re.findall(r"\bconsultations_\w+", text)}
    assert named - there == set()
    parts = ("_bucket", "_sum", "_count", "_created")
    assert sorted(name for name in there - named if not name.endswith(parts)) == []


def test_every_expression_is_promql() -> None:
    for text in expressions():
        parse_promql(text.replace("$__rate_interval", "5m"))


def test_an_alert_says_what_is_wrong_and_where_to_read_on() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text()
    names = [rule["alert"] for rule in alerts()]
    assert len(names) == len(set(names)) >= 10
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "runbook"}
        anchor = rule["annotations"]["runbook"].removeprefix("docs/operations.md#")
        assert f"\n### {anchor.replace('-', ' ')}\n" in operations.lower().replace(",", "")


def test_promtool_takes_the_rules() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("There is no promtool on this machine.")
    done = subprocess.run(["promtool", "check", "rules", ALERTS], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_is_whole() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(ids) == len(set(ids))
    for panel in panels():
        assert panel["title"] and panel["targets"] and panel["datasource"]["uid"] == "$datasource"
        place = panel["gridPos"]
        assert place["x"] >= 0 and place["x"] + place["w"] <= 24
    places = [tuple(panel["gridPos"][key] for key in "xy") for panel in panels()]
    assert len(places) == len(set(places))


def test_prometheus_is_told_the_address_and_the_token() -> None:
    [job] = yaml.safe_load(SCRAPING.read_text())["scrape_configs"]
    assert job["metrics_path"] == "/metrics/"
    assert job["authorization"]["credentials_file"]
