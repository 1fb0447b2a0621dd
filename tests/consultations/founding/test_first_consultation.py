"""A superuser without a function is led to create a first consultation."""

import pytest

from consultations.models import Facilitation
from delegations.models import Delegation, User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import signed_in

pytestmark = pytest.mark.django_db

SENT = {"title": "Plan of Action", "slug": "", "time_zone": "America/New_York"}


@pytest.fixture
def superuser() -> User:
    return User.objects.create_superuser("mia@un.example", name="Mia")


def test_the_desk_leads_a_superuser_without_a_function_to_the_beginning(superuser: User) -> None:
    with lazy_loads_allowed():
        answer = signed_in(superuser).get("/desk/", follow=True)
    assert answer.redirect_chain[-1] == ("/consultations/new/", 302)
    assert answer.status_code == 200
    assert "Create a consultation" in signed_in(superuser).get("/").content.decode()


def test_the_form_loads_the_delegations_and_makes_its_sender_the_secretariat(
    superuser: User,
) -> None:
    client = signed_in(superuser)
    answer = client.post("/consultations/new/", SENT)

    assert answer.headers["Location"] == "/consultations/plan-of-action/setting-up/"
    assert client.get("/consultations/plan-of-action/").status_code == 200
    assert Delegation.objects.filter(kind="member_state").count() == 193
    assert Facilitation.objects.get().role == "secretariat"
    with lazy_loads_allowed():
        assert client.get("/desk/").status_code == 200
