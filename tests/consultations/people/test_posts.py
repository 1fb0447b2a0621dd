"""Posts on the people page: who may submit, former holders, and access that ends at once."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from consultations.keys.acts import make_token
from consultations.models import ApiToken
from consultations.people.functions import give_function
from consultations.rules.access_factory import capacities_of, make_actor
from consultations.seats.acts import seat_delegation
from consultations.web.activity import activity_key
from consultations.web.view_decorators import CAPACITY_SESSION_KEY
from delegations.acts import add_delegation, give_post
from delegations.models import Invitation, Post, User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import KEPT, House, furnish, key_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def by_password(user: User) -> Client:
    """A browser that signed in as a person does, with a session of its own in the list."""
    user.set_password("a long enough secret")
    user.save()
    client = Client(HTTP_USER_AGENT="Firefox/140")
    with lazy_loads_allowed():
        sent = {"login": user.email, "password": "a long enough secret"}
        assert client.post("/account/login/", sent).status_code == 302
    return client


def program_of(user: User) -> APIClient:
    """A program with a key that the user made in their one capacity."""
    _token, key = make_token(actor=make_actor(user, key_of(user)), name="A program")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def post_of(user: User) -> Post:
    return Post.objects.select_related("user", "delegation").get(user=user, ended_at=None)


def people_page(house: House, user: User) -> str:
    page = signed_in(user).get(house.path("people/")).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(page)).split())


# --- Access ends at once --------------------------------------------------------------------------


def test_a_live_session_and_a_live_key_stop_when_the_post_ends(house: House) -> None:
    browser, program = by_password(house.deputy), program_of(house.deputy)
    rounds = "/api/v1/consultations/plan/rounds/"
    assert browser.get(house.path("people/")).status_code == 200
    assert program.get(rounds).status_code == 200

    path = house.path(f"people/{post_of(house.deputy).public_id}/end/")
    sent = {"capacity": key_of(house.focal_point)}
    assert signed_in(house.focal_point).post(path, sent).status_code == 302

    assert browser.get(house.path("people/")).headers["Location"].startswith("/account/login/")
    assert not UserSession.objects.filter(user=house.deputy).exists()
    assert program.get(rounds).status_code == 401
    assert ApiToken.objects.get().ended_at is not None


def test_in_other_posts_the_person_goes_on_after_signing_in_again(house: House) -> None:
    give_post(
        actor=house.access(house.secretariat),
        user=house.deputy,
        delegation=house.cabo_verde,
        role="contributor",
    )
    path = house.path(f"people/{Post.objects.get(user=house.deputy, role='deputy').public_id}/end/")
    signed_in(house.focal_point).post(path, {"capacity": key_of(house.focal_point)})
    assert [held.name for held in capacities_of(house.deputy)] == ["Cabo Verde"]
    assert signed_in(house.deputy).get(house.path("people/")).status_code == 200


def test_the_secretariat_is_told_that_a_focal_point_is_the_last(house: House) -> None:
    def asked(user: User) -> str:
        path = house.path(f"people/{post_of(user).public_id}/end/")
        return signed_in(house.secretariat).get(path).content.decode()

    assert "Nobody could then submit for Portugal" in asked(house.focal_point)
    assert "nobody can submit" not in asked(house.deputy)


def test_the_secretariat_sees_which_delegations_have_lost_their_focal_point(house: House) -> None:
    assert "Without a focal point" not in people_page(house, house.secretariat)
    path = house.path(f"people/{post_of(house.focal_point).public_id}/end/")
    signed_in(house.secretariat).post(path, {"capacity": key_of(house.secretariat)})
    page = people_page(house, house.secretariat)
    assert "Without a focal point Nobody can submit for these delegations" in page
    assert "Invite a focal point below. Portugal" in page
    assert "Without a focal point" not in people_page(house, house.neighbour)


def test_the_secretariat_reads_who_holds_the_posts_of_twenty_delegations_at_a_time(
    house: House,
) -> None:
    access = house.access(house.secretariat)
    for number in range(19):
        name = f"Zone {number:02}"
        made = add_delegation(
            actor=access, kind="member_state", code=f"Z{number:02}", short_en=name
        )
        seat_delegation(access=access, delegation=made)
        person = User.objects.create(email=f"{number}@zone.example", name=f"Person {number:02}")
        give_post(actor=access, user=person, delegation=made, role="focal_point")

    pages = [
        signed_in(house.secretariat).get(house.path("people/"), {"page": page}).content.decode()
        for page in (1, 2)
    ]
    told = [set(re.findall(r"Person \d\d", page)) for page in pages]
    assert [len(people) for people in told] == [18, 1]
    assert told[0].isdisjoint(told[1])
    assert all("21 delegations have a seat" in page for page in pages)
    assert all("<details open>" in page for page in pages), "a chosen page is in sight"


# --- A post is handed over ------------------------------------------------------------------------


def hand_over(house: House, client: Client, **sent: str) -> Any:
    path = house.path(f"people/{post_of(house.focal_point).public_id}/hand-over/")
    return client.post(path, {"capacity": key_of(house.focal_point)} | sent)


def test_one_page_says_what_a_hand_over_does_asks_to_whom_and_leads_back(house: House) -> None:
    path = house.path(f"people/{post_of(house.focal_point).public_id}/hand-over/")
    page = signed_in(house.focal_point).get(path).content.decode()
    assert "Ana is focal point of Portugal." in page
    assert "Somebody with a post here takes it immediately, a new person on accepting." in page
    assert "What was drafted and submitted stays with the delegation." in page
    assert f'<a class="button" href="{house.path("people/")}">Go back</a>' in page
    assert re.search(r'value="deputy"[^>]*checked', page), "the present holder stays, unless said"


def test_a_hand_over_holds_at_once(house: House) -> None:
    client, program = signed_in(house.focal_point), program_of(house.focal_point)
    choice = {
        "successor": str(post_of(house.deputy).public_id),
        "former_becomes": "deputy",
    }
    done = hand_over(house, client, **choice)
    assert done.headers["Location"] == house.path("people/")
    assert post_of(house.deputy).role == "focal_point"
    assert post_of(house.focal_point).role == "deputy"
    # Ana goes on as deputy in the same browser; the key she made as focal point opens nothing.
    assert client.session["capacity"] == key_of(house.focal_point)
    assert "Invite a person" not in client.get(house.path("people/")).content.decode()
    assert program.get("/api/v1/consultations/plan/rounds/").status_code == 401


def test_whoever_hands_over_and_leaves_is_shown_what_they_still_hold(house: House) -> None:
    client = signed_in(house.focal_point)
    deputy = str(post_of(house.deputy).public_id)
    done = hand_over(house, client, successor=deputy, former_becomes="")
    assert done.headers["Location"] == "/"
    page = client.get("/").content.decode()
    assert "Duarte is now focal point of Portugal." in page
    assert "No consultation yet" in page


def test_a_post_is_offered_to_somebody_new(house: House) -> None:
    client = signed_in(house.focal_point)
    assert hand_over(house, client, successor="new").status_code == 422
    choice = {"successor": "new", "email": "luisa@example.org", "former_becomes": ""}
    assert hand_over(house, client, **choice).status_code == 302
    assert Invitation.objects.get().succeeds_id == post_of(house.focal_point).pk
    assert "Invited to take over the post of focal point" in people_page(house, house.focal_point)


def test_only_the_post_of_a_focal_point_is_handed_over(house: House) -> None:
    path = house.path(f"people/{post_of(house.deputy).public_id}/hand-over/")
    assert signed_in(house.focal_point).get(path).status_code == 404
    theirs = house.path(f"people/{post_of(house.neighbour).public_id}/hand-over/")
    assert signed_in(house.focal_point).get(theirs).status_code == 403
    assert signed_in(house.secretariat).get(theirs).status_code == 200


def test_what_was_typed_before_a_higher_post_came_is_taken_in_it(house: House) -> None:
    """Duarte types as deputy while he is made focal point."""
    client, before = signed_in(house.deputy), key_of(house.deputy)
    client.get(house.path("people/"))
    deputy = str(post_of(house.deputy).public_id)
    hand_over(house, signed_in(house.focal_point), successor=deputy)
    assert key_of(house.deputy) == before
    sent = {"capacity": before, "email": "typed@example.org", "role": "deputy"}
    assert client.post(house.path("people/"), sent).status_code == 302
    assert Invitation.objects.get(email="typed@example.org").invited_by_id == house.deputy.pk


def test_words_that_a_lower_post_may_not_send_are_shown_again(house: House) -> None:
    """Ana types as focal point while her post passes on: nothing is written, nothing lost."""
    client, before = signed_in(house.focal_point), key_of(house.focal_point)
    client.get(house.path("people/"))
    deputy = str(post_of(house.deputy).public_id)
    hand_over(
        house,
        signed_in(house.focal_point),
        successor=deputy,
        former_becomes="deputy",
    )
    sent = {"capacity": before, "email": "typed@example.org", "role": "deputy"}
    answer = client.post(house.path("people/"), sent)
    assert answer.status_code == 403
    assert "typed@example.org" in answer.content.decode()
    assert not Invitation.objects.filter(email="typed@example.org").exists()


def test_a_session_and_a_program_that_name_the_post_go_on(house: House) -> None:
    """Before, a capacity was named by the post: what was signed in then is not signed out."""
    old = f"post:{post_of(house.focal_point).public_id}"
    client = signed_in(house.focal_point)
    session = client.session
    session[CAPACITY_SESSION_KEY] = old
    session.save()
    assert client.get(house.path("people/")).status_code == 200
    asked = f"/api/v1/consultations/{house.consultation.slug}/rounds/"
    assert client.get(asked, HTTP_X_CAPACITY=old).status_code == 200
    colleague = f"post:{post_of(house.neighbour).public_id}"
    assert client.get(asked, HTTP_X_CAPACITY=colleague).status_code == 409
    assert client.get(asked, HTTP_X_CAPACITY="post:1").status_code == 409


# --- Several posts, and a function elsewhere ------------------------------------------------------


def test_one_person_holds_posts_in_two_delegations_and_leads_elsewhere(house: House) -> None:
    other = furnish("other", "desk2@un.example")
    give_post(
        actor=house.access(house.secretariat),
        user=house.neighbour,
        delegation=house.portugal,
        role="contributor",
    )
    give_function(
        access=other.access(other.secretariat), user=house.neighbour, role="co_facilitator"
    )
    seat_delegation(access=other.access(other.secretariat), delegation=house.portugal)
    held = {(c.role_words, c.name): c.key for c in capacities_of(house.neighbour)}
    assert set(held) == {
        ("focal point", "Cabo Verde"),
        ("contributor", "Portugal"),
        ("co-facilitator", "Plan of Action"),
    }
    client = signed_in(house.neighbour)

    def act_as(role: str, name: str) -> None:
        client.post("/capacity/", {"key": held[role, name]})

    act_as("focal point", "Cabo Verde")
    assert "Invite a person" in client.get(house.path("people/")).content.decode()
    act_as("contributor", "Portugal")
    page = client.get(house.path("people/")).content.decode()
    assert "Invite a person" not in page
    assert "Carla" in page
    act_as("co-facilitator", "Plan of Action")
    assert client.get(other.path("people/")).status_code == 200
    assert client.get(house.path("people/")).status_code == 302  # there it takes another capacity


# --- Who may submit, and who was here -------------------------------------------------------------


def test_the_page_says_in_words_who_may_submit(house: House) -> None:
    page = people_page(house, house.contributor)
    assert "Ana ana.plan@example.org Focal point, may submit" in page
    assert "Duarte duarte.plan@example.org Deputy, drafts and clears" in page
    assert page.count("may submit") == 1


def test_a_moment_of_activity_is_written_every_five_minutes_at_most(house: House) -> None:
    client, post = signed_in(house.deputy), post_of(house.deputy)
    start = timezone.now()

    def visit(**after: float) -> Any:
        with time_machine.travel(start + timedelta(**after), tick=False):
            client.get(house.path("rounds/"))
        return Post.objects.get(pk=post.pk).last_active_at

    first = visit()
    assert first == start
    assert visit(seconds=30) == start
    # The cache's own clock is not ours to move: what it keeps is let go as after five minutes.
    key = client.session.session_key or ""
    assert cache.delete(activity_key(key, house.access(post.user)))
    assert visit(minutes=6) == start + timedelta(minutes=6)
    assert post.history.count() == 1


def test_last_active_is_told_to_the_own_delegation_alone(house: House) -> None:
    signed_in(house.deputy).get(house.path("rounds/"))
    assert "Last active" in people_page(house, house.contributor)
    for user in (house.neighbour, house.secretariat, house.co_facilitator):
        page = people_page(house, user)
        if user == house.neighbour:
            page = page.partition("Co-facilitators, staff and secretariat")[2]
            assert page
        assert "Last active" not in page
        assert "Not yet active" not in page


# --- A second step, where it is asked for ---------------------------------------------------------


def second_factor(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())


@pytest.mark.parametrize("who", ["focal_point", "co_facilitator", "staff", "secretariat"])
def test_who_leads_or_submits_sets_up_a_second_step_first(
    house: House, settings: Any, who: str
) -> None:
    settings.REQUIRE_MFA = True
    user = getattr(house, who)
    client, program = signed_in(user), program_of(user)
    page = client.get(house.path("rounds/"))
    assert page.status_code == 403
    assert "you need a second sign-in step" in page.content.decode()
    assert "/account/2fa/totp/activate/" in page.content.decode()
    assert client.get("/keys/").status_code == 403
    for path in ("/api/v1/consultations/", "/api/v1/consultations/plan/rounds/"):
        answer = program.get(path)
        assert answer.status_code == 403
        assert "you need a second sign-in step" in answer.json()["detail"]
    second_factor(user)
    assert client.get(house.path("rounds/")).status_code == 200
    assert program.get("/api/v1/consultations/plan/rounds/").status_code == 200


def test_deputies_and_contributors_are_not_asked_for_one(house: House, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    for user in (house.deputy, house.contributor):
        assert signed_in(user).get(house.path("rounds/")).status_code == 200
        assert program_of(user).get("/api/v1/consultations/plan/rounds/").status_code == 200


def test_without_the_setting_nobody_is_asked(house: House) -> None:
    assert signed_in(house.focal_point).get(house.path("rounds/")).status_code == 200


def test_the_desk_asks_for_it_too(house: House, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    client = signed_in(house.secretariat)
    with lazy_loads_allowed():
        refused = client.get("/desk/", follow=True)
        assert refused.status_code == 403
        assert "you need a second sign-in step" in refused.content.decode()
        second_factor(house.secretariat)
        assert client.get("/desk/").status_code == 200


def test_words_sent_before_the_second_step_are_shown_again(house: House, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    sent = {
        "capacity": key_of(house.focal_point),
        "email": "typed@example.org",
        "role": "deputy",
    }
    answer = signed_in(house.focal_point).post(house.path("people/"), sent)
    assert answer.status_code == 403
    assert "typed@example.org" in answer.content.decode()
    assert not Invitation.objects.exists()
