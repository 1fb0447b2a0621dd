"""`begin` makes a consultation in an empty database and signs its secretariat in; `help_person`."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.test import Client

from consultations.models import Consultation, Facilitation, Mail, MailKind
from delegations.models import Delegation, GroupMembership, SignInLink, User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import furnish

pytestmark = pytest.mark.django_db

WORDS = {"email": "mia@un.example", "title": "Plan of Action", "language": "fr"}


def run(name: str, *arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def signed_in_by(output: str) -> Client:
    """A browser that opened the printed link and pressed its button."""
    [path] = re.findall(r"http://[^/]+(/sign-in/\S+)", output)
    client = Client()
    client.get(path)
    client.post("/sign-in/")
    return client


def test_an_empty_database_becomes_a_consultation_with_its_secretariat(
    mailoutbox: list[Any],
) -> None:
    output = run("begin", **WORDS)

    assert Delegation.objects.filter(kind="member_state").count() == 193
    assert GroupMembership.objects.exists()
    consultation = Consultation.objects.get()
    assert (consultation.slug, consultation.is_invented) == ("plan-of-action", False)
    person = User.objects.get()
    assert (person.email, person.language, person.is_staff) == ("mia@un.example", "fr", True)
    assert Facilitation.objects.get().role == "secretariat"
    [mail] = mailoutbox
    [link] = re.findall(r"http://\S+/sign-in/\S+", output)
    assert (mail.to, link in mail.body) == (["mia@un.example"], True)


def test_the_printed_link_leads_to_the_secretariats_desk() -> None:
    with lazy_loads_allowed():
        client = signed_in_by(run("begin", **WORDS))
        assert client.get("/desk/").status_code == 200
        assert client.get("/consultations/plan-of-action/").status_code == 200


def test_a_second_time_nothing_is_made_but_a_link() -> None:
    run("begin", **WORDS)
    output = run("begin", **WORDS)

    assert "0 added" in output
    assert "There was an account already" in output
    assert "The consultation stands already" in output
    assert (Consultation.objects.count(), User.objects.count()) == (1, 1)
    assert Facilitation.objects.count() == 1
    assert SignInLink.objects.count() == 2


def test_nobody_is_put_beside_a_secretariat_that_serves() -> None:
    run("begin", **WORDS)
    with pytest.raises(CommandError, match=r"mia@un\.example can name more people"):
        run("begin", **WORDS | {"email": "other@un.example"})
    assert Facilitation.objects.count() == 1
    assert not User.objects.filter(email="other@un.example").exists()


def test_a_consultation_that_nobody_serves_any_more_gets_a_secretariat_and_the_record_says_so() -> (
    None
):
    run("begin", **WORDS)
    User.objects.update(is_active=False)
    run("begin", **WORDS | {"email": "elsewhere@un.example", "title": "Other talks"})
    run("begin", **WORDS | {"email": "new@un.example"})
    given = Facilitation.objects.get(user__email="new@un.example")
    assert given.history.get().history_change_reason == "operator, manage.py begin"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"slug": "not an address"}, "slug: "),
        ({"email": "nobody"}, "email: "),
    ],
)
def test_what_does_not_fit_is_said_in_a_line_and_nothing_is_made(
    changed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("begin", **WORDS | changed)
    assert not (Consultation.objects.exists() or User.objects.exists())


def test_where_no_mail_server_answers_the_link_is_printed_all_the_same(settings: Any) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1},
        }
    }
    output = run("begin", **WORDS)
    assert "/sign-in/" in output
    assert "did not take the mail" in output


# --- Somebody is lost later -----------------------------------------------------------------------


def test_who_lost_phone_and_key_comes_in_again(mailoutbox: list[Any]) -> None:
    house = furnish()
    TOTP.activate(house.focal_point, generate_totp_secret())
    RecoveryCodes.activate(house.focal_point)

    output = run("help_person", house.focal_point.email.upper())

    assert "focal point, Portugal" in output
    assert "Second steps taken away: 2" in output
    assert not Authenticator.objects.exists()
    assert SignInLink.objects.get().made_by == "operator, manage.py help_person"
    # Whoever is on the telephone gets the link, and nobody else.
    assert [mail.kind for mail in Mail.objects.all()] == [MailKind.SECOND_STEP_ENDED]
    assert mailoutbox == []
    told = User.history.filter(id=house.focal_point.pk).latest().history_change_reason
    assert told == "operator, manage.py help_person"
    with lazy_loads_allowed():
        assert "_auth_user_id" in signed_in_by(output).session


def test_help_for_nobody_and_for_a_closed_account_is_refused() -> None:
    house = furnish()
    with pytest.raises(CommandError, match="no account with the address"):
        run("help_person", "nobody@example.org")
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="is deactivated"):
        run("help_person", house.deputy.email)
    assert not SignInLink.objects.exists()
