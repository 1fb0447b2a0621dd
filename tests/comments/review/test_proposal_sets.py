"""Similar proposals on the facilitators' page: grouped, regrouped by hand, answered as one."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, DecisiveList, Review, SetChoice
from comments.review import gathering
from comments.review.proposal_sets import ProposalSets
from comments.review.views import get_proposal_sets
from comments.submitting.acts import submit_comment
from consultations.rules.access import Refused
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, start_draft
from drafts.models import ParagraphKind, Wording
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, loaded

pytestmark = pytest.mark.every_server

WORDS = "To raise awareness of all trafficking, wherever it happens, and of those who profit of it"


@pytest.fixture
def place(room: Room) -> Wording:
    """A paragraph on which nobody spoke yet, of a text of its own."""
    leader = room.access("co_facilitator", -3)
    asked = create_round(
        access=leader,
        name="On the annex",
        opens_at=room.at(-2),
        deadline=room.at(5),
        visibility=room.visibility,
    )
    draft = start_draft(access=leader, slug="annex", title="The annex", place=1)
    text = "To raise awareness of trafficking."
    add_paragraph(access=leader, draft=draft, kind=ParagraphKind.OPERATIVE, text=text, after=None)
    revision = circulate_revision(access=leader, draft=draft, stage="First draft", round=asked)
    return room.wording(revision, 1)


@pytest.fixture
def inputs(room: Room, place: Wording) -> list[Comment]:
    """The same words twice, with and without an article; then nearly so; then decisively not."""
    wordings = {
        "FRA": f"{WORDS}.",
        "CPV": f"{WORDS};",
        "IOM": f"{WORDS} today.",
    }
    return [_submit_proposal(room, place, code, proposed) for code, proposed in wordings.items()]


def _submit_proposal(room: Room, place: Wording, code: str, proposed: str) -> Comment:
    access = room.access(f"{code} focal_point")
    content = CommentContent(kind="replace", type="substantive", proposed=proposed, rationale="So.")
    drafted = draft_comment(access=access, wording=place, content=content)
    submit_comment(access=access, comment=loaded().get(pk=drafted.pk))
    found: Comment = loaded().get(pk=drafted.pk)
    return found


def _sets(room: Room, place: Wording) -> ProposalSets:
    return get_proposal_sets(room.access("staff"), place.paragraph.public_id)


def _codes(sets: ProposalSets) -> list[list[str]]:
    return [[member.comment.seat.code for member in found.members] for found in sets.sets]


@pytest.mark.django_db
def test_like_proposals_are_one_set_that_says_why(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    (found,) = _sets(room, place).sets
    assert [member.comment.seat.code for member in found.members] == ["CPV", "FRA", "IOM"]
    assert [member.is_same for member in found.members] == [True, True, False]
    text = page(Person(room, "staff").get("review_paragraph", place.paragraph.public_id))
    assert "the same but for" in text and "Answer all 3 inputs" in text


@pytest.mark.django_db
def test_a_long_set_is_named_page_by_page_and_answered_whole(
    room: Room, place: Wording, inputs: list[Comment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.review.set_lines.MAX_NAMED_INPUTS", 2)
    staff, id = Person(room, "staff"), place.paragraph.public_id
    first = page(staff.get("review_paragraph", id))
    set_id = str(_sets(room, place).sets[0].first_comment.public_id)
    assert "1 to 2 of 3" in first and "the same but for" not in first
    assert f"set={set_id}&members=2#set-{set_id}" in unescape(first)
    further = page(staff.get("review_paragraph", id, set=set_id, members="2"))
    assert "3 to 3 of 3" in further and "the same but for" in further
    for shown in (first, further):
        (ids,) = re.findall(r'type="hidden" name="inputs" value="([^"]*)"', shown)
        assert set(ids.split()) == {str(row.public_id) for row in inputs}
    staff.post("review_set", id, inputs=ids, disposition="noted")
    assert Review.objects.filter(comment__in=inputs).count() == 3


@pytest.mark.django_db
def test_a_decisive_word_keeps_apart_until_the_secretariat_strikes_it(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    _submit_proposal(room, place, "FRA", f"{WORDS}, as appropriate.")
    first, second = _sets(room, place).sets
    assert [far.first_comment for far in second.similar_sets] == [first.first_comment]
    assert second.similar_sets[0].is_decisive
    text = page(Person(room, "staff").get("review_paragraph", place.paragraph.public_id))
    assert f"Kept apart from {first.first_comment.reference}:" in text
    assert "</del> </span>" not in text and re.search(r"</del>\s+</span>", text) is None
    gathering.set_decisive_words(
        access=room.access("secretariat"), language="en", words="shall / should / may"
    )
    assert len(_sets(room, place).sets) == 1


@pytest.mark.django_db
def test_what_is_not_submitted_is_in_no_set(room: Room, place: Wording) -> None:
    access = room.access("FRA focal_point")
    for words in (WORDS, WORDS):
        content = CommentContent(kind="replace", type="substantive", proposed=words, rationale="")
        draft_comment(access=access, wording=place, content=content)
    assert _sets(room, place).comments == []
    text = page(Person(room, "staff").get("review_paragraph", place.paragraph.public_id))
    assert "Like proposals" not in text


@pytest.mark.django_db
def test_an_input_is_taken_out_by_hand_and_put_back_by_the_opposite_act(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    staff = room.access("staff")
    gathering.take_apart(access=staff, comments=[inputs[2]])
    found = _sets(room, place)
    assert _codes(found) == [["CPV", "FRA"]]
    assert [member.comment.seat.code for member in found.single_members] == ["IOM"]
    gathering.put_together(access=staff, comments=[inputs[1], inputs[2]])
    found = _sets(room, place)
    assert _codes(found) == [["CPV", "FRA", "IOM"]]
    assert found.sets[0].members[2].is_by_hand
    choice = SetChoice.objects.get(comment=inputs[2])
    assert choice.history.count() == 2
    gathering.gather_by_words(access=staff, comments=[inputs[2]])
    assert not _sets(room, place).sets[0].members[2].is_by_hand


@pytest.mark.django_db
def test_the_first_of_a_set_may_be_taken_out_and_the_others_stay(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    gathering.take_apart(access=room.access("staff"), comments=[inputs[1]])
    assert _codes(_sets(room, place)) == [["FRA", "IOM"]]


@pytest.mark.django_db
def test_what_was_set_on_its_own_no_longer_is_where_another_is_put_into_its_set(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    staff = room.access("staff")
    gathering.take_apart(access=staff, comments=[inputs[0]])
    gathering.put_together(access=staff, comments=[inputs[0], inputs[2]])
    assert SetChoice.objects.get(comment=inputs[0]).where == SetChoice.Where.BY_WORDS
    assert _codes(_sets(room, place)) == [["CPV", "FRA", "IOM"]]


@pytest.mark.django_db
def test_what_is_put_into_the_set_of_one_that_was_put_there_is_beside_its_first(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    staff, (first, second, third) = room.access("staff"), inputs
    gathering.put_together(access=staff, comments=[first, second])
    gathering.put_together(access=staff, comments=[second, third])
    beside = dict(SetChoice.objects.values_list("comment", "beside"))
    assert beside == {second.pk: first.pk, third.pk: first.pk}


@pytest.mark.django_db
def test_the_first_of_a_set_stays_first_where_it_is_put_together_with_one_beside_it(
    room: Room, inputs: list[Comment]
) -> None:
    staff, (first, second, _third) = room.access("staff"), inputs
    gathering.put_together(access=staff, comments=[first, second])
    assert gathering.put_together(access=staff, comments=[second, first]) == []
    assert SetChoice.objects.values_list("comment", "beside").get() == (second.pk, first.pk)


@pytest.mark.django_db
def test_one_input_alone_is_not_put_together(room: Room, inputs: list[Comment]) -> None:
    with pytest.raises(ValidationError, match="at least two"):
        gathering.put_together(access=room.access("staff"), comments=inputs[:1])


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["FRA focal_point", "secretariat"])
def test_only_facilitators_set_by_hand(room: Room, inputs: list[Comment], who: str) -> None:
    with pytest.raises(Refused):
        gathering.take_apart(access=room.access(who), comments=inputs[:1])


@pytest.mark.django_db
def test_marked_and_typed_inputs_are_put_together_on_the_page(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    far = _submit_proposal(room, place, "FRA", "To end it.")
    id = place.paragraph.public_id
    marked: dict[str, Any] = {"inputs": [str(inputs[0].public_id)], "numbers": far.reference}
    answer = Person(room, "staff").post("gather_inputs", id, act="together", **marked)
    assert answer.status_code == 302
    assert _codes(_sets(room, place)) == [["CPV", "FRA", "FRA", "IOM"]]
    typed = Person(room, "staff").post("gather_inputs", id, act="apart", numbers="XYZ-9")
    assert typed.status_code == 422
    assert "No proposal on this paragraph has the number XYZ-9." in page(typed)
    assert 'value="XYZ-9"' in page(typed)


@pytest.mark.django_db
def test_one_answer_for_a_set_is_a_review_of_each(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    ids = [str(row.public_id) for row in inputs]
    fields = {"inputs": ids, "disposition": "partly", "observation": "In other words."}
    answer = Person(room, "staff").post("review_set", place.paragraph.public_id, **fields)
    assert answer.status_code == 302
    reviews = Review.objects.filter(comment__in=inputs, replaced_at=None)
    assert {row.observation for row in reviews} == {"In other words."} and len(reviews) == 3
    assert _sets(room, place).sets[0].answered_count == 3


@pytest.mark.django_db
def test_an_answer_for_a_set_that_changed_is_not_written_and_not_lost(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    ids = [str(inputs[1].public_id), "00000000-0000-4000-8000-000000000000"]
    fields = {"inputs": ids, "disposition": "noted", "observation": "Kept words."}
    answer = Person(room, "staff").post("review_set", place.paragraph.public_id, **fields)
    assert answer.status_code == 422
    assert "withdrawn or replaced meanwhile" in page(answer) and "Kept words." in page(answer)
    assert not Review.objects.filter(comment__in=inputs).exists()


@pytest.mark.django_db
def test_an_answer_for_a_set_of_which_nothing_stands_is_shown_to_be_copied(
    room: Room, place: Wording, inputs: list[Comment]
) -> None:
    """Two of its three are withdrawn, then the last: the page still has what was typed."""
    ids = [str(row.public_id) for row in inputs]
    fields = {"inputs": ids, "disposition": "noted", "observation": "Words of the whole set."}
    for gone in (inputs[:2], inputs):
        Comment.objects.filter(pk__in=[row.pk for row in gone]).update(withdrawn_at=room.now)
        answer = Person(room, "staff").post("review_set", place.paragraph.public_id, **fields)
        assert answer.status_code == 422
        shown = page(answer)
        assert shown.count("Words of the whole set.") == 1
        assert "What you typed" in shown
        assert "withdrawn or replaced meanwhile" in shown
    assert not Review.objects.filter(comment__in=inputs).exists()


@pytest.mark.django_db
def test_the_secretariat_writes_decisive_words_and_is_told_which_line_is_none(room: Room) -> None:
    secretariat = Person(room, "secretariat")
    assert "shall / should / may" in page(secretariat.get("decisive_words"))
    refused = secretariat.post("decisive_words", words="and / or\n/ or")
    assert refused.status_code == 422
    assert "Not a choice between words: “/ or”." in page(refused)
    assert secretariat.post("decisive_words", words="and / or").status_code == 302
    row = DecisiveList.objects.get(consultation=room.consultation)
    assert (row.language, row.words, row.history.count()) == ("en", "and / or", 1)
    assert "and / or" in page(Person(room, "staff").get("decisive_words"))
    assert "<textarea" not in page(Person(room, "staff").get("decisive_words"))
