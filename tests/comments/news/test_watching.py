"""Watching a paragraph, a section, a text or a delegation: shown on pages, sent by mail."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from time_machine import Traveller as Clock

from comments.inputs.citations import ParagraphPosition, current_positions
from comments.models import Seen, Watch
from comments.news.acts import (
    choose_mail,
    end_watch,
    mark_all_seen,
    mark_all_seen_at_first_visit,
    mark_paragraphs_seen,
    watch_paragraph,
    watch_seat,
)
from comments.news.items import first_rows_per_paragraph
from comments.news.mail import write_due_watch_notices
from comments.news.unseen import sum_by_paragraph, unseen, unseen_rows
from comments.news.watched import count_watched, watched_news, watched_news_filter
from consultations.models import MailChoice, MailFrequency, Round, Seat, Topic, Visibility
from consultations.outbox.sending import deliver
from consultations.rules.access import Refused
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    split_paragraph,
    strike_paragraph,
)
from drafts.models import Paragraph, ParagraphKind, Revision
from tests.comments.digests.digest_mails import submit, text_of, to
from tests.comments.news.following import recalls, run_due, wants, watches_body, watches_place
from tests.room import ELSEWHERE, SLUG, Room, marker

WHO = "CPV contributor"


@pytest.fixture
def clock(room: Room) -> Iterator[Clock]:
    with time_machine.travel(room.now, tick=False) as found:
        yield found


def client(room: Room, who: str = WHO) -> Client:
    found = Client()
    found.force_login(room.users[who])
    session = found.session
    session["capacity"] = room.capacities[who]
    session.save()
    return found


def words_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def paragraph(room: Room, place: int) -> Paragraph:
    key = room.wording(room.revision, place).paragraph_id
    return Paragraph.objects.select_related("draft", "parent").get(pk=key)


def reword(room: Room, place: int, text: str, days: float = 0.1) -> None:
    row = paragraph(room, place)
    edit_paragraph(
        access=room.access("co_facilitator", days),
        paragraph=row,
        version=row.version,
        text=text,
        kind=row.kind,
        label=row.label,
    )


def circulate(room: Room, days: float = 0.1) -> Revision:
    leader = room.access("co_facilitator", days)
    return circulate_revision(access=leader, draft=room.draft, stage="Rev.1", round=None)


# --- By the pages ---------------------------------------------------------------------------------


def press(person: Client, room: Room, name: str, *rows: Any, who: str = WHO) -> Any:
    url = reverse(name, args=[SLUG, *rows])
    return person.post(url, {"capacity": room.capacities[who]}, follow=True)


def test_one_watches_a_paragraph_and_a_delegation_finds_them_listed_and_ends_it(
    room: Room,
) -> None:
    person = client(room)
    seat = room.access("FRA focal_point").seat
    assert seat is not None
    for _twice in range(2):
        answer = press(person, room, "watch_paragraph", paragraph(room, 2).public_id)
        assert "You are now watching it." in words_of(answer)
        press(person, room, "watch_seat", seat.public_id)
    watches_place(room, WHO, 1)
    listed = words_of(person.get(reverse("watching", args=[SLUG])))
    section, one = listed.index("Prevention The plan"), listed.index("Paragraph 1")
    assert section < one < listed.index("France")
    assert Watch.objects.count() == 3
    for watch in Watch.objects.all():
        press(person, room, "end_watch", watch.public_id)
    assert "You are not watching anything yet" in words_of(
        person.get(reverse("watching", args=[SLUG]))
    )


def test_a_watched_paragraph_that_left_the_text_is_listed_by_its_opening_words(room: Room) -> None:
    row = recalls(room)
    watch_paragraph(access=room.access(WHO, 0.1), paragraph=row)
    strike_paragraph(access=room.access("co_facilitator", 0.1), paragraph=row)
    circulate(room, 0.2)
    listed = words_of(client(room).get(reverse("watching", args=[SLUG])))
    assert "“Recalling its earlier resolution on the …”, no longer in the text" in listed


def test_the_reading_page_offers_to_watch_the_open_paragraph_and_its_speakers(room: Room) -> None:
    person = client(room)
    for place, label in ((1, "Watch this section"), (2, "Watch this paragraph")):
        url = reverse("latest", args=[SLUG, "plan"])
        asked = {"open": str(paragraph(room, place).public_id)}
        page = words_of(person.get(url, asked, follow=True))
        assert label in page
        assert "Watch this delegation" in page
    watches_place(room, WHO, 2)
    asked = {"open": str(paragraph(room, 2).public_id)}
    page = words_of(person.get(url, asked, follow=True))
    assert "Stop watching" in page


def test_nobody_sees_or_ends_what_others_watch_and_no_unsent_paragraph_is_watched(
    room: Room,
) -> None:
    watch = watches_place(room, WHO, 2)
    other = client(room, "CPV deputy")
    assert "You are not watching anything yet" in words_of(
        other.get(reverse("watching", args=[SLUG]))
    )
    answer = press(other, room, "end_watch", watch.public_id, who="CPV deputy")
    assert answer.status_code == 404
    on_desk = Paragraph.objects.get(text__contains=marker("working text"))
    assert press(client(room), room, "watch_paragraph", on_desk.public_id).status_code == 404
    assert Watch.objects.get() == watch


def test_what_is_new_on_what_one_watches_stands_on_the_pages(room: Room) -> None:
    mark_all_seen_at_first_visit(access=room.access(WHO, -1))
    watches_place(room, WHO, 2, -0.9)
    submit(room, "FRA", "on what is watched", 2, -0.5)
    submit(room, "FRA", "elsewhere", 3, -0.5)
    person = client(room)
    assert "1 new item on what you watch." in words_of(
        person.get(reverse("consultation", args=[SLUG]))
    )
    page = words_of(person.get(reverse("new", args=[SLUG]), {"watched": "1"}))
    assert "Paragraph 1" in page
    assert "Paragraph 2" not in page


def test_what_is_watched_is_counted_as_it_is_picked_out_of_the_rows(room: Room) -> None:
    """One rule, asked of rows that were read for a mail and of those that a page only counts."""
    mark_all_seen_at_first_visit(access=room.access(WHO, -9))
    for place, days in ((2, -8), (3, -3)):
        watches_place(room, WHO, place, days)
    watches_body(room, WHO, "FRA", -2)
    submit(room, "FRA", "on what is watched", 3, -0.5)
    submit(room, "FRA", "elsewhere", 4, -0.4)
    access = room.access(WHO)
    found, places = unseen(access), current_positions(access)
    rows = first_rows_per_paragraph(unseen_rows(access), limit=1_000)
    picked = watched_news(found.watches, rows, places)
    assert 0 < len(picked) < len(rows)
    counted = count_watched(access, found, places)
    assert sum(sum_by_paragraph(counted).values()) == len(picked)
    told = first_rows_per_paragraph(
        (arm.filter(watched_news_filter(found, places)) for arm in unseen_rows(access)), 1_000
    )
    assert {(row.source, row.pk) for row in told} == {(row.source, row.pk) for row in picked}


@pytest.mark.parametrize("language", ["en", "ar", "ru", "zh-hans"])
def test_the_number_of_what_is_new_stands_on_every_page_in_every_language(
    room: Room, language: str
) -> None:
    mark_all_seen_at_first_visit(access=room.access(WHO, -1))
    for place in (2, 3, 4):
        submit(room, "FRA", f"new on {place}", place, -0.5)
    person = client(room)
    person.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for name in ("watching", "brief", "people"):
        answer = person.get(reverse(name, args=[SLUG]))
        assert answer.status_code == 200
        assert re.search(r'class="frame__new"[^>]*>[^<]*3', answer.content.decode())


def test_the_choice_of_mail_is_made_for_each_function(room: Room) -> None:
    who = "co_facilitator"
    both = {room.capacities[who]: "never", room.capacities["co_facilitator as PRT"]: "daily"}
    answer = client(room, who).post(
        reverse("mail"), {"capacity": room.capacities[who], **both}, follow=True
    )
    assert "Your choice is saved." in words_of(answer)
    chosen = dict(MailChoice.objects.values_list("capacity", "often"))
    assert chosen == both
    wrong = client(room, who).post(
        reverse("mail"), {"capacity": room.capacities[who], **dict.fromkeys(both, "hourly")}
    )
    assert wrong.status_code == 422
    assert set(MailFrequency.values) == {"at_once", "daily", "meetings", "never"}


# --- What a watch is for --------------------------------------------------------------------------


def test_a_section_ends_at_the_next_heading_and_a_title_is_the_whole_text(
    room: Room, clock: Clock
) -> None:
    last = add_paragraph(
        access=room.access("co_facilitator", -0.3),
        draft=room.draft,
        kind=ParagraphKind.HEADING,
        text="Protection",
        after=paragraph(room, 4),
    )
    after = add_paragraph(
        access=room.access("co_facilitator", -0.3),
        draft=room.draft,
        kind=ParagraphKind.OPERATIVE,
        text="To protect.",
        after=last,
    )
    circulate(room, -0.2)
    for who, watched in ((WHO, paragraph(room, 1)), ("IOM deputy", last)):
        wants(room, who)
        watch_paragraph(access=room.access(who), paragraph=watched)
    clock.move_to(room.at(0.2))
    submit(room, "FRA", "in the first section", 4, 0.1)
    assert run_due() == 1
    assert len(to(room, WHO)) == 1
    assert to(room, "IOM deputy") == []
    assert after.pk


def test_a_watch_follows_its_paragraph_through_a_split(room: Room, clock: Clock) -> None:
    wants(room, WHO)
    watches_place(room, WHO, 3)
    split_paragraph(
        access=room.access("co_facilitator", 0.1),
        paragraph=paragraph(room, 3),
        texts=["To train officials.", "To train judges."],
    )
    clock.move_to(room.at(0.2))
    circulate(room)
    assert run_due() == 1
    submit(room, "FRA", "on the earlier words", 3, 0.2)
    clock.move_to(room.at(0.3))
    assert run_due() == 1
    assert "1 input" in text_of(to(room, WHO)[1])
    # What is said on the piece that was split off is news of the watch as well.
    assert {place.citation for place in _watched(room)} == {"Paragraph 2", "Paragraph 2 bis"}


def _watched(room: Room) -> list[ParagraphPosition]:
    places = current_positions(room.access(WHO))
    return [places.position_by_id[key] for key in places.ids_under(paragraph(room, 3).pk)]


# --- New words ------------------------------------------------------------------------------------


def test_new_words_of_a_watched_paragraph_are_told_and_no_others(room: Room, clock: Clock) -> None:
    for who, place in ((WHO, 2), ("IOM deputy", 3), ("CPV deputy", 1), ("co_facilitator", 2)):
        wants(room, who)
        watches_place(room, who, place)
    watches_body(room, "IOM deputy", "FRA")
    reword(room, 2, "To raise public awareness.")
    circulate(room)
    clock.move_to(room.at(0.2))

    # The section that holds it is watched too; who circulated it knows.
    assert run_due() == 2
    (message,) = to(room, WHO)
    assert "1 revision" in message["Subject"]
    assert "Rev.1" in text_of(message)
    assert "public awareness" not in str(message)
    assert len(to(room, "CPV deputy")) == 1
    assert to(room, "IOM deputy") == to(room, "co_facilitator") == []
    assert run_due() == 0


def test_a_paragraph_taken_out_is_told_to_who_watches_it_or_its_section(
    room: Room, clock: Clock
) -> None:
    for who, place in ((WHO, 3), ("IOM deputy", 1), ("CPV deputy", 2)):
        wants(room, who)
        watches_place(room, who, place)
    strike_paragraph(access=room.access("co_facilitator", 0.1), paragraph=paragraph(room, 3))
    circulate(room)
    clock.move_to(room.at(0.2))
    run_due()
    # What was on the desk came in with it, below the heading; the neighbour's words did not change.
    assert len(to(room, WHO)) == len(to(room, "IOM deputy")) == 1
    assert to(room, "CPV deputy") == []


def test_new_words_on_what_one_watches_stand_on_the_page_alone(room: Room) -> None:
    mark_all_seen_at_first_visit(access=room.access(WHO, -1))
    watches_place(room, WHO, 2, -0.9)
    reword(room, 2, "To raise public awareness.", -0.5)
    reword(room, 3, "To train all officials.", -0.5)
    circulate(room, -0.5)
    person = client(room)
    page = words_of(person.get(reverse("new", args=[SLUG]), {"watched": "1"}))
    assert "New words in: The plan" in page
    assert "Paragraph 1" in page
    assert "Paragraph 2" not in page


def test_a_deleted_paragraph_is_told_and_leads_to_its_last_words(room: Room) -> None:
    """Nothing is deleted silently (domain, rule 13)."""
    for who, place in ((WHO, 3), ("IOM deputy", 1), ("CPV deputy", 2)):
        mark_all_seen_at_first_visit(access=room.access(who, -1))
        watches_place(room, who, place, -0.9)
    strike_paragraph(access=room.access("co_facilitator", -0.5), paragraph=paragraph(room, 3))
    gone = room.wording(room.revision, 3).paragraph.public_id
    circulate(room, -0.5)
    person = client(room)
    answer = person.get(reverse("new", args=[SLUG]), {"watched": "1"})
    assert "Deleted from: The plan Paragraph 2" in words_of(answer)
    address = f"{reverse('reading', args=[SLUG, 'plan', 2])}?open={gone}#p-{gone}"
    assert f'href="{address}"' in answer.content.decode()
    shown = words_of(person.get(address.partition("#")[0]))
    assert "To train officials." in shown
    assert "1 new item on what you watch." in words_of(
        client(room).get(reverse("consultation", args=[SLUG]))
    )
    # With its section it is watched too; all others are told where everything new is.
    of_section = words_of(client(room, "IOM deputy").get(reverse("new", args=[SLUG])))
    assert "Watched only: 2" in of_section  # what was on the desk came in below the heading
    for only_watched, is_told in (("", True), ("1", False)):
        page = words_of(
            client(room, "CPV deputy").get(reverse("new", args=[SLUG]), {"watched": only_watched})
        )
        assert ("Deleted from: The plan" in page) is is_told
    mark_all_seen(access=room.access(WHO), until=room.at(0))
    assert "Deleted from" not in words_of(person.get(reverse("new", args=[SLUG])))


def test_a_paragraph_that_goes_on_in_another_is_not_deleted(room: Room) -> None:
    mark_all_seen_at_first_visit(access=room.access(WHO, -1))
    merge_paragraphs(
        access=room.access("co_facilitator", -0.5),
        paragraphs=[paragraph(room, 2), paragraph(room, 3)],
        text="To raise awareness, and to train.",
    )
    circulate(room, -0.5)
    assert "Deleted from" not in words_of(client(room).get(reverse("new", args=[SLUG])))


def test_new_words_of_a_paragraph_that_left_since_are_told_as_deleted(room: Room) -> None:
    mark_all_seen_at_first_visit(access=room.access(WHO, -1))
    watches_place(room, WHO, 3, -0.9)
    reword(room, 3, "To train all officials.", -0.5)
    circulate(room, -0.5)
    person = client(room)
    counted = "1 new item on what you watch."
    assert counted in words_of(person.get(reverse("consultation", args=[SLUG])))
    strike_paragraph(access=room.access("co_facilitator", -0.4), paragraph=paragraph(room, 3))
    circulate_revision(
        access=room.access("co_facilitator", -0.4), draft=room.draft, stage="Rev.2", round=None
    )
    assert counted in words_of(person.get(reverse("consultation", args=[SLUG])))
    page = words_of(person.get(reverse("new", args=[SLUG])))
    assert "Watched only: 1" in page
    assert "Deleted from: The plan Paragraph 2" in page


# --- At the time of sending -----------------------------------------------------------------------


def test_what_one_may_not_read_any_more_when_the_mail_goes_is_not_told(
    room: Room, clock: Clock
) -> None:
    """The round is found to be for the facilitators only, between the gathering and the sending."""
    wants(room, WHO)
    watches_place(room, WHO, 2)
    clock.move_to(room.at(0.2))
    comment = submit(room, "FRA", "afterwards", 2, 0.1)
    (key,) = write_due_watch_notices(room.at(0.2))
    Round.objects.update(visibility=Visibility.FACILITATORS)
    assert not deliver(key)
    assert to(room, WHO) == []
    assert comment.reference


def test_one_watch_is_ended_and_the_others_stay(room: Room) -> None:
    access = room.access(WHO)
    rows = Paragraph.objects.select_related("draft")
    first, second = (
        watch_paragraph(
            access=access,
            paragraph=rows.get(pk=room.wording(room.revision, place).paragraph_id),
        )
        for place in (2, 3)
    )
    end_watch(access=access, watch=first)
    assert list(Watch.objects.visible_to(access)) == [second]


def test_who_chooses_the_same_rhythm_again_changes_nothing(room: Room) -> None:
    of: dict[str, Any] = {"user": room.users[WHO], "capacity_key": room.capacities[WHO]}
    first = choose_mail(**of, frequency=MailFrequency.NEVER, moment=room.at(-2))
    again = choose_mail(**of, frequency=MailFrequency.NEVER, moment=room.at(-1))
    assert (again.pk, again.chosen_at, again.told_until) == (first.pk, room.at(-2), room.at(-2))
    assert first.unwanted == []  # no choice among the mails is made by choosing how often
    # What came while no notices were wanted is not told afterwards.
    daily = choose_mail(**of, frequency=MailFrequency.DAILY, moment=room.now)
    assert (daily.chosen_at, daily.told_until) == (room.now, room.now)
    at_once = choose_mail(**of, frequency=MailFrequency.AT_ONCE, moment=room.at(1))
    assert (at_once.chosen_at, at_once.told_until) == (room.at(1), room.now)
    daily_again = choose_mail(**of, frequency=MailFrequency.DAILY, moment=room.at(2))
    assert (daily_again.chosen_at, daily_again.told_until) == (room.at(2), room.now)


def test_a_first_choice_keeps_which_mails_are_not_wanted(room: Room) -> None:
    of: dict[str, Any] = {"user": room.users[WHO], "capacity_key": room.capacities[WHO]}
    unwanted = [Topic.SENT_BACK, Topic.GIVEN]
    choice = choose_mail(
        **of, frequency=MailFrequency.DAILY, moment=room.now, unwanted_topics=unwanted
    )
    choice.refresh_from_db()
    assert choice.unwanted == sorted(unwanted)


@pytest.mark.parametrize(
    ("field", "choice"),
    [
        ("often", {"frequency": "hourly"}),
        ("unwanted", {"frequency": "daily", "unwanted_topics": [Topic.GIVEN, "the weather"]}),
    ],
)
def test_a_choice_that_is_on_no_list_is_refused(
    room: Room, field: str, choice: dict[str, Any]
) -> None:
    of: dict[str, Any] = {"user": room.users[WHO], "capacity_key": room.capacities[WHO]}
    with pytest.raises(ValidationError) as refused:
        choose_mail(**of, **choice, moment=room.now)
    assert list(refused.value.message_dict) == [field]
    assert not MailChoice.objects.filter(user=room.users[WHO]).exists()


def test_only_what_was_circulated_here_is_watched(room: Room) -> None:
    access = room.access(WHO)
    on_desk = Paragraph.objects.get(text__contains=marker("working text"))
    with pytest.raises(ValidationError, match="not in a circulated text"):
        watch_paragraph(access=access, paragraph=on_desk)
    theirs = Paragraph.objects.filter(draft__consultation=room.elsewhere).exclude(wordings=None)
    with pytest.raises(ValidationError, match="not in a circulated text"):
        watch_paragraph(access=access, paragraph=theirs[0])
    with pytest.raises(Refused):
        watch_seat(access=access, seat=Seat.objects.exclude(consultation=room.consultation)[0])
    assert not Watch.objects.exists()


def test_one_ends_the_own_watches_in_this_consultation_alone(room: Room) -> None:
    watch = watch_paragraph(access=room.access(WHO), paragraph=paragraph(room, 2))
    end_watch(access=room.access("CPV deputy"), watch=watch)
    with pytest.raises(Refused):
        end_watch(access=room.access("elsewhere co_facilitator", slug=ELSEWHERE), watch=watch)
    assert Watch.objects.get() == watch
    end_watch(access=room.access(WHO), watch=watch)
    assert not Watch.objects.exists()


def test_a_thread_that_is_opened_again_is_seen_later(room: Room) -> None:
    for days in (-2, -1):
        mark_paragraphs_seen(access=room.access(WHO, days), paragraph_ids=[paragraph(room, 2).pk])
    [mark] = Seen.objects.filter(user=room.users[WHO], paragraph__isnull=False)
    assert mark.seen_at == room.at(-1)


def test_all_is_marked_as_seen_for_oneself_and_never_back_in_time(room: Room) -> None:
    other = room.access("CPV deputy", -3)
    mark_paragraphs_seen(access=other, paragraph_ids=[paragraph(room, 2).pk])
    for until in (-1, -2):
        mark_all_seen(access=room.access(WHO, -1), until=room.at(until))
        [mark] = Seen.objects.filter(user=room.users[WHO])
        assert (mark.paragraph_id, mark.seen_at) == (None, room.at(-1))
    mark_all_seen(access=room.access(WHO), until=room.now)
    mark.refresh_from_db()
    assert mark.seen_at == room.now
    assert Seen.objects.get(user=other.user).seen_at == room.at(-3)


def test_a_thread_that_was_opened_after_the_page_was_shown_stays_as_seen_then(room: Room) -> None:
    access, later = room.access(WHO, -2), room.access(WHO)
    marks = Seen.objects.filter(user=access.user, paragraph__isnull=False)
    for place, when in ((2, access), (3, later)):
        mark_paragraphs_seen(access=when, paragraph_ids=[paragraph(room, place).pk])
    mark_all_seen(access=later, until=room.at(-1))
    assert list(marks.values_list("paragraph", "seen_at")) == [(paragraph(room, 3).pk, room.now)]
