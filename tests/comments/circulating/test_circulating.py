"""A revision is circulated: four previews, one act, and one notice to each person."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.answers.acts import review, undo_review
from comments.circulating.acts import adopt_and_announce, circulate_and_announce
from comments.circulating.input_locations import InputLocation, input_locations
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.inputs.queries import unanswered_inputs
from comments.models import Comment, Review
from comments.review.open_inputs import MAX_LISTED, open_inputs
from comments.submitting.acts import submit_comment
from consultations.models import (
    Consultation,
    Facilitation,
    MailChoice,
    MailFrequency,
    MailKind,
    Round,
)
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_words
from delegations.models import Post, User
from drafts.circulating.outgoing import outgoing_revision_of
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.importing.acts import import_first
from drafts.models import Draft, Paragraph, Revision, Wording
from drafts.parsing.file_text import ReadParagraph, ReadText
from drafts.text.labels import Relabelling
from tests.comments.digests.digest_mails import html_of, text_of, to
from tests.comments.reading.test_pages import Person, page
from tests.drafts.desk.leading import rows_of
from tests.mails import due, notices, send_all
from tests.room import Room, answer_all, loaded, marker, words as content

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def answered(request: pytest.FixtureRequest) -> None:
    """Every input has its answer, but in the tests of those that have none."""
    if "room" in request.fixturenames and "still_open" not in request.fixturenames:
        answer_all(request.getfixturevalue("room"))


@pytest.fixture
def still_open(room: Room) -> Comment:
    """The one input of the room that nobody answered."""
    return unanswered_inputs(room.access("staff")).select_related("seat", "round").get()


@pytest.fixture
def clock(room: Room) -> Iterator[None]:
    with time_machine.travel(room.now, tick=False):
        yield


@pytest.fixture
def leader(room: Room) -> Access:
    return room.access("co_facilitator")


def seen_in(answer: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page(answer))
    assert found is not None
    return found[1]


def reworded(access: Access, row: Paragraph, text: str) -> None:
    words = {"kind": row.kind, "label": row.label, "opening": row.opening}
    edit_paragraph(access=access, paragraph=row, version=row.version, text=text, **words)


def terms(**changed: Any) -> dict[str, Any]:
    return {"stage": "Rev.1", "nature": "draft", "note": "", "round": "none", **changed}


# --- What is seen before -------------------------------------------------------------------------


def test_the_preview_shows_the_redline_the_clean_text_the_labels_and_the_inputs(
    room: Room, leader: Access
) -> None:
    _heading, first, second, third, _new = rows_of(room.draft)
    reworded(leader, first, "To raise awareness everywhere.")
    strike_paragraph(access=leader, paragraph=third)
    person = Person(room, "co_facilitator")
    opened = page(person.get("circulate", "plan"))
    assert "Against First draft: 1 reworded, 1 new, 1 deleted, 2 unchanged." in opened
    assert 'value="redline" formnovalidate aria-current="true"' in opened
    assert "<del>" in opened

    clean = page(person.post("circulate", "plan", show="clean", **terms()))
    assert "<del>" not in clean
    assert "To raise awareness everywhere." in clean
    assert third.text not in clean

    labels = page(person.post("circulate", "plan", show="concordance", **terms()))
    cells = re.findall(r"<td>(.*?)</td>", re.sub(r"<[^t/][^>]*>|</[^t][^>]*>", " ", labels), re.S)
    told = [" ".join(cell.split()) for cell in cells]
    assert told[4:8] == ["1", "1", "To raise awareness everywhere.", "reworded"]
    assert told[12:16] == ["3", "– none", third.text, "deleted"]

    inputs = page(person.post("circulate", "plan", show="inputs", **terms()))
    assert "Reworded. Each input shows its original words" in inputs
    assert "Cabo Verde" in inputs
    assert second.text in inputs
    assert re.search(r"Replace wording: (partly |not )?in the text</li>", inputs, re.I)


def test_what_is_typed_stays_while_one_looks_at_the_parts(room: Room) -> None:
    person = Person(room, "co_facilitator")
    typed = terms(stage="Rev.1 bis", note="A long note.", round="new", **{"round-name": "Second"})
    looked = page(person.post("circulate", "plan", show="clean", **typed))
    assert 'value="Rev.1 bis"' in looked
    assert "A long note." in looked
    assert 'value="Second"' in looked
    assert not Revision.objects.filter(stage="Rev.1 bis").exists()


def test_other_labels_are_seen_before_they_go_out(room: Room, leader: Access) -> None:
    """Three paragraphs, one added between as 1 bis: numbered anew, four numbers."""
    _heading, first, *_rest = rows_of(room.draft)
    add_paragraph(access=leader, draft=room.draft, kind="operative", text="Between.", after=first)
    person = Person(room, "co_facilitator")
    seen = seen_in(person.get("circulate", "plan"))
    chosen = terms(labels="renumber")
    unseen = person.post("circulate", "plan", seen=seen, **chosen)
    assert unseen.status_code == 409
    assert "The text or its labels changed after this page was shown." in page(unseen)

    shown = person.post("circulate", "plan", show="concordance", **chosen)
    sent = person.post("circulate", "plan", seen=seen_in(shown), **chosen)
    assert sent.status_code == 302
    newest = Wording.objects.filter(revision__draft=room.draft, revision__stage="Rev.1")
    assert list(newest.order_by("place").values_list("label", flat=True)) == ["", *"12345"]
    read = page(person.get("concordance", "plan", 3))
    assert "Concordance of First draft and Rev.1" in read


def located(leader: Access, room: Room) -> list[InputLocation]:
    text = input_locations(leader, outgoing_revision_of(leader, room.draft))
    return [location for row in text.items_shown(None) for location in row]


def test_where_each_standing_input_will_be_read(room: Room, leader: Access) -> None:
    """The first paragraph is split, the second and third merged, and one on the desk is new."""
    _heading, first, second, third, _new = rows_of(room.draft)
    split_paragraph(access=leader, paragraph=first, texts=["To raise.", "To be aware."])
    merge_paragraphs(access=leader, paragraphs=[second, third], text="To train and report.")
    found = located(leader, room)
    told = {row.earlier_paragraph.name: row for row in found if row.earlier_paragraph}
    assert told["1"].sentence.startswith("Split. The inputs are under the first")
    assert told["1"].later_paragraph is not None and told["1"].later_paragraph.name == "1"
    assert told["2"].sentence.startswith("Merged. The inputs are at")
    standing = Comment.objects.visible_to(leader).in_force()
    assert sum(row.input_count for row in found) == standing.count()


def test_inputs_on_what_is_dropped_are_said_to_be_shown_apart(room: Room, leader: Access) -> None:
    _heading, first, *_rest = rows_of(room.draft)
    strike_paragraph(access=leader, paragraph=first)
    (row,) = [
        row
        for row in located(leader, room)
        if row.earlier_paragraph and row.earlier_paragraph.name == "1"
    ]
    assert row.later_paragraph is None
    assert "The inputs stay on record, listed below the text" in row.sentence


# --- Inputs without an answer ---------------------------------------------------------------------


def open_mark(answer: Any) -> str:
    found = re.search(r'name="open_mark" value="([0-9a-f]{64})"', page(answer))
    assert found is not None
    return found[1]


def test_a_text_with_open_inputs_goes_out_once_their_list_was_confirmed(
    room: Room, still_open: Comment
) -> None:
    person = Person(room, "co_facilitator")
    shown = person.get("circulate", "plan")
    told = page(shown)
    assert "1 input has no answer" in told
    assert still_open.reference in told
    assert still_open.seat.name in told
    assert "?text=plan&state=unanswered" in told
    sent = terms(seen=seen_in(shown), open_mark=open_mark(shown))
    refused = person.post("circulate", "plan", **sent)
    assert refused.status_code == 422
    assert "Confirm that you have seen the inputs that have no answer." in page(refused)
    assert not Revision.objects.filter(stage="Rev.1").exists()
    assert person.post("circulate", "plan", open_seen="on", **sent).status_code == 302
    assert Revision.objects.filter(stage="Rev.1").exists()


def test_an_input_that_opened_since_the_list_was_shown_is_asked_again(
    room: Room, still_open: Comment
) -> None:
    staff, other = room.access("staff"), loaded().get(pk=room.comments["FRA late"])
    person = Person(room, "co_facilitator")
    shown = person.get("circulate", "plan")
    undo_review(access=staff, comment=other)
    sent = terms(seen=seen_in(shown), open_mark=open_mark(shown), open_seen="on")
    answer = person.post("circulate", "plan", **sent)
    assert answer.status_code == 409
    assert "The inputs without an answer changed after this page was shown." in page(answer)
    assert "I have seen the 2 inputs that have no answer." in page(answer)
    assert 'name="open_seen" required id="id_open_seen" checked' not in page(answer)
    assert not Revision.objects.filter(stage="Rev.1").exists()
    again = terms(seen=seen_in(answer), open_mark=open_mark(answer), open_seen="on")
    assert person.post("circulate", "plan", **again).status_code == 302


def test_the_act_asks_for_the_mark_of_what_was_seen(
    room: Room, leader: Access, still_open: Comment
) -> None:
    found = open_inputs(leader, room.draft)
    assert found.count == 1
    for wrong in ("", "0" * 64):
        with pytest.raises(ValidationError, match="1 input has no answer"):
            circulate_and_announce(
                access=leader, draft=room.draft, stage="Rev.1", confirmed_mark=wrong
            )
    review(access=leader, comment=loaded().get(pk=still_open.pk), disposition="noted")
    assert open_inputs(leader, room.draft).count == 0
    circulate_and_announce(access=leader, draft=room.draft, stage="Rev.1")


def test_a_text_with_open_inputs_is_adopted_once_their_list_was_confirmed(
    room: Room, still_open: Comment
) -> None:
    person = Person(room, "co_facilitator")
    shown = person.get("adopt_text", "plan")
    assert "1 input has no answer" in page(shown)
    assert still_open.reference in page(shown)
    sent = {"despite_round": "on", "open_mark": open_mark(shown), "shown_number": last_of(room)}
    refused = person.post("adopt_text", "plan", **sent)
    assert refused.status_code == 422
    assert "Confirm that you have seen the inputs that have no answer." in page(refused)
    undo_review(access=room.access("staff"), comment=loaded().get(pk=room.comments["FRA late"]))
    changed = person.post("adopt_text", "plan", open_seen="on", **sent)
    assert changed.status_code == 409
    assert "I have seen the 2 inputs that have no answer." in page(changed)
    assert Draft.objects.get(pk=room.draft.pk).adopted_at is None
    sent["open_mark"] = open_mark(changed)
    assert person.post("adopt_text", "plan", open_seen="on", **sent).status_code == 302
    assert Draft.objects.get(pk=room.draft.pk).adopted_at is not None


def last_of(room: Room) -> int:
    """The number of the last revision of the plan."""
    return max(room.draft.revisions.values_list("number", flat=True))


def test_another_revision_than_the_one_shown_is_not_adopted(
    room: Room, leader: Access, still_open: Comment
) -> None:
    review(access=leader, comment=loaded().get(pk=still_open.pk), disposition="noted")
    person, shown_number = Person(room, "co_facilitator"), last_of(room)
    sent = {"despite_round": "on", "note": "Without a vote.", "shown_number": shown_number}
    assert f'name="shown_number" value="{shown_number}"' in page(person.get("adopt_text", "plan"))
    circulate_and_announce(access=leader, draft=room.draft, stage="Rev.7")

    changed = person.post("adopt_text", "plan", **sent)

    assert changed.status_code == 409
    assert "Rev.7 was circulated after this page was shown." in page(changed)
    assert "Without a vote." in page(changed)
    assert f'name="shown_number" value="{shown_number + 1}"' in page(changed)
    assert Draft.objects.get(pk=room.draft.pk).adopted_at is None
    with pytest.raises(ValidationError, match="was circulated after this page"):
        adopt_and_announce(access=leader, draft=room.draft, shown_number=shown_number)
    sent["shown_number"] = shown_number + 1
    assert person.post("adopt_text", "plan", **sent).status_code == 302
    assert Draft.objects.get(pk=room.draft.pk).adopted_at is not None


def test_nothing_is_adopted_with_open_inputs_that_were_not_seen(
    room: Room, leader: Access, still_open: Comment
) -> None:
    with pytest.raises(ValidationError, match="1 input has no answer"):
        adopt_and_announce(access=leader, draft=room.draft)
    seen = open_inputs(leader, room.draft).mark
    adopt_and_announce(access=leader, draft=room.draft, confirmed_mark=seen)


def test_an_answered_text_asks_nothing_of_open_inputs(room: Room) -> None:
    shown = page(Person(room, "co_facilitator").get("circulate", "plan"))
    assert "has no answer" not in shown
    assert "open_mark" not in shown


def test_the_list_of_open_inputs_has_an_end(room: Room, leader: Access) -> None:
    few = _queries_of(lambda: open_inputs(leader, room.draft))
    Review.objects.filter(published_at=None).update(replaced_at=room.now)
    many = open_inputs(leader, room.draft)
    assert many.count == len(many.first_inputs) > 1
    assert _queries_of(lambda: open_inputs(leader, room.draft)) <= few + 1
    with_more = Person(room, "co_facilitator")
    for number in range(MAX_LISTED):
        draft = draft_comment(
            access=room.access("FRA focal_point"),
            wording=room.wording(room.revision, 2),
            content=CommentContent(**content(f"more {number}")),
        )
        submit_comment(access=room.access("FRA focal_point"), comment=loaded().get(pk=draft.pk))
    assert len(open_inputs(leader, room.draft).first_inputs) == MAX_LISTED
    shown = page(with_more.get("circulate", "plan"))
    assert f"{many.count + MAX_LISTED} inputs have no answer" in shown


def _queries_of(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


# --- Queries -------------------------------------------------------------------------------------


def text_of_size(room: Room, leader: Access, size: int) -> Draft:
    rows = tuple(
        ReadParagraph(at, f"n{at}", None, "operative", "", 0, f"Paragraph {at}.", "", ())
        for at in range(1, size + 1)
    )
    import_first(access=leader, draft=room.unsent_draft, read_text=ReadText("", rows, ()))
    return room.unsent_draft


def test_a_circulation_asks_the_same_queries_of_3_paragraphs_as_of_600(
    room: Room, leader: Access, subtests: Any
) -> None:
    counted = []
    for size in (3, 600):
        with subtests.test(size=size), _undone():
            draft = text_of_size(room, leader, size)
            circulate_and_announce(access=leader, draft=draft, stage="First draft")
            first, second, third, *_rest = rows_of(draft)
            move_paragraph(access=leader, paragraph=first, after=third)
            strike_paragraph(access=leader, paragraph=second)
            person = Person(room, "co_facilitator")
            with CaptureQueriesContext(connection) as looking:
                shown = person.post("circulate", "resolution", show="inputs", labels="renumber")
            with CaptureQueriesContext(connection) as sending:
                sent = person.post(
                    "circulate", "resolution", seen=seen_in(shown), **terms(labels="renumber")
                )
            assert sent.status_code == 302
            assert Wording.objects.filter(revision__draft=draft).count() == 2 * size - 1
            counted.append((len(looking), _without_batches(sending)))
    assert counted[0] == counted[1]


WRITE = re.compile(r'(?:INSERT INTO|UPDATE) "\w+"')


def _without_batches(queries: CaptureQueriesContext) -> int:
    """Rows go to the database five hundred at a time: each table written counts once."""
    asked = [query["sql"] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]
    written = {found[0] for sql in asked if (found := WRITE.match(sql))}
    return len(written) + len([sql for sql in asked if not WRITE.match(sql)])


@contextmanager
def _undone() -> Iterator[None]:
    """A block whose rows are gone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- The mails -----------------------------------------------------------------------------------


def taking_part(room: Room) -> set[str]:
    """Everybody with a post in a seated delegation, who leads, and who serves."""
    seated = room.consultation.seats.filter(ended_at=None).values("delegation")
    posts = Post.objects.held().filter(delegation__in=seated)
    leads = Facilitation.objects.filter(consultation=room.consultation, ended_at=None)
    people = {*posts.values_list("user", flat=True), *leads.values_list("user", flat=True)}
    return set(User.objects.filter(pk__in=people, is_active=True).values_list("email", flat=True))


def test_everybody_who_takes_part_is_told_once_whatever_they_chose(
    room: Room, clock: None, leader: Access
) -> None:
    MailChoice.objects.create(
        user=room.users["CPV deputy"],
        capacity=room.capacities["CPV deputy"],
        often=MailFrequency.NEVER,
    )
    circulate_and_announce(access=leader, draft=room.draft, stage="Rev.1", note="zq-note-qz")
    sent = send_all(MailKind.CIRCULATION)
    assert {message.to[0] for message in mail.outbox} == taking_part(room)
    assert sent == len(mail.outbox) == len(taking_part(room))
    assert send_all(MailKind.CIRCULATION) == 0
    assert list(due(timezone.now() + timedelta(hours=1))) == []
    assert room.users["JPN focal_point"].email not in taking_part(room)


def test_the_mail_says_what_went_out_and_until_when_and_holds_no_wording(
    room: Room, clock: None, leader: Access
) -> None:
    circulate_and_announce(
        access=leader,
        draft=room.draft,
        stage="Rev.1",
        note="zq-note-qz",
        new_round_terms={
            "name": "Second round",
            "opens_at": room.at(0.5),
            "deadline": room.at(9),
            "visibility": "at_close",
            "late_policy": "mark",
        },
    )
    send_all(MailKind.CIRCULATION)
    (message,) = to(room, "FRA focal_point")
    assert message["Subject"] == "Circulated: The plan, Rev.1"
    for words in (text_of(message), unescape(html_of(message))):
        assert "Rev.1 of The plan is circulated (draft)" in words
        assert "“Second round” opens" in words
        assert "the deadline is" in words
        assert "New\u00a0York" in words
        assert "It begins with a note of the co-facilitators." in words
        assert f"/consultations/{room.consultation.slug}/plan/3/concordance/" in words
        assert "zq-note-qz" not in words
        assert marker("working text") not in words
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None


def test_a_mail_that_leaves_after_an_early_close_names_that_close(
    room: Room, clock: None, leader: Access
) -> None:
    moment = room.at(0.5)
    terms = {"name": "Second round", "opens_at": room.at(0.1), "deadline": room.at(9)}
    circulate_and_announce(
        access=leader,
        draft=room.draft,
        stage="Rev.1",
        new_round_terms={**terms, "visibility": "at_close"},
    )
    Round.objects.filter(name="Second round").update(closed_at=moment)
    with time_machine.travel(room.at(1), tick=False):
        send_all(MailKind.CIRCULATION)
    (message,) = to(room, "FRA focal_point")
    closing_time = moment_in_words(moment, room.consultation.zone)
    assert f"Inputs: “Second round”, until {closing_time}" in text_of(message)


def test_each_is_told_in_their_language(room: Room, clock: None, leader: Access) -> None:
    User.objects.filter(pk=room.users["FRA deputy"].pk).update(language="fr")
    circulate_and_announce(access=leader, draft=room.draft, stage="Rev.1")
    send_all(MailKind.CIRCULATION)
    (message,) = to(room, "FRA deputy")
    assert 'lang="fr"' in html_of(message)


def test_who_lost_their_post_before_the_mail_went_gets_none(
    room: Room, clock: None, leader: Access
) -> None:
    circulate_and_announce(access=leader, draft=room.draft, stage="Rev.1")
    Post.objects.filter(user=room.users["FRA deputy"]).update(ended_at=room.now)
    send_all(MailKind.CIRCULATION)
    assert to(room, "FRA deputy") == []
    assert notices().filter(dropped_at__isnull=False).count() == 1


def test_a_circulation_that_is_refused_tells_nobody(room: Room, leader: Access) -> None:
    person = Person(room, "co_facilitator")
    answer = person.post("circulate", "plan", seen="0" * 64, **terms())
    assert answer.status_code == 409
    assert not notices().exists()


# --- Corrigenda, adoption ------------------------------------------------------------------------


def test_a_corrigendum_joins_the_open_round_of_what_it_corrects(room: Room, leader: Access) -> None:
    _heading, first, *_rest = rows_of(room.draft)
    reworded(leader, first, "To raise awareness of trafficking in persons.")
    person = Person(room, "co_facilitator")
    shown = person.get("circulate", "plan", nature="corrigendum")
    assert 'value="Corr.1"' in page(shown)
    chosen = terms(stage="Corr.1", nature="corrigendum", round=str(room.round.public_id))
    refused = person.post("circulate", "plan", seen=seen_in(shown), **{**chosen, "nature": "draft"})
    assert refused.status_code == 422
    assert "That round has opened." in page(refused)
    sent = person.post("circulate", "plan", seen=seen_in(shown), **chosen)
    assert sent.status_code == 302
    corrected = Revision.objects.get(stage="Corr.1")
    assert (corrected.nature, corrected.round_id) == ("corrigendum", room.round.pk)
    assert corrected.wordings.get(place=2).redline is not None


def test_a_text_is_adopted_as_orally_revised_at_a_meeting(room: Room, leader: Access) -> None:
    person = Person(room, "co_facilitator")
    shown = person.get("circulate", "plan", nature="adopted")
    assert 'value="Adopted text"' in page(shown)
    chosen = terms(
        stage="Adopted text",
        nature="adopted",
        note="As orally revised by the representative of Portugal.",
        meeting=str(room.meeting.public_id),
        despite_round="on",
    )
    wrong = person.post("circulate", "plan", seen=seen_in(shown), **{**chosen, "nature": "draft"})
    assert wrong.status_code == 422
    assert "Only an adopted text has a meeting." in page(wrong)
    sent = person.post("circulate", "plan", seen=seen_in(shown), **chosen)
    assert sent.status_code == 302
    adopted = Revision.objects.select_related("draft__consultation").get(stage="Adopted text")
    assert (adopted.nature, adopted.meeting_id) == ("adopted", room.meeting.pk)
    assert adopted.draft.adopted_at is not None
    assert adopted.draft.consultation.closed_at == adopted.draft.adopted_at


def test_a_text_adopted_as_it_stands_says_the_same_words_under_a_seal_of_its_own(
    room: Room, leader: Access
) -> None:
    before = list(room.revision.wordings.order_by("place").values_list("text", "label", "level"))
    adopted = adopt_and_announce(
        access=leader, draft=room.draft, meeting=room.meeting, note="Without a vote."
    )
    words = list(adopted.wordings.order_by("place").values_list("text", "label", "level"))
    assert words == before
    assert adopted.checksum != room.revision.checksum
    assert notices().count() == len(taking_part(room))


def test_the_record_closes_with_the_last_of_its_texts_alone(room: Room, leader: Access) -> None:
    draft = text_of_size(room, leader, 3)
    circulate_and_announce(access=leader, draft=draft, stage="First draft")
    adopt_and_announce(access=leader, draft=room.draft)
    assert Consultation.objects.get(pk=room.consultation.pk).closed_at is None
    adopt_and_announce(access=leader, draft=draft)
    assert Consultation.objects.get(pk=room.consultation.pk).closed_at is not None
    assert Round.objects.filter(consultation=room.consultation).exists()


def _subject(message: EmailMessage) -> str:
    return str(message["Subject"])


def test_an_adoption_is_told_with_its_meeting(room: Room, clock: None, leader: Access) -> None:
    adopt_and_announce(access=leader, draft=room.draft, meeting=room.meeting)
    send_all(MailKind.CIRCULATION)
    (message,) = to(room, "FRA contributor")
    assert _subject(message) == "Adopted: The plan"
    assert "It was adopted at First reading" in text_of(message)
    assert "You can still read the text and the inputs visible to you." in text_of(message)


def test_labels_are_kept_unless_others_are_asked_for(room: Room, leader: Access) -> None:
    assert outgoing_revision_of(leader, room.draft, Relabelling.KEEP).relabelling == "keep"
    assert outgoing_revision_of(leader, room.draft).next_stage("draft") == "Rev.1"
