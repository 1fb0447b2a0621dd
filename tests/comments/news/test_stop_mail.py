"""The unsubscribe link: no sign-in, one button, and a forged link does nothing."""

import re

from django.test import Client
from django.urls import reverse

from comments.notifications.stopping import stop_token
from consultations.models import MailChoice, MailFrequency
from delegations.models import Post
from tests.room import Room

WHO = "CPV contributor"


def url(room: Room) -> str:
    return reverse("stop_mail", args=[stop_token(room.users[WHO], room.capacities[WHO])])


def often(room: Room) -> list[str]:
    rows = MailChoice.objects.filter(user=room.users[WHO])
    return list(rows.values_list("often", flat=True))


def test_opening_the_link_stops_nothing_and_asks_with_one_button(room: Room) -> None:
    response = Client().get(url(room))
    page = response.content.decode()
    assert response.status_code == 200
    assert "contributor, Cabo Verde" in page
    assert page.count("Stop these e-mails</button>") == 1
    assert often(room) == []


def test_the_button_stops_the_mails_of_this_capacity_and_of_no_other(room: Room) -> None:
    response = Client(enforce_csrf_checks=True).post(url(room))
    assert response.status_code == 200
    assert "You will get no more e-mail as contributor, Cabo Verde." in response.content.decode()
    assert MailChoice.objects.get().capacity == room.capacities[WHO]
    assert often(room) == [MailFrequency.NEVER]
    Client().post(url(room))
    assert often(room) == [MailFrequency.NEVER]


def test_a_mail_reader_stops_them_by_itself(room: Room) -> None:
    """RFC 8058: a POST without cookies, from the provider's own server."""
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        url(room),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 200
    assert "sessionid" not in response.cookies
    assert often(room) == [MailFrequency.NEVER]


def test_a_forged_or_cut_link_does_not_exist(room: Room) -> None:
    good = url(room)
    for forged in (good[:-3] + "/", good.replace("delegation:", "relegation:"), "/stop-mail/x/"):
        client = Client()
        assert client.get(forged).status_code == 404
        assert client.post(forged).status_code == 404
    assert often(room) == []


def test_the_link_of_a_post_that_ended_says_no_name(room: Room) -> None:
    Post.objects.filter(user=room.users[WHO]).update(ended_at=room.now)
    page = Client().get(url(room)).content.decode()
    assert "Cabo Verde" not in page
    assert Client().post(url(room)).status_code == 200


def test_the_page_gives_its_address_to_nothing_that_it_loads(room: Room) -> None:
    page = Client().get(url(room)).content.decode()
    assert re.findall(r'<meta name="referrer" content="([\w-]+)">', page) == ["strict-origin"]
