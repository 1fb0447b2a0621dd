"""The demo's people have a public password: they are created in the demo's database only."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.demo.guard import require_demo
from config.demo.prepare import prepare
from consultations.founding.acts import begin
from consultations.models import Consultation
from delegations.models import User

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture
def real() -> None:
    begin(email="mia@un.example", name="", title="Plan", slug="", language="en")


def test_settings_that_are_not_the_demos_are_refused(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="settings are not the demo's"):
        call_command("seed_demo")
    assert not User.objects.exists()


@pytest.mark.usefixtures("real")
def test_a_database_with_a_real_consultation_is_refused(settings: Any) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match="holds a real consultation"):
        call_command("seed_demo")
    assert [user.email for user in User.objects.all()] == ["mia@un.example"]


def test_a_database_with_accounts_and_nothing_invented_is_refused(settings: Any) -> None:
    settings.DEMO = True
    User.objects.create_user("operator@un.example", name="Operator")
    with pytest.raises(CommandError, match="accounts that are not the demo's"):
        call_command("seed_demo")
    assert not Consultation.objects.exists()


def test_an_empty_database_and_the_demos_own_are_taken(settings: Any) -> None:
    settings.DEMO = True
    require_demo()
    User.objects.create_user("facilitator@demo.example", name="Facilitator")
    Consultation.objects.create(slug="plan", title="Plan", is_invented=True)
    require_demo()


@pytest.mark.usefixtures("real")
def test_the_demo_ends_with_a_sentence_before_it_touches_a_real_database(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = True
    with pytest.raises(SystemExit, match="holds a real consultation"):
        prepare()
    assert capsys.readouterr().out == ""
