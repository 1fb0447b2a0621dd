"""Functions in a consultation: offered by mail, taken up by its link, revoked and ended."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from consultations.models import Facilitation, FunctionInvitation, MailKind
from consultations.people.mail import invitation_url
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.desk_pages import letters, send
from tests.consultations.people.people import KEPT, House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def a_function(house: House, **more: str) -> FunctionInvitation:
    sent = {"email": "Rui@Portugal.example", "role": "co_facilitator", "language": "fr"}
    answer = send(house, "people/functions/", **sent, **more)
    assert answer.status_code == 302
    return FunctionInvitation.objects.select_related("consultation").latest("pk")


def test_a_co_facilitator_is_invited_by_mail_and_comes_in_by_its_link(house: House) -> None:
    offered = a_function(house, name="Rui", delegation=str(house.portugal.pk))
    [letter] = letters(MailKind.FUNCTION)
    assert letter.to == ["rui@portugal.example"]
    assert "cofacilitateur" in letter.subject and "Plan of Action" in letter.subject
    assert invitation_url(offered) in letter.body
    client = Client()
    with lazy_loads_allowed():
        client.get(urlsplit(invitation_url(offered)).path)
        page = client.get("/invitation/").content.decode()
        assert 'value="Rui"' in page and "Invitation: co-facilitator of Plan of Action" in page
        assert "As everybody who takes part in the consultation sees it." in page
        assert "Other delegations do not see it." not in page
        newcomer = {"name": "Rui Silva", "language": "fr", "time_zone": "Europe/Lisbon"}
        assert client.post("/invitation/", newcomer).status_code == 302
    held = Facilitation.objects.select_related("user").get(user__email="rui@portugal.example")
    assert (held.role, held.delegation_id) == ("co_facilitator", house.portugal.pk)
    assert held.history.get().history_change_reason == "invited, Plan of Action"
    assert client.session["capacity"] == f"facilitation:{held.public_id}"
    assert client.get(house.path()).status_code == 200
    used = Client()
    used.get(urlsplit(invitation_url(offered)).path)
    assert used.get("/invitation/").status_code == 410


def test_who_has_a_function_is_not_invited_to_it_again(house: House) -> None:
    sent = {"email": house.staff.email, "role": "staff", "language": "en"}
    answer = send(house, "people/functions/", **sent)
    assert answer.status_code == 422
    assert "Helper already has this function." in answer.content.decode()
    sent = {"email": "x@un.example", "role": "secretariat", "language": "en"}
    refused = send(house, "people/functions/", **sent, delegation=str(house.portugal.pk))
    assert refused.status_code == 422
    assert "cannot come from a delegation" in refused.content.decode()


def test_a_second_invitation_replaces_the_first_and_a_revoked_one_leads_nowhere(
    house: House,
) -> None:
    first, second = a_function(house), a_function(house)
    first.refresh_from_db()
    assert first.revoked_at is not None
    send(house, f"people/functions/invitations/{second.public_id}/revoke/")
    second.refresh_from_db()
    assert second.revoked_at is not None
    assert letters(MailKind.FUNCTION) == []


def test_a_function_is_ended_but_never_ones_own(house: House) -> None:
    held = Facilitation.objects.get(user=house.staff)
    send(house, f"people/functions/{held.public_id}/end/")
    assert Facilitation.objects.get(pk=held.pk).ended_at is not None
    own = Facilitation.objects.get(user=house.secretariat)
    assert send(house, f"people/functions/{own.public_id}/end/").status_code == 422
