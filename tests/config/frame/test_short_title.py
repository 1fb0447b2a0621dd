"""What a consultation is called at the top of every page: by its short title, where it has one."""

import pytest

from consultations.founding.acts import edit_consultation
from consultations.models import Consultation
from tests.consultations.people.people import KEPT, House, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def test_the_top_of_a_page_says_the_short_title(house: House) -> None:
    edit_consultation(
        access=house.access(house.secretariat),
        title="Plan of Action against Trafficking in Persons",
        short_title="Trafficking",
    )
    page = signed_in(house.secretariat).get(house.path("meetings/")).content.decode()
    assert 'title="Plan of Action against Trafficking in Persons">Trafficking</a></li>' in page
    assert '<bdi class="capacity__role">Trafficking</bdi>' in page


def test_without_one_it_says_the_title(house: House) -> None:
    page = signed_in(house.secretariat).get(house.path("meetings/")).content.decode()
    assert 'title="Plan of Action">Plan of Action</a></li>' in page
    assert '<bdi class="capacity__role">Plan of Action</bdi>' in page


def test_it_is_given_where_a_consultation_is_founded(house: House) -> None:
    sent = {"title": "Code of Conduct on Recruitment", "short_title": "Recruitment"}
    sent["time_zone"] = "America/New_York"
    assert signed_in(house.secretariat).post("/consultations/new/", sent).status_code == 302
    founded = Consultation.objects.get(slug="code-of-conduct-on-recruitment")
    assert (founded.short_title, founded.history.get().short_title) == ("Recruitment",) * 2
