"""A new holder of a post keeps its drafts, watches, mails and files."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import Traveller as Clock

from comments.drafting.acts import save_autosave
from comments.exports.acts import get_or_create_export, make_export_file
from comments.models import Autosave, Export, Watch
from comments.news.acts import mark_all_seen_at_first_visit, mark_paragraphs_seen
from comments.news.mail import write_due_watch_notices
from comments.news.unseen import unseen
from comments.notifications.stopping import stop_token
from comments.table.selection import TableSelection
from comments.threads.internal import autosaved_words_on
from consultations.models import MailChoice, MailFrequency
from consultations.outbox.sending import deliver
from consultations.people.posts import end_post, hand_over
from consultations.rules.access import Role
from consultations.timetable.acts import create_meeting
from delegations.acts import give_post
from delegations.models import Post
from tests.comments.digests.digest_mails import send_all, submit, to, told_by
from tests.comments.news.following import wants, watches_place
from tests.room import Room, marker

DEPUTY, FOCAL_POINT = "CPV deputy", "CPV focal_point"


@pytest.fixture
def clock(room: Room) -> Iterator[Clock]:
    with time_machine.travel(room.now, tick=False) as found:
        yield found


def post_of(room: Room, who: str) -> Post:
    held = Post.objects.held().select_related("user", "delegation").filter(user=room.users[who])
    return held.get(delegation__code=who.split()[0])


def pass_on(room: Room, days: float = 0) -> None:
    """The deputy takes over from the focal point, who becomes deputy."""
    hand_over(
        actor=room.access(FOCAL_POINT, days),
        post=post_of(room, FOCAL_POINT),
        successor=post_of(room, DEPUTY),
        former_becomes="deputy",
    )
    roles = (room.access(DEPUTY, days).role, room.access(FOCAL_POINT, days).role)
    assert roles == (Role.FOCAL_POINT, Role.DEPUTY)


def type_words(room: Room, who: str, words: str) -> None:
    save_autosave(
        access=room.access(who),
        wording=room.wording(room.revision, 4),
        text_by_field={"proposed": words, "kind": "replace"},
    )


def stored_words(room: Room, who: str) -> str:
    found = autosaved_words_on(room.access(who), room.wording(room.revision, 4).public_id)
    return found.text_by_field["proposed"] if found else ""


def test_words_being_typed_stay_with_the_person_who_types_them(room: Room) -> None:
    words = {DEPUTY: "of the deputy", FOCAL_POINT: "of the focal point"}
    for who in words:
        type_words(room, who, words[who])
    pass_on(room)
    assert {who: stored_words(room, who) for who in words} == words


def test_what_who_left_had_typed_is_read_by_nobody_and_waits_for_them(room: Room) -> None:
    type_words(room, DEPUTY, marker("half a sentence"))
    end_post(actor=room.access(FOCAL_POINT), post=post_of(room, DEPUTY))
    own = Autosave.objects.get(words__proposed=marker("half a sentence"))
    others = [who for who in room.users if "elsewhere" not in who and who not in {DEPUTY}]
    others = [who for who in others if "JPN" not in who]
    assert len(others) > 10
    for who in others:
        assert not Autosave.objects.visible_to(room.access(who)).filter(pk=own.pk).exists(), who
    secretariat = room.access("secretariat")
    give_post(
        actor=secretariat,
        user=room.users[DEPUTY],
        delegation=room.bodies["CPV"],
        role="contributor",
    )
    assert stored_words(room, DEPUTY) == marker("half a sentence")


def test_watches_and_looks_stay_and_nothing_old_is_new_again(room: Room) -> None:
    watches_place(room, DEPUTY, 2, days=-3)
    mark_all_seen_at_first_visit(access=room.access(DEPUTY, -3))
    mark_paragraphs_seen(
        access=room.access(DEPUTY, -1), paragraph_ids=[room.wording(room.revision, 3).paragraph_id]
    )
    before = unseen(room.access(DEPUTY))
    assert before.since == room.at(-3) and before.looked_at_by_paragraph_id
    pass_on(room)
    after = unseen(room.access(DEPUTY))
    assert (after.since, after.looked_at_by_paragraph_id, after.counts_by_source) == (
        before.since,
        before.looked_at_by_paragraph_id,
        before.counts_by_source,
    )
    assert Watch.objects.visible_to(room.access(DEPUTY)).count() == 1


def test_the_choice_of_mail_stays_and_what_waits_is_sent(room: Room, clock: Clock) -> None:
    wants(room, DEPUTY)
    watches_place(room, DEPUTY, 2)
    clock.shift(timedelta(hours=1))
    submit(room, "FRA", "watched", 2, 1 / 24)
    clock.shift(timedelta(hours=1))
    [waiting] = write_due_watch_notices(timezone.now())
    pass_on(room, days=2 / 24)
    assert deliver(waiting)
    assert len(to(room, DEPUTY)) == 1
    clock.shift(timedelta(hours=1))
    submit(room, "FRA", "watched again", 2, 3 / 24)
    clock.shift(timedelta(hours=1))
    assert sum(map(deliver, write_due_watch_notices(timezone.now()))) == 1


def test_the_digest_begins_where_the_last_one_ended(room: Room, clock: Clock) -> None:
    wants(room, FOCAL_POINT, MailFrequency.NEVER)
    clock.move_to(room.at(2))
    send_all()
    assert to(room, DEPUTY) and not to(room, FOCAL_POINT)
    later = submit(room, "CIV", "later", 3, 2.5)
    pass_on(room, days=2.5)
    second = create_meeting(
        access=room.access("secretariat"), title="Second reading", starts_at=room.at(5)
    )
    clock.move_to(room.at(4))
    send_all()
    told = told_by(meeting=second, reader=room.users[DEPUTY])
    assert told == {"comments": [later.pk]}
    assert not to(room, FOCAL_POINT)


def test_a_paper_that_was_asked_for_is_made_and_found(room: Room) -> None:
    selection = TableSelection((room.revision,), room.now, language="en")
    access = room.access(DEPUTY)
    export, _is_new = get_or_create_export(access=access, selection=selection, format_name="csv")
    pass_on(room)
    make_export_file(export.pk)
    made = Export.objects.visible_to(room.access(DEPUTY)).get()
    assert (made.error, bool(made.file)) == ("", True)
    assert not Export.objects.visible_to(room.access(FOCAL_POINT)).exists()


def test_the_link_of_a_mail_from_before_stops_the_mails_of_today(room: Room) -> None:
    """Mails named the post, and their links never run out."""
    old = f"post:{post_of(room, DEPUTY).public_id}"
    link = reverse("stop_mail", args=[stop_token(room.users[DEPUTY], old)])
    pass_on(room)
    page = Client().get(link).content.decode()
    assert "Cabo Verde" in page
    assert Client().post(link).status_code == 200
    choice = MailChoice.objects.get(user=room.users[DEPUTY])
    assert (choice.capacity, choice.often) == (room.capacities[DEPUTY], MailFrequency.NEVER)
