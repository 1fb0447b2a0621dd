"""The admin: who may use it, what it shows, and the history of a save."""

import re
from html import unescape
from typing import Any, cast

import lxml.html
import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from consultations.admin import desk
from consultations.admin_base import ActAdmin
from consultations.models import Consultation, Facilitation, Seat
from consultations.people.posts import deactivate_user
from consultations.rules.access_factory import capacities_of
from delegations.models import Delegation, GroupMembership, Mandate, Post, User
from tests.conftest import lazy_loads_allowed
from tests.consultations.people.people import KEPT, House, furnish, signed_in

pytestmark = pytest.mark.django_db

ON_THE_DESK = {
    Consultation,
    Delegation,
    Facilitation,
    GroupMembership,
    Mandate,
    Post,
    Seat,
    User,
}


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


@pytest.fixture
def client(house: House) -> Client:
    return signed_in(house.secretariat)


@pytest.fixture(autouse=True)
def _the_admin_loads_as_it_likes() -> object:
    with lazy_loads_allowed():
        yield


def test_nothing_that_delegations_say_is_on_the_desk(client: Client) -> None:
    assert set(desk._registry) == ON_THE_DESK
    index = client.get("/desk/").content.decode()
    for word in ("Comment", "Repl", "Review", "Digest", "Export", "Wording", "Revision"):
        assert word not in index


def test_the_desk_is_the_only_admin_that_has_an_address(client: Client) -> None:
    assert client.get("/admin/").status_code == 404
    assert admin.site is not desk


def test_who_leaves_the_desk_or_changes_the_password_does_it_where_all_do(client: Client) -> None:
    assert client.get("/desk/logout/").headers["Location"] == "/account/logout/"
    for page in ("password_change/", "password_change/done/"):
        assert client.get(f"/desk/{page}").headers["Location"] == "/account/password/change/"


def test_the_desk_says_as_whom_one_acts(house: House, client: Client) -> None:
    assert f"{house.secretariat.name}, secretariat" in client.get("/desk/").content.decode()


@pytest.fixture
def two_hats(house: House) -> dict[str, str]:
    """The secretariat's clerk also writes for Cabo Verde: the key of either capacity."""
    Post.objects.create(user=house.secretariat, delegation=house.cabo_verde, role="contributor")
    held = capacities_of(house.secretariat)
    return {str(capacity.role): capacity.key for capacity in held}


def test_nobody_becomes_secretariat_by_opening_the_desk(
    two_hats: dict[str, str], client: Client
) -> None:
    for key in ("", two_hats["contributor"]):
        if key:
            client.post("/capacity/", {"key": key})
        answer = client.get("/desk/delegations/post/")
        assert answer.headers["Location"] == "/capacity/?next=%2Fdesk%2Fdelegations%2Fpost%2F"
    client.post("/capacity/", {"key": two_hats["secretariat"]})
    assert client.get("/desk/delegations/post/").status_code == 200


def test_a_form_of_the_desk_sent_in_another_capacity_is_shown_again_and_not_written(
    house: House, two_hats: dict[str, str], client: Client
) -> None:
    client.post("/capacity/", {"key": two_hats["contributor"]})
    sent = {
        "kind": "member_state",
        "code": "PRT",
        "short_en": "Portugal",
        "short_fr": "Le Portugal",
    }
    answer = client.post(f"/desk/delegations/delegation/{house.portugal.pk}/change/", sent)
    assert answer.status_code == 409
    assert "Le Portugal" in answer.content.decode()
    assert "You now act as contributor, Cabo Verde" in answer.content.decode()
    assert Delegation.objects.get(pk=house.portugal.pk).short_fr == ""


@pytest.mark.parametrize("who", ["focal_point", "co_facilitator", "staff", "neighbour"])
def test_the_desk_opens_to_the_secretariat_alone(house: House, who: str) -> None:
    user = getattr(house, who)
    assert signed_in(user).get("/desk/", follow=True).status_code == 403
    User.objects.filter(pk=user.pk).update(is_staff=True)
    assert signed_in(user).get("/desk/", follow=True).status_code == 403


def test_the_mark_alone_or_the_function_alone_opens_nothing(house: House) -> None:
    User.objects.filter(pk=house.secretariat.pk).update(is_staff=False)
    assert signed_in(house.secretariat).get("/desk/", follow=True).status_code == 403


def test_who_is_not_signed_in_is_sent_to_the_sign_in_of_all_pages() -> None:
    answer = Client().get("/desk/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/")


def test_nothing_is_deleted_from_the_desk(house: House, client: Client) -> None:
    for model in ON_THE_DESK:
        path = f"/desk/{model._meta.app_label}/{model._meta.model_name}/"
        row = model._default_manager.first()
        if row is not None:
            assert client.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
            assert "deletelink" not in client.get(f"{path}{row.pk}/change/").content.decode()
        assert "delete_selected" not in client.get(path).content.decode()


def test_a_correction_leaves_user_and_capacity_in_the_history(house: House, client: Client) -> None:
    path = f"/desk/delegations/delegation/{house.portugal.pk}/"
    sent = {"kind": "member_state", "code": "PRT", "iso2": "PT", "short_en": "Portugal"}
    sent |= {"sort_key": "PORTUGAL", "short_fr": "Le Portugal"}
    assert client.post(f"{path}change/", sent).status_code == 302
    corrected = Delegation.objects.get(pk=house.portugal.pk)
    assert (corrected.short_fr, corrected.is_corrected) == ("Le Portugal", True)
    page = client.get(f"{path}history/").content.decode()
    assert "secretariat, Plan of Action" in page
    assert re.search(r"short_fr:\s+→\s+Le Portugal", page)


def test_what_an_action_refuses_stands_on_the_form(house: House, client: Client) -> None:
    sent = {"user": house.deputy.pk, "delegation": house.portugal.pk, "role": "focal_point"}
    answer = client.post("/desk/delegations/post/add/", sent)
    assert answer.status_code == 200
    assert "already has a post in Portugal" in answer.content.decode()
    assert Post.objects.filter(user=house.deputy).count() == 1


def test_the_desk_offers_no_group_for_a_post(house: House, client: Client) -> None:
    group = Delegation.objects.create(
        kind="group", code="G", short_en="The Group", sort_key="GROUP"
    )
    page = lxml.html.document_fromstring(client.get("/desk/delegations/post/add/").content)
    offered = page.get_element_by_id("id_delegation").value_options
    assert str(house.portugal.pk) in offered and str(group.pk) not in offered


def test_a_post_ends_on_the_desk_and_is_not_changed_otherwise(house: House, client: Client) -> None:
    post = Post.objects.get(user=house.deputy)
    path = f"/desk/delegations/post/{post.pk}/change/"
    client.post(path, {"role": "focal_point"})
    assert Post.objects.get(pk=post.pk).role == "deputy"
    assert client.post(path, {"end_now": "on"}).status_code == 302
    assert Post.objects.get(pk=post.pk).ended_at is not None


def test_members_and_coordinator_of_a_group_are_set_with_their_days_and_end(
    house: House, client: Client
) -> None:
    group = Delegation.objects.create(
        kind="group", code="G", short_en="The Group", sort_key="GROUP"
    )
    asked = client.get("/desk/delegations/mandate/add/").content.decode()
    assert "The first day on which it no longer holds." in asked
    for model, who in (("groupmembership", "member"), ("mandate", "coordinator")):
        base = f"/desk/delegations/{model}/"
        given = {"group": group.pk, who: house.portugal.pk, "starts_on": "2026-01-01"}
        assert client.post(f"{base}add/", given | {"ends_on": ""}).status_code == 302
        twice = client.post(f"{base}add/", given | {"ends_on": ""})
        assert twice.status_code == 200 and "already" in twice.content.decode()

        listed = client.get(base).content.decode()
        assert "Portugal" in listed and "1 Jan 2026" in listed
        row = (GroupMembership if who == "member" else Mandate).objects.get(group=group)
        page, days = f"{base}{row.pk}/change/", {"starts_on": "2026-01-01"}
        wrong = client.post(page, days | {"ends_on": "2025-01-01"})
        assert "The end must come after the start." in wrong.content.decode()
        assert client.post(page, days | {"ends_on": "2026-05-01"}).status_code == 302
        row.refresh_from_db()
        assert str(row.ends_on) == "2026-05-01"
        last = row.history.latest()
        assert (last.history_user, last.history_type) == (house.secretariat, "~")


def test_an_account_is_opened_and_deactivated_on_the_desk(house: House, client: Client) -> None:
    account = {"email": "Eva@UN.example", "name": "Eva", "language": "en", "is_active": "on"}
    account["time_zone"] = "America/New_York"
    assert client.post("/desk/delegations/user/add/", account).status_code == 302
    user = User.objects.get(email="eva@un.example")
    path = f"/desk/delegations/user/{user.pk}/change/"
    account["shown_record"] = shown_record_of(client, path)
    wrong = client.post(path, {**account, "time_zone": "Nowhere"})
    assert "Give a time zone by its name" in wrong.content.decode()
    del account["is_active"]
    assert client.post(path, account).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active


def shown_record_of(client: Client, path: str) -> str:
    """What stands in the hidden field of an account's page."""
    page = lxml.html.document_fromstring(client.get(path).content)
    return str(page.get_element_by_id("id_shown_record").value)


def test_a_form_from_before_a_deactivation_does_not_reopen_the_account(
    house: House, client: Client
) -> None:
    path = f"/desk/delegations/user/{house.deputy.pk}/change/"
    shown = {
        "email": house.deputy.email,
        "name": "Duarte Silva",
        "language": "en",
        "time_zone": "America/New_York",
        "is_active": "on",
        "shown_record": shown_record_of(client, path),
    }
    deactivate_user(actor=house.access(house.secretariat), user=house.deputy)
    for sent in (shown, {**shown, "shown_record": ""}):
        answer = client.post(path, sent)
        assert answer.status_code == 200
        assert "This account was changed meanwhile." in answer.content.decode()
    user = User.objects.get(pk=house.deputy.pk)
    assert (user.is_active, user.name) == (False, "Duarte")
    # Whoever opens the page again means it.
    again = {**shown, "shown_record": shown_record_of(client, path)}
    assert client.post(path, again).status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.name) == (True, "Duarte Silva")


def test_a_delegation_is_seated_under_an_older_name(house: House, client: Client) -> None:
    body = Delegation.objects.create(
        kind="member_state", code="TUR", short_en="Türkiye", sort_key="TURKIYE"
    )
    sent = {
        "consultation": house.consultation.pk,
        "delegation": body.pk,
        "name": "Turkey",
        "status": "participant",
    }
    assert client.post("/desk/consultations/seat/add/", sent).status_code == 302
    seat = Seat.objects.get(delegation=body)
    assert (seat.name, seat.sort_key) == ("Turkey", "TURKEY")
    path = f"/desk/consultations/seat/{seat.pk}/change/"
    assert client.post(path, {"name": "Türkiye", "status": "observer"}).status_code == 302
    assert Seat.objects.get(pk=seat.pk).status == "observer"


def test_a_consultation_is_founded_and_its_people_are_named(house: House, client: Client) -> None:
    sent = {"slug": "ocean", "title": "Ocean", "time_zone": "America/New_York"}
    assert client.post("/desk/consultations/consultation/add/", sent).status_code == 302
    founded = Consultation.objects.get(slug="ocean")
    given = {"consultation": founded.pk, "user": house.staff.pk, "role": "co_facilitator"}
    assert client.post("/desk/consultations/facilitation/add/", given).status_code == 302
    assert Facilitation.objects.filter(consultation=founded, user=house.staff).exists()


def test_rows_of_a_consultation_that_one_does_not_serve_are_not_there(client: Client) -> None:
    other = furnish("other", "desk2@un.example")
    seat = Seat.objects.filter(consultation=other.consultation).first()
    assert seat is not None
    pages = (
        f"/desk/consultations/consultation/{other.consultation.pk}/",
        f"/desk/consultations/seat/{seat.pk}/",
    )
    for page in pages:
        for view in ("change/", "history/"):
            assert client.get(f"{page}{view}").headers["Location"] == "/desk/"
    strange = {
        "consultation": other.consultation.pk,
        "delegation": other.portugal.pk,
        "name": "X",
    }
    assert client.post("/desk/consultations/seat/add/", strange).status_code == 200
    assert not Seat.objects.filter(name="X").exists()


def test_the_desk_stands_under_the_same_content_policy(client: Client) -> None:
    for path in ("/desk/", "/desk/delegations/delegation/", "/desk/delegations/user/add/"):
        answer = client.get(path)
        assert "style-src 'self';" in answer.headers["Content-Security-Policy"]
        page = answer.content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page


# --- What an address may ask of a list ------------------------------------------------------------


LISTS = sorted(desk._registry, key=lambda model: str(model._meta.label))


def _path(model: Any) -> str:
    return reverse(f"desk:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _lookups(model: Any) -> list[str]:
    """What an address could ask: each column, of the model and of what hangs on it."""
    found = []
    for field in model._meta.get_fields():
        name = field.name
        found += [name, f"{name}__isnull"]
        if field.is_relation:
            found += [
                f"{name}__{inner.name}" for inner in field.related_model._meta.concrete_fields
            ]
        else:
            found += [f"{name}__startswith", f"{name}__gte"]
    return found


@pytest.mark.parametrize("model", LISTS, ids=lambda model: str(model.__name__))
def test_a_list_of_the_desk_answers_no_question_but_those_of_its_filters(
    house: House, client: Client, model: Any
) -> None:
    declared = cast(ActAdmin, desk._registry[model]).lookups_of_filters()
    answered = [
        lookup
        for lookup in _lookups(model)
        if client.get(_path(model), {lookup: "1"}).status_code != 400
    ]
    assert set(answered) <= declared


@pytest.mark.parametrize("model", LISTS, ids=lambda model: str(model.__name__))
def test_the_filters_of_a_list_of_the_desk_still_narrow_it(
    house: House, client: Client, model: Any
) -> None:
    page = client.get(_path(model)).content.decode()
    shown = {unescape(query) for query in re.findall(r'<a href="(\?[^"]+__[^"]+)"', page)}
    assert bool(shown) == bool(desk._registry[model].list_filter)
    assert [query for query in shown if client.get(_path(model) + query).status_code != 200] == []


def test_no_hash_of_a_password_is_read_out_of_the_list_of_users(
    house: House, client: Client
) -> None:
    house.deputy.set_password("a long password")
    house.deputy.save()
    start = house.deputy.password[:8]
    assert client.get("/desk/delegations/user/", {"password__startswith": start}).status_code == 400
    assert client.get("/desk/consultations/seat/", {"filed_comments": 1}).status_code == 400
