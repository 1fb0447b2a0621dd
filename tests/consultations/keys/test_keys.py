"""Keys of programs: shown once, kept as a fingerprint, ended by their owner alone."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from consultations.keys.acts import end_token, make_token
from consultations.models import ApiToken
from consultations.rules.access import Refused
from tests.consultations.people.people import KEPT, House, key_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def test_a_key_is_shown_once(house: House) -> None:
    client = signed_in(house.focal_point)
    sent = {"capacity": key_of(house.focal_point), "name": "Nightly export"}
    page = client.post("/keys/", sent).content.decode()
    shown = re.search(r'<code class="key" dir="ltr">([\w-]+)</code>', page)
    assert shown is not None
    later_page = client.get("/keys/").content.decode()
    assert "Nightly export" in later_page
    assert shown[1] not in later_page


def test_a_key_lasts_as_long_as_its_owner_says_and_a_year_at_most(house: House) -> None:
    client, own = signed_in(house.focal_point), {"capacity": key_of(house.focal_point)}
    client.post("/keys/", own | {"name": "Nightly export", "lifetime": "30"})
    token = ApiToken.objects.get()
    assert token.expires_at - token.created_at == timedelta(days=30)
    page = client.get("/keys/").content.decode()
    assert "expires " in page and "never used" in page
    too_long = client.post("/keys/", own | {"name": "For ever", "lifetime": "4000"})
    assert too_long.status_code == 422 and ApiToken.objects.count() == 1
    with pytest.raises(ValidationError, match="at most a year"):
        make_token(
            actor=house.access(house.focal_point), name="For ever", lifetime=timedelta(days=366)
        )
    ApiToken.objects.update(expires_at=token.created_at, last_used_at=token.created_at)
    page = client.get("/keys/").content.decode()
    assert "expired " in page and "last used " in page


def test_a_key_is_ended_by_its_owner_alone(house: House) -> None:
    mine = signed_in(house.focal_point)
    mine.post("/keys/", {"capacity": key_of(house.focal_point), "name": "Nightly export"})
    path = f"/keys/{ApiToken.objects.get().public_id}/end/"
    theirs = signed_in(house.deputy).post(path, {"capacity": key_of(house.deputy)})
    assert theirs.status_code == 404
    assert mine.get(path).status_code == 302
    mine.post(path, {"capacity": key_of(house.focal_point)})
    assert ApiToken.objects.get().ended_at is not None


def test_a_key_is_kept_only_as_its_fingerprint_and_ended_by_its_owner(house: House) -> None:
    access = house.access(house.focal_point)
    token, key = make_token(actor=access, name="script")
    assert key not in str(ApiToken.objects.values().get(pk=token.pk))
    assert token.capacity == access.capacity.key
    with pytest.raises(Refused, match="somebody else"):
        end_token(actor=house.access(house.deputy), token=token)
    assert end_token(actor=access, token=token).ended_at == access.moment
