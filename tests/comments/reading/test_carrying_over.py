"""An input of an earlier round is carried over to the current text."""

import re
from typing import Any
from uuid import uuid4

import lxml.html
import pytest

from comments.drafting.acts import save_autosave
from comments.models import Autosave, Comment
from comments.submitting.acts import submit_comment
from consultations.models import LatePolicy, Round
from consultations.timetable.acts import create_round
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph, strike_paragraph
from drafts.models import Draft, Paragraph, Wording
from tests.comments.reading.proposals import propose
from tests.comments.reading.test_pages import Person, page
from tests.room import Room


@pytest.fixture
def first(room: Room) -> Wording:
    """The first operative paragraph: "To raise awareness of trafficking." """
    return room.wording(room.revision, 2)


def _second_round(room: Room) -> Round:
    """Open by now."""
    return create_round(
        access=room.access("co_facilitator", -0.5),
        name="Second round",
        opens_at=room.at(-0.4),
        deadline=room.at(5),
        visibility=room.visibility,
        late_policy=LatePolicy.REFUSE,
    )


def _rewrite(room: Room, wording: Wording, text: str) -> Wording:
    """The paragraph in other words, circulated in a round of its own; the new wording."""
    leader = room.access("co_facilitator", -0.5)
    paragraph = Paragraph.objects.select_related("draft").get(pk=wording.paragraph_id)
    edit_paragraph(
        access=leader,
        paragraph=paragraph,
        text=text,
        kind=paragraph.kind,
        version=paragraph.version,
        label=paragraph.label,
    )
    revision = circulate_revision(
        access=leader, draft=room.draft, stage="Rev.1", round=_second_round(room)
    )
    rows = Wording.objects.select_related("revision__draft", "paragraph")
    return rows.get(revision=revision, paragraph=paragraph)


def _keep(room: Room, comment: Comment, **more: Any) -> Any:
    fields = {"kind": "replace", "type": "substantive", "language": "en", "form_key": str(uuid4())}
    return Person(room, "FRA contributor").post("carry_over", comment.public_id, **fields | more)


def _in_form(shown: str) -> str:
    """The proposed words as the form shows them."""
    found = re.search(r'<textarea[^>]*name="proposed"[^>]*>\n?(.*?)</textarea>', shown, re.DOTALL)
    assert found is not None
    return found[1].removeprefix("\r\n")


def test_a_proposal_is_brought_onto_the_new_words_word_by_word(room: Room, first: Wording) -> None:
    comment = propose(room, first, "To raise awareness of all trafficking.")
    now = _rewrite(room, first, "To raise and keep awareness of trafficking.")
    person = Person(room, "FRA contributor")
    assert "Carry over to Rev.1" in page(person.get("workspace"))
    shown = page(person.get("carry_over", comment.public_id))
    assert _in_form(shown) == "To raise and keep awareness of all trafficking."
    assert "What you said on First draft" in shown and "What Rev.1 changed" in shown
    kept = _keep(room, comment, proposed=_in_form(shown), rationale="Wider.")
    made = Comment.objects.latest("pk")
    assert kept.headers["Location"].endswith(f"#c-{made.public_id}")
    assert (made.wording_id, made.proposed) == (now.pk, _in_form(shown))
    assert [op for op, _words in made.redline] == ["=", "+", "="]
    assert made.submitted_at is None and made.supersedes_id is None


def test_what_one_typed_on_the_new_words_is_kept(room: Room, first: Wording) -> None:
    comment, access = propose(room, first, "To raise all."), room.access("FRA contributor")
    now, typed = _rewrite(room, first, "To raise and keep awareness."), {"rationale": "We wo"}
    wording = Wording.objects.select_related("revision__draft").get(pk=now.pk)
    save_autosave(access=access, wording=wording, text_by_field=typed)
    assert _keep(room, comment, proposed="To keep all.", rationale="Wider.").status_code == 302
    assert Comment.objects.latest("pk").wording_id == now.pk
    assert Autosave.objects.visible_to(access).get(wording=now).words == typed


def test_words_that_both_changed_stand_as_they_were_with_both_redlines(
    room: Room, first: Wording
) -> None:
    comment = propose(room, first, "To deepen awareness of trafficking.")
    _rewrite(room, first, "To spread awareness of trafficking.")
    shown = page(Person(room, "FRA contributor").get("carry_over", comment.public_id))
    assert "changes the same words as you do" in shown
    assert _in_form(shown) == "To deepen awareness of trafficking."
    assert "spread" in shown


def test_a_proposal_that_was_taken_up_says_so(room: Room, first: Wording) -> None:
    comment = propose(room, first, "To raise awareness of all trafficking.")
    _rewrite(room, first, "To raise awareness of all trafficking.")
    shown = page(Person(room, "FRA contributor").get("carry_over", comment.public_id))
    assert "The new text says what you proposed." in shown
    answer = _keep(room, comment, proposed=comment.proposed)
    assert answer.status_code == 422 and "This is the present wording." in page(answer)


def test_a_reason_alone_is_copied_as_it_is(room: Room, first: Wording) -> None:
    comment = propose(room, first, "", kind="question", rationale="Which trafficking?")
    _rewrite(room, first, "To raise awareness of all trafficking.")
    shown = page(Person(room, "FRA contributor").get("carry_over", comment.public_id))
    assert "Which trafficking?" in shown and "Your words are now on the new text." in shown


def test_an_input_stays_in_the_record_and_nothing_is_carried_by_itself(
    room: Room, first: Wording
) -> None:
    comment = propose(room, first, "To raise awareness of all trafficking.")
    submit_comment(access=room.access("FRA focal_point", -2), comment=comment)
    before = Comment.objects.count()
    _rewrite(room, first, "To raise and keep awareness of trafficking.")
    assert Comment.objects.count() == before
    _keep(room, comment, proposed="To raise and keep awareness of all trafficking.")
    old = Comment.objects.get(pk=comment.pk)
    assert old.superseded_at is None and old.withdrawn_at is None


def test_what_stands_on_the_words_of_now_has_nothing_to_carry(room: Room) -> None:
    draft = room.comment("FRA draft")
    person = Person(room, "FRA contributor")
    answer = person.get("carry_over", draft.public_id)
    assert answer.headers["Location"].endswith(f"#c-{draft.public_id}")
    assert "Carry over" not in page(person.get("workspace", state="drafted"))


def test_where_no_paragraph_follows_the_page_says_so(room: Room, first: Wording) -> None:
    leader = room.access("co_facilitator", -0.5)
    paragraph = Paragraph.objects.select_related("draft").get(pk=first.paragraph_id)
    strike_paragraph(access=leader, paragraph=paragraph)
    circulate_revision(access=leader, draft=room.draft, stage="Rev.1", round=None)
    person = Person(room, "FRA contributor")
    answer = person.client.get(
        person.get("carry_over", room.comment("FRA draft").public_id).headers["Location"]
    )
    assert "No paragraph of the text follows the one it was made on." in page(answer)


def test_a_move_is_carried_over_to_the_same_place_though_another_has_its_number_now(
    room: Room, first: Wording
) -> None:
    place = room.wording(room.revision, 4).paragraph
    comment = propose(room, first, "", kind="move", move_after=place, rationale="Later.")
    row = Paragraph.objects.select_related("draft").get(pk=place.pk)
    edit_paragraph(
        access=room.access("co_facilitator", -0.6),
        paragraph=row,
        text=row.text,
        kind=row.kind,
        version=row.version,
        label="2",  # as the one before it
    )
    _rewrite(room, first, "To raise and keep awareness of trafficking.")
    form = lxml.html.document_fromstring(
        page(Person(room, "FRA contributor").get("carry_over", comment.public_id))
    )
    [filled_in] = form.xpath("//input[@name='move_after']/@value")
    assert filled_in == "2 (“To report yearly.”)"
    kept = _keep(room, comment, kind="move", move_after=filled_in, rationale="Later.")
    assert kept.status_code == 302
    assert Comment.objects.latest("pk").move_after_id == place.pk


def test_in_a_closed_round_nothing_is_taken_and_the_words_stay(room: Room, first: Wording) -> None:
    comment = propose(room, first, "To raise awareness of all trafficking.")
    _rewrite(room, first, "To raise and keep awareness of trafficking.")
    Round.objects.filter(name="Second round").update(deadline=room.at(-0.1))
    answer = _keep(room, comment, proposed="Typed with care.")
    assert answer.status_code == 422 and "Typed with care." in page(answer)
    shown = page(Person(room, "FRA contributor").get("carry_over", comment.public_id))
    assert "accepts no late inputs" in shown and "<textarea" not in shown


def test_onto_an_adopted_text_nothing_is_carried(room: Room, first: Wording) -> None:
    comment = propose(room, first, "To raise awareness of all trafficking.")
    _rewrite(room, first, "To raise and keep awareness of trafficking.")
    Draft.objects.filter(pk=room.draft.pk).update(adopted_at=room.at(-0.1))
    shown = page(Person(room, "FRA contributor").get("carry_over", comment.public_id))
    assert "The text is adopted. It no longer accepts inputs." in shown
    assert "<textarea" not in shown


def test_only_the_own_delegation_carries_its_comments_over(room: Room) -> None:
    for who in ("CPV focal_point", "co_facilitator", "secretariat"):
        submitted = room.comment("FRA late")
        assert Person(room, who).get("carry_over", submitted.public_id).status_code == 404
