"""The digest: gathered once for a delegation and sent once to a person."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies as st

from comments.answers.acts import publish_reviews
from comments.digests.acts import (
    due_meetings,
    write_due_digests,
    write_due_mails,
    write_due_meeting_notices,
)
from comments.models import Comment, Review
from comments.news.items import decode_id_ranges, encode_id_ranges
from comments.submitting.acts import withdraw_comment
from consultations.models import Meeting
from consultations.outbox.sending import deliver
from consultations.timetable.acts import cancel_meeting, create_meeting, move_meeting
from delegations.acts import end_post
from delegations.models import Post, User
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, strike_paragraph
from drafts.meetings.acts import add_agenda_item
from drafts.models import Draft
from tests.comments.digests.digest_mails import (
    html_of,
    send_all,
    send_to,
    serving,
    submit,
    text_of,
    to,
    told_by,
)
from tests.comments.news.following import recalls
from tests.mails import digests, due
from tests.room import Room, loaded

pytestmark = pytest.mark.every_server

LEAD = timedelta(hours=24)


@pytest.fixture
def clock(room: Room) -> Iterator[Callable[[float], None]]:
    """Moves the clock to so many days after the room's now."""
    with time_machine.travel(room.now, tick=False) as traveller:
        yield lambda days: traveller.move_to(room.at(days))


Clock = Callable[[float], None]


# --- When it is due ------------------------------------------------------------------------------


def test_a_digest_is_due_from_its_lead_before_the_meeting_until_the_meeting_starts(
    room: Room,
) -> None:
    start = room.meeting.starts_at
    second = timedelta(seconds=1)
    here = room.consultation

    assert list(due_meetings(start - LEAD - second, consultation=here)) == []
    assert list(due_meetings(start - LEAD, consultation=here)) == [room.meeting]
    assert list(due_meetings(start - second, consultation=here)) == [room.meeting]
    assert list(due_meetings(start, consultation=here)) == []


def test_a_digest_goes_once_to_everybody_who_takes_part(room: Room, clock: Clock) -> None:
    clock(2)
    sent = send_all()

    # Five delegations with three people each, the second post of the co-facilitator, and the
    # co-facilitator, staff and secretariat.
    assert sent == 5 * 3 + 1 + 3
    assert len(mail.outbox) == sent
    assert send_all() == 0
    clock(2.5)
    assert send_all() == 0
    assert len(mail.outbox) == sent


def test_each_mail_has_one_recipient_two_twins_and_a_fixed_message_id(
    room: Room, clock: Clock
) -> None:
    clock(2)
    send_all()

    assert [len(message.recipients()) for message in mail.outbox] == [1] * 19
    (message,) = to(room, "FRA focal_point")
    row = digests().get(reader=room.users["FRA focal_point"])
    assert message["Message-ID"] == f"<digest-{row.public_id}@127.0.0.1>"
    assert "First reading" in text_of(message)
    assert "First reading" in html_of(message)
    assert "<style" not in html_of(message)
    assert "style=" in html_of(message)


# --- What stands in it ---------------------------------------------------------------------------


def test_a_delegation_reads_names_kinds_numbers_and_links_of_what_others_did(
    room: Room, clock: Clock
) -> None:
    clock(2)
    send_to(room, "FRA deputy")
    text = text_of(to(room, "FRA deputy")[0])

    assert "Cabo Verde (replace wording, CPV-1)" in text
    assert "African Group (replace wording, AFRICAN-GROUP-1)" in text
    assert "International Organization for Migration with FRA-1" in text
    assert "to FRA-1 of France" in text
    assert "/consultations/plan-of-action/plan/?open=" in text
    # Its own inputs are no news to it.
    assert "France (" not in text


@pytest.mark.parametrize("who", ["FRA focal_point", "CPV contributor", "IOM deputy", "staff"])
def test_no_word_of_a_draft_an_input_or_an_answer_is_in_a_mail(
    room: Room, clock: Clock, who: str
) -> None:
    clock(2)
    send_to(room, who)
    (message,) = to(room, who)

    for text in (str(message["Subject"]), text_of(message), html_of(message)):
        assert "zq-" not in text
        assert "raise awareness" not in text


def test_withdrawn_and_superseded_inputs_are_not_told(room: Room, clock: Clock) -> None:
    clock(2)
    send_to(room, "FRA deputy")
    text = text_of(to(room, "FRA deputy")[0])

    withdrawn, successor = room.comment("CPV withdrawn"), room.comment("CPV successor")
    assert withdrawn.reference not in text.replace(f"to {withdrawn.reference}", "")
    assert f"Cabo Verde (replace wording, {successor.reference}, new version)" in text


def test_an_unsent_draft_is_in_nobodys_ids(room: Room, clock: Clock) -> None:
    clock(2)
    list(write_due_digests(timezone.now()))

    unsent = set(Comment.objects.filter(submitted_at=None).values_list("pk", flat=True))
    assert unsent
    for row in digests().all():
        assert not unsent & set(decode_id_ranges(row.items).get("comments", []))


def test_the_facilitators_edition_names_paragraphs_with_the_most_unanswered_inputs(
    room: Room, clock: Clock
) -> None:
    for place, days in ((4, 0.1), (4, 0.2), (3, 0.3)):
        submit(room, "CIV", f"late word {days}", place, days)
    clock(2)
    send_to(room, "staff", "FRA deputy")
    text = text_of(to(room, "staff")[0])
    delegate = text_of(to(room, "FRA deputy")[0])

    waiting = text.partition("Most inputs without a review")[2]
    # Three on the third paragraph (one of them the group's), one on the second.
    most = waiting.index("* Paragraph 3 · The plan\n  3 inputs without a review\n")
    assert most < waiting.index("* Paragraph 2 · The plan\n  1 input without a review\n")
    assert "Most inputs without a review" not in delegate


def test_a_paragraph_that_left_the_text_is_told_by_its_opening_words(
    room: Room, clock: Clock
) -> None:
    row = recalls(room)
    submit(room, "FRA", "on what leaves", 1, 0.1)
    submit(room, "FRA", "on what stays", 3, 0.1)
    add_agenda_item(
        access=room.access("staff"), meeting=room.meeting, draft=room.draft, paragraph=row
    )
    leader = room.access("co_facilitator", 0.2)
    strike_paragraph(access=leader, paragraph=row)
    circulate_revision(access=leader, draft=room.draft, stage="Rev.2", round=None)
    clock(2)
    send_to(room, "CPV contributor")
    (message,) = to(room, "CPV contributor")
    agenda, news = text_of(message).split("Rev.2")
    called = "“Recalling its earlier resolution on the …”, no longer in the text"
    assert called in agenda
    assert f"{called}\n" in news
    assert "Preambular paragraph" not in text_of(message)


def test_the_agenda_is_cited_by_text_and_label(room: Room, clock: Clock) -> None:
    access = room.access("staff")
    paragraph = room.wording(room.revision, 3).paragraph
    add_agenda_item(
        access=access,
        meeting=room.meeting,
        draft=room.draft,
        paragraph=paragraph,
        note="with the reply of the staff",
    )
    clock(2)
    send_to(room, "FRA deputy")

    assert "- The plan: Paragraph 2 (with the reply of the staff)\n" in text_of(
        to(room, "FRA deputy")[0]
    )


def test_the_agenda_names_a_whole_text_beside_its_paragraphs_and_each_of_two_texts_alike(
    room: Room, clock: Clock
) -> None:
    leader = room.access("co_facilitator")
    add_paragraph(
        access=leader, draft=room.unsent_draft, kind="operative", text="To adopt.", after=None
    )
    circulate_revision(access=leader, draft=room.unsent_draft, stage="First draft", round=None)
    Draft.objects.filter(pk=room.unsent_draft.pk).update(title=room.draft.title)
    paragraph = room.wording(room.revision, 3).paragraph
    for item in (
        {"draft": room.draft},
        {"draft": room.draft, "paragraph": paragraph},
        {"draft": room.unsent_draft, "note": "if time allows"},
    ):
        add_agenda_item(access=room.access("staff"), meeting=room.meeting, **item)
    clock(2)
    send_to(room, "FRA deputy")

    assert "- The plan: Whole text and Paragraph 2\n- The plan: if time allows\n" in text_of(
        to(room, "FRA deputy")[0]
    )


def test_each_is_written_to_in_their_language_and_told_their_own_time(
    room: Room, clock: Clock
) -> None:
    User.objects.filter(pk=room.users["FRA deputy"].pk).update(
        time_zone="Asia/Tokyo", language="ar"
    )
    clock(2)
    send_to(room, "FRA deputy", "FRA focal_point")
    (message,) = to(room, "FRA deputy")

    assert "طوكيو" in text_of(message)
    assert "New\u00a0York" in text_of(message) or "نيويورك" in text_of(message)
    assert '<html lang="ar" dir="rtl"' in html_of(message)
    assert "Tokyo" not in text_of(to(room, "FRA focal_point")[0])


# --- Since when ----------------------------------------------------------------------------------


def test_the_next_digest_tells_only_what_came_since(room: Room, clock: Clock) -> None:
    clock(2)
    send_to(room, "FRA deputy", "CIV deputy")
    new = submit(room, "CIV", "second thought", 3, 2.5)
    second = create_meeting(
        access=room.access("secretariat"), title="Second reading", starts_at=room.at(5)
    )
    clock(4)
    send_to(room, "FRA deputy", "CIV deputy")

    told = told_by(meeting=second, reader=room.users["FRA deputy"])
    assert told == {"comments": [new.pk]}
    text = text_of(to(room, "FRA deputy")[1])
    assert f"Côte d’Ivoire (replace wording, {new.reference})" in text
    assert "CPV-1" not in text
    # To Côte d’Ivoire itself there is nothing new: no mail at all.
    assert len(to(room, "CIV deputy")) == 1


def test_a_digest_is_never_empty(room: Room, clock: Clock) -> None:
    clock(2)
    send_all()
    meeting = create_meeting(
        access=room.access("secretariat"), title="Nothing new", starts_at=room.at(5)
    )
    clock(4)
    assert send_all() == 0

    assert not digests().filter(meeting=meeting, sent_at__isnull=False).exists()
    assert not [message for message in mail.outbox if "Nothing new" in message.subject]


def test_what_is_withdrawn_before_sending_is_left_out_and_an_emptied_digest_dropped(
    room: Room, clock: Clock
) -> None:
    clock(2)
    send_all()
    only = submit(room, "CIV", "regretted", 3, 2.5)
    meeting = create_meeting(
        access=room.access("secretariat"), title="Second reading", starts_at=room.at(5)
    )
    clock(4)
    keys = list(write_due_digests(timezone.now()))
    assert keys
    withdraw_comment(
        access=room.access("CIV focal_point", 4),
        comment=loaded().get(pk=only.pk),
        reason="Met by Rev.1.",
    )

    assert [deliver(key) for key in keys] == [False] * len(keys)
    assert digests().filter(meeting=meeting, dropped_at=None).count() == 0


def test_what_was_saved_after_a_gathering_with_an_earlier_date_comes_in_the_next(
    room: Room, clock: Clock
) -> None:
    clock(2)
    send_to(room, "FRA deputy")
    # Its request was taken a second before the gathering and committed after it.
    slow = submit(room, "CIV", "slow", 3, 2 - 1 / 86_400)
    second = create_meeting(
        access=room.access("secretariat"), title="Second reading", starts_at=room.at(5)
    )
    clock(4)
    send_to(room, "FRA deputy")

    told = told_by(meeting=second, reader=room.users["FRA deputy"])
    assert told == {"comments": [slow.pk]}


def test_news_of_a_digest_that_never_went_out_comes_in_the_next_one(
    room: Room, clock: Clock
) -> None:
    clock(2)
    list(write_due_digests(timezone.now()))
    second = create_meeting(
        access=room.access("secretariat"), title="Second reading", starts_at=room.at(5)
    )
    clock(4)
    # The first meeting has started: its digests are given up.
    first = digests().filter(meeting=room.meeting).values_list("pk", flat=True)
    assert not any(map(deliver, list(first)))
    send_to(room, "FRA deputy")

    told = told_by(meeting=second, reader=room.users["FRA deputy"])
    assert room.comments["CPV submitted"] in told["comments"]


def test_two_digests_that_wait_together_tell_nothing_twice(room: Room, clock: Clock) -> None:
    create_meeting(access=room.access("secretariat"), title="Same day", starts_at=room.at(3.2))
    clock(2.5)
    keys = list(write_due_digests(timezone.now()))
    reader = room.users["FRA deputy"]
    first, second = digests().filter(reader=reader).order_by("pk")
    assert first.items == second.items

    # The later one waits for the earlier one, and then has nothing left to say.
    assert deliver(second.pk) is False
    assert deliver(first.pk) is True
    assert deliver(second.pk) is False
    second.refresh_from_db()
    assert second.dropped_at is not None
    assert len(keys) == 2 * 19


def test_a_published_review_is_new_to_delegations_and_not_to_its_authors(
    room: Room, clock: Clock
) -> None:
    clock(2)
    send_to(room, "FRA deputy", "staff")
    target = room.comment("FRA successor")
    publish_reviews(
        access=room.access("co_facilitator", 2.5), reviews=Review.objects.filter(comment=target)
    )
    create_meeting(access=room.access("secretariat"), title="Second reading", starts_at=room.at(5))
    clock(4)
    send_to(room, "FRA deputy", "staff")

    assert f"to {target.reference} of France" in text_of(to(room, "FRA deputy")[1])
    assert len(to(room, "staff")) == 1


# --- Who gets it ---------------------------------------------------------------------------------


def test_who_left_their_post_between_gathering_and_sending_gets_nothing(
    room: Room, clock: Clock
) -> None:
    clock(2)
    keys = list(write_due_digests(timezone.now()))
    post = Post.objects.select_related("user", "delegation").get(
        user=room.users["FRA deputy"], ended_at=None
    )
    end_post(actor=room.access("secretariat", 2), post=post)
    User.objects.filter(pk=room.users["IOM deputy"].pk).update(is_active=False)
    sent = sum(deliver(key) for key in keys)

    assert sent == len(keys) - 2
    assert to(room, "FRA deputy") == []
    assert to(room, "IOM deputy") == []
    assert digests().filter(dropped_at__isnull=False).count() == 2


def test_who_was_named_after_the_first_digests_is_told_everything_readable(
    room: Room, clock: Clock
) -> None:
    clock(2)
    send_all()
    person = User.objects.create_user("new@example.org", name="New")
    Post.objects.create(user=person, delegation=room.bodies["FRA"], role="deputy")
    create_meeting(access=room.access("secretariat"), title="Second reading", starts_at=room.at(5))
    clock(4)
    send_all()

    (message,) = [m for m in mail.outbox if m.to == ["new@example.org"]]
    assert "CPV-1" in message.body


# --- Moved and cancelled -------------------------------------------------------------------------


def test_a_meeting_moved_before_sending_is_due_again_at_its_new_time(
    room: Room, clock: Clock
) -> None:
    clock(2)
    keys = list(write_due_digests(timezone.now()))
    move_meeting(access=room.access("secretariat", 2), meeting=room.meeting, starts_at=room.at(9))
    assert [deliver(key) for key in keys] == [False] * len(keys)
    assert mail.outbox == []
    clock(7.9)
    assert send_all() == 0
    clock(8)

    assert send_all() == len(keys)
    assert len(to(room, "FRA deputy")) == 1


def test_a_meeting_moved_after_sending_costs_one_short_notice(room: Room, clock: Clock) -> None:
    clock(2)
    told = send_all()
    move_meeting(
        access=room.access("secretariat", 2),
        meeting=room.meeting,
        starts_at=room.at(9),
        place="Trusteeship Council Chamber",
    )
    assert send_all() == told
    assert send_all() == 0
    clock(8.5)
    assert send_all() == 0

    _digest, notice = to(room, "FRA deputy")
    assert str(notice["Subject"]).startswith("Moved: First reading")
    assert "Trusteeship Council Chamber" in text_of(notice)
    assert "CPV" not in text_of(notice)


def test_a_meeting_moved_there_and_back_is_told_each_time_to_who_was_told(
    room: Room, clock: Clock
) -> None:
    clock(2)
    told = send_all()
    start = room.meeting.starts_at
    for days, starts_at in ((2.1, room.at(9)), (2.2, start), (2.3, room.at(9))):
        clock(days)
        move_meeting(
            access=room.access("secretariat", days), meeting=room.meeting, starts_at=starts_at
        )
        assert send_all() == told
    assert len(to(room, "FRA deputy")) == 4


def test_a_notice_overtaken_by_another_move_is_dropped(room: Room, clock: Clock) -> None:
    clock(2)
    told = send_all()
    access = room.access("secretariat", 2)
    move_meeting(access=access, meeting=room.meeting, starts_at=room.at(9))
    stale = list(write_due_meeting_notices(timezone.now()))
    move_meeting(access=access, meeting=room.meeting, starts_at=room.at(12))
    fresh = list(write_due_meeting_notices(timezone.now()))

    assert [deliver(key) for key in stale] == [False] * told
    assert [deliver(key) for key in fresh] == [True] * told


def test_a_cancelled_meeting_drops_what_waits_and_tells_who_was_told(
    room: Room, clock: Clock
) -> None:
    clock(2)
    keys = list(write_due_digests(timezone.now()))
    sent = [key for key in keys[:4] if deliver(key)]
    cancel_meeting(access=room.access("secretariat", 2), meeting=room.meeting)

    assert [deliver(key) for key in keys[4:]] == [False] * (len(keys) - 4)
    assert send_all() == len(sent)
    assert send_all() == 0
    assert [m.subject for m in mail.outbox[4:]] == ["Cancelled: First reading"] * 4


def test_who_was_told_of_another_meeting_alone_is_not_told_that_this_one_is_cancelled(
    room: Room, clock: Clock
) -> None:
    clock(2)
    told_of_first = send_all()
    secretariat = room.access("secretariat", 2)
    second = create_meeting(access=secretariat, title="Second reading", starts_at=room.at(6))
    submit(room, "CPV", "new", 3, 2.5)
    clock(5)
    keys = list(write_due_digests(timezone.now()))
    assert told_of_first > len(keys) > 1
    assert deliver(keys[0])
    cancel_meeting(access=room.access("secretariat", 5), meeting=second)

    assert send_all() == 1
    told, notice = mail.outbox[-2:]
    assert (notice.subject, notice.to) == ("Cancelled: Second reading", told.to)


# --- Mail servers, crashes, two at once ----------------------------------------------------------


def test_where_every_third_message_is_refused_all_arrive_and_none_twice(
    room: Room, clock: Clock, settings: Any
) -> None:
    with serving(settings, refuses_every=3) as server:
        clock(2)
        keys = list(write_due_mails(timezone.now()))
        sent = sum(deliver(key) for key in keys)
        assert 0 < sent < len(keys)
        for minutes in range(5, 24 * 60, 5):
            clock(2 + minutes / (24 * 60))
            for key in list(due(timezone.now())):
                deliver(key)

    wanted = sorted(digests().filter(pk__in=keys).values_list("reader__email", flat=True))
    assert sorted(address for address, _content in server.taken) == wanted
    assert not digests().filter(sent_at=None).exists()


def test_a_mail_is_given_up_when_the_meeting_starts(room: Room, clock: Clock) -> None:
    clock(2)
    keys = list(write_due_digests(timezone.now()))
    clock(3)

    assert due(timezone.now(), digests()) == keys
    assert [deliver(key) for key in keys] == [False] * len(keys)
    assert mail.outbox == []


# On a machine that is busy with other tests a draw may take its time.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(min_value=1, max_value=60), min_size=1))
def test_ids_kept_as_runs_are_the_same_ids(ids: set[int]) -> None:
    kept = encode_id_ranges({"comments": list(ids)})

    assert decode_id_ranges(kept) == {"comments": sorted(ids)}


# --- What it costs -------------------------------------------------------------------------------


def test_gathering_costs_queries_by_the_delegation_and_none_by_the_person(
    room: Room, clock: Clock
) -> None:
    clock(2)
    with CaptureQueriesContext(
        connection,
    ) as few:
        list(write_due_digests(timezone.now(), consultation=room.consultation))
    digests().all().delete()
    Meeting.objects.update(digest_claimed_for=None)
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.org", name=f"P {number}") for number in range(60)
    )
    Post.objects.bulk_create(
        Post(user=person, delegation=room.bodies["FRA"], role="contributor") for person in people
    )
    with CaptureQueriesContext(connection) as many:
        keys = list(write_due_digests(timezone.now(), consultation=room.consultation))

    assert len(keys) == 19 + 60
    assert len(many) == len(few)


def test_sending_costs_the_same_number_of_queries_for_few_and_many_items(
    room: Room, clock: Clock
) -> None:
    clock(2)
    list(write_due_digests(timezone.now()))
    first, second = digests().filter(
        reader__in=[room.users["FRA deputy"], room.users["FRA contributor"]]
    )
    digests().filter(pk=first.pk).update(
        items=encode_id_ranges(
            {name: ids[:1] for name, ids in decode_id_ranges(first.items).items()}
        )
    )
    with CaptureQueriesContext(connection) as few:
        assert deliver(first.pk)
    with CaptureQueriesContext(connection) as many:
        assert deliver(second.pk)

    assert len(few) == len(many)
