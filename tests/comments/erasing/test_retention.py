"""Ended sessions and old unsaved words are deleted automatically; nothing else is."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.drafting.acts import save_autosave
from comments.erasing.retention import AUTOSAVES_KEPT, clear_old_autosaves
from comments.models import Autosave, Comment
from comments.tasks import clear_what_is_old
from tests.room import Room

pytestmark = pytest.mark.every_server


def _signed_in(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    # As the library of sign-in notes it.
    UserSession.objects.create(
        user=room.users[who], session_key=client.session.session_key, ip="203.0.113.9"
    )
    return client


def test_a_session_that_ended_goes_with_its_address_and_another_stays(room: Room) -> None:
    gone, stays = (_signed_in(room, who) for who in ("FRA deputy", "CPV deputy"))
    past = timezone.now() - timedelta(seconds=1)
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=past)
    assert UserSession.objects.count() == 2
    clear_what_is_old()
    assert [session.pk for session in Session.objects.all()] == [stays.session.session_key]
    [kept] = UserSession.objects.all()
    assert (kept.user_id, kept.session_key) == (
        room.users["CPV deputy"].pk,
        stays.session.session_key,
    )
    assert stays.get(reverse("capacity")).status_code == 200
    assert gone.get(reverse("capacity")).status_code == 302


def test_words_left_alone_for_long_go_and_drafts_stay(room: Room) -> None:
    drafts = set(Comment.objects.values_list("pk", "version"))
    wordings = [room.wording(room.revision, number) for number in (1, 2)]
    for wording in wordings:
        save_autosave(
            access=room.access("CPV deputy"), wording=wording, text_by_field={"rationale": "Half"}
        )
    rows = Autosave.objects.filter(user=room.users["CPV deputy"], comment=None)
    old, fresh = rows.get(wording=wordings[0]), rows.get(wording=wordings[1])
    last = timezone.now() - AUTOSAVES_KEPT
    rows.filter(pk=old.pk).update(saved_at=last - timedelta(minutes=1))
    rows.filter(pk=fresh.pk).update(saved_at=last + timedelta(minutes=1))
    others = Autosave.objects.exclude(pk=old.pk).count()
    clear_what_is_old()
    assert not Autosave.objects.filter(pk=old.pk).exists()
    assert Autosave.objects.count() == others
    assert set(Comment.objects.values_list("pk", "version")) == drafts


def test_words_left_alone_go_once_their_last_day_is_over(room: Room) -> None:
    saved_at = Autosave.objects.earliest("saved_at").saved_at
    alike = Autosave.objects.filter(saved_at=saved_at).count()
    last = saved_at + AUTOSAVES_KEPT
    assert clear_old_autosaves(last) == 0
    assert clear_old_autosaves(last + timedelta(microseconds=1)) == alike
