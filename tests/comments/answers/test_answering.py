"""Answers to an input: replies, alignments, reviews and their acknowledgement."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from comments.answers import acts as answers_acts
from comments.inputs.shown_marks import count_and_mark
from comments.models import Acknowledgement, Alignment, Reply, Review
from comments.submitting.acts import withdraw_comment
from consultations.models import Consultation, Round
from consultations.rules.access import Refused
from drafts.models import Draft
from tests.comments.reading.test_pages import Person, page
from tests.room import SLUG, Room


def _review(room: Room, name: str, **more: str) -> Review:
    fields = {"disposition": "noted", "observation": "Seen."} | more
    return answers_acts.review(access=room.access("staff"), comment=room.comment(name), **fields)


def _published(room: Room, name: str) -> Review:
    rows = Review.objects.select_related(
        "comment__round", "comment__consultation", "comment__paragraph__draft"
    )
    return rows.get(comment=room.comments[name], published_at__isnull=False)


# --- Replies -------------------------------------------------------------------------------------


def test_a_reply_is_the_delegations_and_the_history_names_the_hand(room: Room) -> None:
    reply = answers_acts.reply(
        access=room.access("FRA focal_point"), comment=room.comment("CPV submitted"), text="Yes."
    )
    assert reply.seat is not None and reply.seat.code == "FRA"
    assert reply.history.get().history_change_reason == "focal point, France"


def test_facilitators_reply_from_no_seat(room: Room) -> None:
    access = room.access("staff")
    assert (
        answers_acts.reply(access=access, comment=room.comment("FRA late"), text="Yes.").seat
        is None
    )


def test_a_double_click_makes_one_reply(room: Room) -> None:
    key, access = uuid.uuid4(), room.access("FRA focal_point")
    comment = room.comment("CPV submitted")
    before = Reply.objects.count()
    replies = {
        answers_acts.reply(access=access, comment=comment, text="Yes.", form_key=key).pk
        for _click in range(2)
    }
    assert (len(replies), Reply.objects.count()) == (1, before + 1)


def test_an_empty_reply_is_refused(room: Room) -> None:
    access = room.access("staff")
    with pytest.raises(ValidationError, match="Write your reply"):
        answers_acts.reply(access=access, comment=room.comment("FRA late"), text=" \n")


def test_nobody_replies_to_what_they_cannot_read(room: Room) -> None:
    Round.objects.update(visibility="facilitators")
    for name in ("CPV submitted", "CPV draft", "elsewhere CPV submitted"):
        with pytest.raises(Refused):
            answers_acts.reply(
                access=room.access("FRA focal_point"), comment=room.comment(name), text="Yes."
            )


def test_the_words_of_a_reply_are_not_optional(room: Room) -> None:
    person, comment = Person(room, "IOM focal_point"), room.comment("FRA submitted").public_id
    shown = page(person.get("reply", comment))
    label = re.search(r'<label for="id_text">Reply(.*?)</label>', shown, re.DOTALL)
    assert label is not None and "optional" not in label[1]
    empty = person.post("reply", comment, text=" ", language="en", form_key=str(uuid.uuid4()))
    assert empty.status_code == 422 and "Write your reply." in page(empty)


def test_a_reply_is_withdrawn_by_its_own_side_and_stays(room: Room) -> None:
    theirs = Reply.objects.get(comment=room.comments["CPV submitted"])
    with pytest.raises(Refused, match="belongs to another delegation"):
        answers_acts.withdraw_reply(access=room.access("CPV focal_point"), reply=theirs)
    leader = room.access("co_facilitator")
    withdrawn = answers_acts.withdraw_reply(access=leader, reply=theirs)
    again = answers_acts.withdraw_reply(access=room.access("staff", 1), reply=theirs)
    assert withdrawn.withdrawn_at == again.withdrawn_at == room.now
    assert withdrawn.text == theirs.text


def test_only_who_may_reply_withdraws_a_reply(room: Room) -> None:
    comment = room.comment("CPV submitted")
    ours = answers_acts.reply(access=room.access("FRA focal_point"), comment=comment, text="Yes.")
    theirs = answers_acts.reply(access=room.access("staff"), comment=comment, text="Noted.")
    for who, row in (("FRA contributor", ours), ("secretariat", theirs)):
        with pytest.raises(Refused):
            answers_acts.withdraw_reply(access=room.access(who), reply=row)
    Consultation.objects.filter(pk=room.consultation.pk).update(closed_at=room.now)
    with pytest.raises(Refused):
        answers_acts.withdraw_reply(access=room.access("FRA focal_point"), reply=ours)
    assert not Reply.objects.filter(pk__in=[ours.pk, theirs.pk], withdrawn_at__isnull=False)


# --- Alignments ----------------------------------------------------------------------------------


def test_aligning_again_with_the_same_words_changes_nothing(room: Room) -> None:
    access, comment = room.access("CIV focal_point"), room.comment("FRA submitted")
    first = answers_acts.align(access=access, comment=comment)
    assert answers_acts.align(access=access, comment=comment).pk == first.pk
    second = answers_acts.align(access=access, comment=comment, reservation="Save the end.")
    first.refresh_from_db()
    assert (first.withdrawn_at, second.withdrawn_at) == (room.now, None)


def test_an_alignment_replaces_that_of_its_own_delegation_with_that_input_alone(
    room: Room,
) -> None:
    comment = room.comment("FRA submitted")
    others = [
        answers_acts.align(access=room.access("CPV focal_point"), comment=comment),
        answers_acts.align(
            access=room.access("CIV focal_point"), comment=room.comment("CPV submitted")
        ),
    ]
    access = room.access("CIV focal_point")
    first = answers_acts.align(access=access, comment=comment)
    answers_acts.end_alignment(access=access, alignment=first)
    second = answers_acts.align(access=room.access("CIV focal_point", 1), comment=comment)
    assert second.pk != first.pk
    third = answers_acts.align(
        access=room.access("CIV focal_point", 2), comment=comment, reservation="Save the end."
    )
    for row in (*others, first, second, third):
        row.refresh_from_db()
    assert [row.withdrawn_at for row in others] == [None, None]
    assert [row.withdrawn_at for row in (first, second, third)] == [room.now, room.at(2), None]


@pytest.mark.parametrize("state", ["withdrawn", "superseded", "draft"])
def test_nobody_aligns_with_what_does_not_stand(room: Room, state: str) -> None:
    with pytest.raises(Refused):
        answers_acts.align(
            access=room.access("CIV focal_point"), comment=room.comment(f"FRA {state}")
        )


def test_nobody_aligns_with_what_was_withdrawn_since_they_read_it(room: Room) -> None:
    as_read = room.comment("FRA submitted")
    withdraw_comment(
        access=room.access("FRA focal_point"), comment=room.comment("FRA submitted"), reason="Met."
    )
    with pytest.raises(Refused, match="withdrawn or replaced"):
        answers_acts.align(access=room.access("CIV focal_point"), comment=as_read)
    civ = room.seat("CIV focal_point")
    assert not Alignment.objects.filter(comment=as_read.pk, seat=civ).exists()


def test_an_alignment_is_ended_by_who_made_it_and_the_record_keeps_it(room: Room) -> None:
    alignment = Alignment.objects.get(comment=room.comments["FRA submitted"])
    with pytest.raises(Refused, match="another delegation"):
        answers_acts.end_alignment(access=room.access("CIV focal_point"), alignment=alignment)
    with pytest.raises(Refused):
        answers_acts.end_alignment(access=room.access("IOM contributor"), alignment=alignment)
    ended = answers_acts.end_alignment(access=room.access("IOM focal_point"), alignment=alignment)
    assert ended.withdrawn_at == room.now
    assert Alignment.objects.get(pk=alignment.pk).withdrawn_at == room.now


def test_a_closed_record_keeps_its_alignments(room: Room) -> None:
    alignment = Alignment.objects.get(comment=room.comments["FRA submitted"])
    Consultation.objects.filter(pk=room.consultation.pk).update(closed_at=room.now)
    with pytest.raises(Refused, match="record of this consultation is closed"):
        answers_acts.end_alignment(access=room.access("IOM focal_point"), alignment=alignment)


@pytest.mark.parametrize("closed", ["record", "text"])
def test_no_alignment_can_be_ended_once_the_record_no_longer_changes(
    room: Room, closed: str
) -> None:
    alignment = Alignment.objects.get(comment=room.comments["FRA submitted"])
    person = Person(room, "IOM focal_point")
    open_at = room.comment("FRA submitted").paragraph.public_id
    address = reverse("end_alignment", args=[SLUG, alignment.public_id])
    assert address in page(person.get("reading", "plan", 2, open=open_at))
    if closed == "record":
        Consultation.objects.filter(pk=room.consultation.pk).update(closed_at=room.now)
    else:
        Draft.objects.filter(pk=room.draft.pk).update(adopted_at=room.now)
    assert address not in page(person.get("reading", "plan", 2, open=open_at))
    with pytest.raises(Refused, match=r"closed|no longer changes"):
        answers_acts.end_alignment(access=room.access("IOM focal_point"), alignment=alignment)


def test_a_reservation_has_a_thousand_characters_at_most(room: Room) -> None:
    access, comment = room.access("CIV focal_point"), room.comment("FRA submitted")
    with pytest.raises(ValidationError, match="This has 1001 characters"):
        answers_acts.align(access=access, comment=comment, reservation="a" * 1001)
    kept = answers_acts.align(access=access, comment=comment, reservation="a" * 1000)
    assert len(kept.reservation) == 1000


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
    assert answers_acts.publish_reviews(access=leader, reviews=Review.objects.all()) == here
    assert waiting.count() == elsewhere
    assert answers_acts.publish_reviews(access=leader, reviews=Review.objects.all()) == 0


def test_what_is_published_is_what_was_shown(room: Room) -> None:
    leader, reviews = (
        room.access("co_facilitator"),
        Review.objects.filter(
            comment__consultation=room.consultation, published_at=None, replaced_at=None
        ),
    )
    count, mark = count_and_mark(reviews)
    _review(room, "FRA late", observation="Since.")
    with pytest.raises(ValidationError, match="changed after this page was shown"):
        answers_acts.publish_reviews(access=leader, reviews=Review.objects.all(), shown_mark=mark)
    changed, new_mark = count_and_mark(reviews)
    assert changed >= count > 0
    shown: dict[str, Any] = {"reviews": Review.objects.all(), "shown_mark": new_mark}
    assert answers_acts.publish_reviews(access=leader, **shown) == changed


def test_staff_review_and_do_not_publish(room: Room) -> None:
    with pytest.raises(Refused):
        answers_acts.publish_reviews(access=room.access("staff"), reviews=Review.objects.all())


def test_a_disposition_is_one_of_five(room: Room) -> None:
    with pytest.raises(ValidationError, match="Choose what became"):
        _review(room, "FRA late", disposition="ignored")


# --- Acknowledgements ----------------------------------------------------------------------------


def test_a_delegation_answers_a_published_review_and_may_think_again(room: Room) -> None:
    access, review = room.access("FRA focal_point"), _published(room, "FRA submitted")
    answer = answers_acts.acknowledge(
        access=access, review=review, stance="satisfied", note="Thanks."
    )
    assert answer.stance == "satisfied"
    assert [row.stance for row in answer.history.all()] == ["satisfied", "maintains"]


def test_what_one_delegation_answers_leaves_the_answer_of_another(room: Room) -> None:
    theirs = Acknowledgement.objects.get(comment=room.comments["FRA submitted"])
    _review(room, "CPV late")
    leader = room.access("co_facilitator")
    answers_acts.publish_reviews(access=leader, reviews=Review.objects.visible_to(leader))
    review = _published(room, "CPV late")
    for days, stance in ((1, "satisfied"), (2, "maintains")):
        access = room.access("CPV focal_point", days)
        answers_acts.acknowledge(access=access, review=review, stance=stance)
        [ours] = Acknowledgement.objects.filter(review=review)
        assert (ours.stance, ours.acknowledged_at) == (stance, room.at(days))
    assert Acknowledgement.objects.get(pk=theirs.pk).acknowledged_at == theirs.acknowledged_at


def test_nobody_answers_a_review_that_is_not_published(room: Room) -> None:
    review = Review.objects.select_related("comment__round", "comment__paragraph__draft").get(
        comment=room.comments["FRA late"]
    )
    with pytest.raises(Refused, match="not published"):
        answers_acts.acknowledge(
            access=room.access("FRA focal_point"), review=review, stance="maintains"
        )


def test_a_review_is_answered_from_the_moment_of_its_publication_on(room: Room) -> None:
    access, row = room.access("FRA focal_point"), _published(room, "FRA submitted")
    row.published_at = access.moment
    assert (
        answers_acts.acknowledge(access=access, review=row, stance="satisfied").stance
        == "satisfied"
    )
    row.published_at = access.moment + timedelta(microseconds=1)
    with pytest.raises(Refused, match="not published"):
        answers_acts.acknowledge(access=access, review=row, stance="satisfied")


def test_a_note_to_a_review_has_two_thousand_characters_at_most(room: Room) -> None:
    access, row = room.access("FRA focal_point"), _published(room, "FRA submitted")
    kept = answers_acts.acknowledge(access=access, review=row, stance="maintains", note="n" * 2000)
    assert len(kept.note) == 2000
    with pytest.raises(ValidationError, match="The limit is 2000"):
        answers_acts.acknowledge(access=access, review=row, stance="maintains", note="n" * 2001)


def test_nobody_answers_for_another_delegation(room: Room) -> None:
    review = _published(room, "FRA submitted")
    for who in ("CPV focal_point", "FRA deputy", "co_facilitator"):
        with pytest.raises(Refused):
            answers_acts.acknowledge(access=room.access(who), review=review, stance="satisfied")


def test_a_stance_is_one_of_two(room: Room) -> None:
    with pytest.raises(ValidationError):
        answers_acts.acknowledge(
            access=room.access("FRA focal_point"),
            review=_published(room, "FRA submitted"),
            stance="delighted",
        )


# --- An answer undone ----------------------------------------------------------------------------


def _standing(room: Room, name: str) -> list[str]:
    rows = Review.objects.filter(comment=room.comments[name], replaced_at=None)
    return list(rows.filter(published_at=None).values_list("disposition", flat=True))


def test_an_answer_is_undone_to_the_one_before_it_and_then_to_none(room: Room) -> None:
    Review.objects.filter(published_at=None).update(replaced_at=room.now)
    for minutes, disposition in enumerate(("noted", "partly"), start=1):
        answers_acts.review(
            access=room.access("staff", minutes / 60),
            comment=room.comment("CPV submitted"),
            disposition=disposition,
            observation="Seen.",
        )
    staff = room.access("staff", 1)
    before = answers_acts.undo_review(access=staff, comment=room.comment("CPV submitted"))
    assert before is not None and before.observation == "Seen."
    assert _standing(room, "CPV submitted") == ["noted"]
    assert answers_acts.undo_review(access=staff, comment=room.comment("CPV submitted")) is None
    assert _standing(room, "CPV submitted") == []


def test_to_undo_an_answer_brings_back_none_of_another_input(room: Room) -> None:
    Review.objects.filter(published_at=None).update(replaced_at=room.at(-1))
    _review(room, "CPV submitted")
    of_another = _review(room, "FRA late")
    Review.objects.filter(pk=of_another.pk).update(replaced_at=room.now)
    staff = room.access("staff")
    assert answers_acts.undo_review(access=staff, comment=room.comment("CPV submitted")) is None
    assert _standing(room, "CPV submitted") == []


@pytest.mark.parametrize("who", ["FRA focal_point", "CPV focal_point", "secretariat"])
def test_nobody_else_answers_or_undoes_an_answer(room: Room, who: str) -> None:
    access, comment = room.access(who), room.comment("CPV submitted")
    _review(room, "CPV submitted")
    acts: tuple[Callable[[], object], ...] = (
        lambda: answers_acts.review(access=access, comment=comment, disposition="noted"),
        lambda: answers_acts.review_comments(
            access=access, comments=[comment], disposition="noted"
        ),
        lambda: answers_acts.undo_review(access=access, comment=comment),
    )
    before = list(Review.objects.order_by("pk").values())
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert list(Review.objects.order_by("pk").values()) == before


def test_several_inputs_get_an_answer_each_or_none(room: Room) -> None:
    staff = room.access("staff")
    comments = [room.comment(name) for name in ("CPV submitted", "FRA late")]
    reviews = answers_acts.review_comments(
        access=staff, comments=comments, disposition="partly", observation="Seen."
    )
    assert [(review.comment, review.disposition) for review in reviews] == [
        (comment, "partly") for comment in comments
    ]
    elsewhere = room.comment("elsewhere CPV submitted")
    before = Review.objects.count()
    with pytest.raises(Refused):
        answers_acts.review_comments(
            access=staff, comments=[*comments, elsewhere], disposition="noted"
        )
    assert Review.objects.count() == before


def test_a_published_answer_is_not_undone(room: Room) -> None:
    _review(room, "CPV submitted")
    leader = room.access("co_facilitator")
    reviews = Review.objects.visible_to(leader)
    answers_acts.publish_reviews(access=leader, reviews=reviews)
    with pytest.raises(Refused, match="no answer to undo"):
        answers_acts.undo_review(access=leader, comment=room.comment("CPV submitted"))
    assert Review.objects.visible_to(leader).filter(comment=room.comments["CPV submitted"]).exists()


@pytest.mark.parametrize("number", ["²", "0", "-1", "9" * 40])
def test_a_page_of_inputs_that_is_no_number_is_the_first(room: Room, number: str) -> None:
    paragraph = room.comment("CPV submitted").paragraph.public_id
    shown = Person(room, "staff").get("review_paragraph", paragraph, page=number)
    assert shown.status_code == 200 and "CPV-1" in page(shown)
