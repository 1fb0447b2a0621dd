"""What probes ask: whether the process answers, and whether its servers do."""

import logging

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("host", ["10.0.3.7:8000", "[fd00::7]:8000", "web", ""])
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/health/live/", {"live": True}),
        ("/health/ready/", {"database": True, "cache": True}),
    ],
)
def test_a_probe_is_answered_by_number_and_by_any_name(
    host: str, path: str, answer: dict[str, bool], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        response = Client().get(path, headers={"host": host})
    assert (response.status_code, response.json()) == (200, answer)
    assert caplog.records == []


def test_every_other_page_is_asked_for_by_our_own_name() -> None:
    assert Client().get("/account/login/", headers={"host": "10.0.3.7"}).status_code == 400


def test_a_probe_only_reads() -> None:
    assert Client().post("/health/live/").status_code == 405
