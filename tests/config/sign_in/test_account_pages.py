"""The pages of an account say what happened and what to do, with one link on."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from delegations.models import User

pytestmark = pytest.mark.django_db
DEAD_ENDS = ["account_reset_password_done", "account_inactive", "account_signup"]


@pytest.mark.parametrize("email", ["ana@mission.example", "nobody@mission.example"])
def test_the_page_of_the_code_promises_one_only_to_an_account(email: str) -> None:
    User.objects.create(email="ana@mission.example", name="Ana")
    answer = Client().post(reverse("account_request_login_code"), {"email": email}, follow=True)
    body = " ".join(answer.content.decode().split())

    assert f"If {email} has an account, a code is on its way to it." in body
    assert "has been sent" not in body
    assert len(mail.outbox) == 1


def test_the_page_of_the_code_has_one_word_for_it_in_arabic() -> None:
    client = Client(headers={"accept-language": "ar"})
    asked = {"email": "nobody@mission.example"}
    body = client.post(reverse("account_request_login_code"), asked, follow=True).content.decode()

    assert ">الرمز</label>" in " ".join(body.split()).replace("> ", ">").replace(" <", "<")
    assert "شفرة" not in body and "كود" not in body


@pytest.mark.parametrize("name", DEAD_ENDS)
def test_where_nothing_can_be_filled_in_a_button_leads_to_sign_in(name: str) -> None:
    body = Client().get(reverse(name)).content.decode()

    assert f'<a class="button button--strong" href="{reverse("account_login")}">' in body


def test_a_link_to_a_new_password_that_is_not_valid_leads_to_another_one() -> None:
    old = {"uidb36": "1", "key": "abc-0123456789"}
    body = Client().get(reverse("account_reset_password_from_key", kwargs=old)).content.decode()

    assert "This link is not valid" in body
    assert f'href="{reverse("account_reset_password")}">A new password</a>' in body
