"""What is answered to an input: replies, alignments, reviews and their acknowledgement."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from comments.acts import answering
from comments.acts.content import CommentContent
from comments.acts.drafting import draft_comment
from comments.acts.submission import submit_comment
from comments.desks.queue import unpublished_by_text
from comments.models import Alignment, Reply, Review
from consultations.acts.frame import set_round
from consultations.models import Consultation, Round
from consultations.rules.access import Refused
from drafts.circulating.circulation import circulate_revision
from drafts.desk.editing import add_paragraph, start_draft
from drafts.models import Kind
from tests.comments.test_pages import Person, page
from tests.room import Room, loaded, words


def _review(room: Room, name: str, **more: str) -> Review:
    said = {"disposition": "noted", "observation": "Seen."} | more
    return answering.review(access=room.access("staff"), comment=room.comment(name), **said)


def _published(room: Room, name: str) -> Review:
    rows = Review.objects.select_related(
        "comment__round", "comment__consultation", "comment__paragraph__draft"
    )
    return rows.get(comment=room.comments[name], published_at__isnull=False)


# --- Replies -------------------------------------------------------------------------------------


def test_a_reply_is_the_delegations_and_the_history_names_the_hand(room: Room) -> None:
    reply = answering.reply(
        access=room.access("FRA focal_point"), comment=room.comment("CPV submitted"), text="Yes."
    )
    assert reply.seat is not None and reply.seat.code == "FRA"
    assert reply.history.get().history_change_reason == "focal point, France"


def test_facilitators_reply_from_no_seat(room: Room) -> None:
    access = room.access("staff")
    assert (
        answering.reply(access=access, comment=room.comment("FRA late"), text="Yes.").seat is None
    )


def test_a_double_click_makes_one_reply(room: Room) -> None:
    key, access = uuid.uuid4(), room.access("FRA focal_point")
    comment = room.comment("CPV submitted")
    before = Reply.objects.count()
    replies = {
        answering.reply(access=access, comment=comment, text="Yes.", form_key=key).pk
        for _click in range(2)
    }
    assert (len(replies), Reply.objects.count()) == (1, before + 1)


def test_an_empty_reply_is_refused(room: Room) -> None:
    access = room.access("staff")
    with pytest.raises(ValidationError, match="Write your reply"):
        answering.reply(access=access, comment=room.comment("FRA late"), text=" \n")


def test_nobody_replies_to_what_they_cannot_read(room: Room) -> None:
    Round.objects.update(visibility="facilitators")
    for name in ("CPV submitted", "CPV draft", "elsewhere CPV submitted"):
        with pytest.raises(Refused):
            answering.reply(
                access=room.access("FRA focal_point"), comment=room.comment(name), text="Yes."
            )


def test_a_reply_is_withdrawn_by_its_own_side_and_stays(room: Room) -> None:
    theirs = Reply.objects.get(comment=room.comments["CPV submitted"])
    with pytest.raises(Refused, match="belongs to another delegation"):
        answering.withdraw_reply(access=room.access("CPV focal_point"), reply=theirs)
    leader = room.access("co_facilitator")
    withdrawn = answering.withdraw_reply(access=leader, reply=theirs)
    again = answering.withdraw_reply(access=room.access("staff", 1), reply=theirs)
    assert withdrawn.withdrawn_at == again.withdrawn_at == room.now
    assert withdrawn.text == theirs.text


# --- Alignments ----------------------------------------------------------------------------------


def test_aligning_again_with_the_same_words_changes_nothing(room: Room) -> None:
    access, comment = room.access("CIV focal_point"), room.comment("FRA submitted")
    first = answering.align(access=access, comment=comment)
    assert answering.align(access=access, comment=comment).pk == first.pk
    second = answering.align(access=access, comment=comment, reservation="Save the end.")
    first.refresh_from_db()
    assert (first.withdrawn_at, second.withdrawn_at) == (room.now, None)


@pytest.mark.parametrize("state", ["withdrawn", "superseded", "draft"])
def test_nobody_aligns_with_what_does_not_stand(room: Room, state: str) -> None:
    with pytest.raises(Refused):
        answering.align(access=room.access("CIV focal_point"), comment=room.comment(f"FRA {state}"))


def test_an_alignment_is_ended_by_who_made_it_and_the_record_keeps_it(room: Room) -> None:
    alignment = Alignment.objects.get(comment=room.comments["FRA submitted"])
    with pytest.raises(Refused, match="another delegation"):
        answering.end_alignment(access=room.access("CIV focal_point"), alignment=alignment)
    ended = answering.end_alignment(access=room.access("IOM focal_point"), alignment=alignment)
    assert ended.withdrawn_at == room.now
    assert Alignment.objects.filter(pk=alignment.pk).exists()


def test_a_closed_record_keeps_its_alignments(room: Room) -> None:
    alignment = Alignment.objects.get(comment=room.comments["FRA submitted"])
    Consultation.objects.filter(pk=room.consultation.pk).update(closed_at=room.now)
    with pytest.raises(Refused, match="record of this consultation is closed"):
        answering.end_alignment(access=room.access("IOM focal_point"), alignment=alignment)


# --- Reviews -------------------------------------------------------------------------------------


def test_a_change_of_mind_replaces_what_was_not_published(room: Room) -> None:
    first, second = (_review(room, "FRA late", observation=words) for words in ("One.", "Two."))
    first.refresh_from_db()
    assert first.replaced_at == room.now
    assert first.observation == "One."
    seen = Review.objects.visible_to(room.access("secretariat"))
    assert [row.pk for row in seen.filter(comment=room.comments["FRA late"])] == [second.pk]


def test_a_review_replaces_that_of_its_own_input_alone(room: Room) -> None:
    other, first = _review(room, "CPV late"), _review(room, "FRA late")
    second = _review(room, "FRA late", disposition="reflected")
    other.refresh_from_db()
    first.refresh_from_db()
    assert (other.replaced_at, first.replaced_at) == (None, second.decided_at)


def test_a_review_after_publication_stands_beside_the_published_one(room: Room) -> None:
    published = _published(room, "FRA submitted")
    anew = _review(room, "FRA submitted", disposition="reflected")
    mine = Review.objects.visible_to(room.access("FRA focal_point"))
    assert [row.pk for row in mine.filter(comment=room.comments["FRA submitted"])] == [published.pk]
    assert anew.published_at is None


def test_publishing_takes_a_batch_at_one_moment_and_only_of_this_consultation(room: Room) -> None:
    leader = room.access("co_facilitator")
    waiting = Review.objects.filter(published_at=None, replaced_at=None)
    here = waiting.filter(comment__consultation=room.consultation).count()
    elsewhere = waiting.exclude(comment__consultation=room.consultation).count()
    assert here and elsewhere
    assert answering.publish_reviews(access=leader, reviews=Review.objects.all()) == here
    assert waiting.count() == elsewhere
    assert answering.publish_reviews(access=leader, reviews=Review.objects.all()) == 0


def test_staff_review_and_do_not_publish(room: Room) -> None:
    with pytest.raises(Refused):
        answering.publish_reviews(access=room.access("staff"), reviews=Review.objects.all())


def test_a_disposition_is_one_of_five(room: Room) -> None:
    with pytest.raises(ValidationError, match="Choose what became"):
        _review(room, "FRA late", disposition="ignored")


# --- Acknowledgements ----------------------------------------------------------------------------


def test_a_delegation_answers_a_published_review_and_may_think_again(room: Room) -> None:
    access, review = room.access("FRA focal_point"), _published(room, "FRA submitted")
    answer = answering.acknowledge(access=access, review=review, stance="satisfied", note="Thanks.")
    assert answer.stance == "satisfied"
    assert [row.stance for row in answer.history.all()] == ["satisfied", "maintains"]


def test_nobody_answers_a_review_that_is_not_published(room: Room) -> None:
    review = Review.objects.select_related("comment__round", "comment__paragraph__draft").get(
        comment=room.comments["FRA late"]
    )
    with pytest.raises(Refused, match="not published"):
        answering.acknowledge(
            access=room.access("FRA focal_point"), review=review, stance="maintains"
        )


def test_a_review_is_answered_from_the_moment_of_its_publication_on(room: Room) -> None:
    access, row = room.access("FRA focal_point"), _published(room, "FRA submitted")
    row.published_at = access.moment
    assert (
        answering.acknowledge(access=access, review=row, stance="satisfied").stance == "satisfied"
    )
    row.published_at = access.moment + timedelta(microseconds=1)
    with pytest.raises(Refused, match="not published"):
        answering.acknowledge(access=access, review=row, stance="satisfied")


def test_a_note_to_a_review_has_two_thousand_characters_at_most(room: Room) -> None:
    access, row = room.access("FRA focal_point"), _published(room, "FRA submitted")
    kept = answering.acknowledge(access=access, review=row, stance="maintains", note="n" * 2000)
    assert len(kept.note) == 2000
    with pytest.raises(ValidationError, match="The limit is 2000"):
        answering.acknowledge(access=access, review=row, stance="maintains", note="n" * 2001)


def test_nobody_answers_for_another_delegation(room: Room) -> None:
    review = _published(room, "FRA submitted")
    for who in ("CPV focal_point", "FRA deputy", "co_facilitator"):
        with pytest.raises(Refused):
            answering.acknowledge(access=room.access(who), review=review, stance="satisfied")


def test_a_stance_is_one_of_two(room: Room) -> None:
    with pytest.raises(ValidationError):
        answering.acknowledge(
            access=room.access("FRA focal_point"),
            review=_published(room, "FRA submitted"),
            stance="delighted",
        )


# --- The page that publishes ---------------------------------------------------------------------


def _review_on_another_text(room: Room) -> None:
    leader = room.access("co_facilitator", -3)
    asked = set_round(
        access=leader,
        name="On the annex",
        opens_at=room.at(-2),
        deadline=room.at(5),
        visibility=room.visibility,
    )
    draft = start_draft(access=leader, slug="annex", title="The annex", place=1)
    add_paragraph(access=leader, draft=draft, kind=Kind.OPERATIVE, text="To end.", after=None)
    revision = circulate_revision(access=leader, draft=draft, stage="First draft", round=asked)
    said = draft_comment(
        access=room.access("FRA focal_point"),
        wording=room.wording(revision, 1),
        content=CommentContent(**words("on the annex")),
    )
    submit_comment(access=room.access("FRA focal_point"), comment=loaded().get(pk=said.pk))
    answering.review(
        access=room.access("co_facilitator"),
        comment=loaded().get(pk=said.pk),
        disposition="noted",
    )


def test_reviews_are_published_of_the_chosen_texts_alone(room: Room) -> None:
    _review_on_another_text(room)
    leader = Person(room, "co_facilitator")
    waiting = unpublished_by_text(room.access("co_facilitator"))
    chosen, *others = waiting
    assert [row.title for row in others] == ["The annex"]
    shown = page(leader.get("publish_reviews"))
    boxes = re.findall(r'name="texts" value="([^"]+)"[^>]* checked', shown)
    assert boxes == [f"{row.slug}:{row.number}" for row in waiting]
    assert all(f"{row.title}: {row.number} review" in shown for row in waiting)
    leader.post("publish_reviews", texts=[f"{chosen.slug}:{chosen.number}"])
    assert unpublished_by_text(room.access("co_facilitator")) == others


def test_reviews_that_came_since_the_page_was_shown_are_not_published_unseen(room: Room) -> None:
    leader = Person(room, "co_facilitator")
    before = unpublished_by_text(room.access("co_facilitator"))
    answer = leader.post("publish_reviews", texts=[f"{before[0].slug}:{before[0].number - 1}"])
    assert answer.status_code == 422
    assert "The number of reviews has changed." in page(answer)
    assert unpublished_by_text(room.access("co_facilitator")) == before


def test_without_a_text_chosen_nothing_is_published(room: Room) -> None:
    leader = Person(room, "co_facilitator")
    before = unpublished_by_text(room.access("co_facilitator"))
    answer = leader.post("publish_reviews")
    assert answer.status_code == 422 and "Choose at least one text." in page(answer)
    assert unpublished_by_text(room.access("co_facilitator")) == before
