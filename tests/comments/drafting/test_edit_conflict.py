"""Two people edit one draft: the second sees both texts, and neither is lost."""

import re
from typing import Any

import lxml.html
import pytest

from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import Room

BEGUN = "To train officials, judges and prosecutors in all countries of origin and of transit."
WIDER = BEGUN.replace("judges", "all judges")
LATER = BEGUN.replace("of transit", "of destination")
NARROW = BEGUN.replace("judges", "some judges")


@pytest.fixture
def draft(room: Room) -> Comment:
    made = draft_comment(
        access=room.access("FRA contributor", -1),
        wording=room.wording(room.revision, 3),
        content=CommentContent(kind="replace", proposed=BEGUN, rationale="It is needed."),
    )
    return Comment.objects.get(pk=made.pk)


def save(room: Room, who: str, draft: Comment, proposed: str, **more: Any) -> Any:
    fields = proposal(version=draft.version, proposed=proposed, rationale="It is needed.")
    return Person(room, who).post("edit_comment", draft.public_id, **fields | more)


def words(answer: Any) -> str:
    """The words of a page without its marks and tags."""
    return " ".join(re.sub(r"<[^>]+>", "", page(answer)).split())


def in_form(answer: Any, name: str) -> str:
    found = re.search(rf'<textarea name="{name}".*?>\n?(.*?)</textarea>', page(answer), re.DOTALL)
    assert found is not None
    return found[1]


def test_changes_of_different_words_stand_together_in_the_form(room: Room, draft: Comment) -> None:
    save(room, "FRA deputy", draft, WIDER)
    answer = save(room, "FRA contributor", draft, LATER)
    assert answer.status_code == 422
    assert in_form(answer, "proposed") == WIDER.replace("of transit", "of destination")
    assert "The form below has both changes" in words(answer)


def test_the_page_says_who_saved_and_shows_what_both_made_of_it(room: Room, draft: Comment) -> None:
    save(room, "FRA deputy", draft, WIDER)
    shown = words(save(room, "FRA contributor", draft, LATER))
    assert "Saved by FRA deputy, deputy, France" in shown
    assert "begin inserted all end inserted" in shown
    assert "begin inserted destination end inserted" in shown


def test_words_that_both_changed_are_chosen_and_until_then_ones_own_stand(
    room: Room, draft: Comment
) -> None:
    save(room, "FRA deputy", draft, WIDER)
    answer = save(room, "FRA contributor", draft, NARROW)
    assert in_form(answer, "proposed") == NARROW
    shown = words(answer)
    assert "1 place to choose" in shown and "Both, one after the other" in shown
    assert "As saved all" in shown and "As you typed some" in shown


def as_shown(answer: Any, number: int) -> dict[str, str]:
    """What a browser sends of one of the forms about the draft, as it stands."""
    forms = lxml.html.document_fromstring(answer.content).forms
    form = [form for form in forms if "/edit/" in (form.action or "")][number]
    # The line end that opens a text area is not of its words.
    return {name: words.removeprefix("\n") for name, words in form.form_values()}


def test_what_the_page_shows_can_be_kept_as_it_stands(room: Room, draft: Comment) -> None:
    person = Person(room, "FRA contributor")
    save(room, "FRA deputy", draft, WIDER)
    both = save(room, "FRA contributor", draft, LATER)
    answer = person.post("edit_comment", draft.public_id, **as_shown(both, -1))
    assert answer.status_code == 302
    kept = Comment.objects.get(pk=draft.pk)
    assert kept.proposed == WIDER.replace("of transit", "of destination")


def test_what_was_chosen_can_be_kept_as_it_stands(room: Room, draft: Comment) -> None:
    person = Person(room, "FRA contributor")
    save(room, "FRA deputy", draft, WIDER)
    both = save(room, "FRA contributor", draft, NARROW)
    choice = as_shown(both, 0) | {"proposed-0": "theirs", "then": "merge"}
    chosen = person.post("edit_comment", draft.public_id, **choice)
    answer = person.post("edit_comment", draft.public_id, **as_shown(chosen, -1))
    assert answer.status_code == 302
    assert Comment.objects.get(pk=draft.pk).proposed == WIDER


@pytest.mark.parametrize(
    ("choice", "kept_words"),
    [("theirs", "all judges"), ("mine", "some judges"), ("both", "all some judges")],
)
def test_what_is_chosen_goes_into_the_form_and_is_kept_from_there(
    room: Room, draft: Comment, choice: str, kept_words: str
) -> None:
    save(room, "FRA deputy", draft, WIDER)
    stands = Comment.objects.get(pk=draft.pk)
    more = {"then": "merge", "their_version": stands.version, "proposed-0": choice}
    answer = save(room, "FRA contributor", draft, NARROW, **more)
    merged = in_form(answer, "proposed")
    assert (answer.status_code, merged) == (200, BEGUN.replace("judges", kept_words))
    assert Comment.objects.get(pk=draft.pk).proposed == WIDER  # nothing is written yet
    assert save(room, "FRA contributor", stands, merged).status_code == 302
    assert Comment.objects.get(pk=draft.pk).proposed == merged


def test_a_choice_made_on_words_that_changed_again_is_asked_again(
    room: Room, draft: Comment
) -> None:
    save(room, "FRA deputy", draft, WIDER)
    shown = Comment.objects.get(pk=draft.pk)
    save(room, "FRA focal_point", shown, BEGUN.replace("judges", "senior judges"))
    more = {"then": "merge", "their_version": shown.version, "proposed-0": "theirs"}
    answer = save(room, "FRA contributor", draft, NARROW, **more)
    assert in_form(answer, "proposed") == NARROW
    assert "As saved senior" in words(answer)


def test_the_reason_is_brought_together_too_and_one_answer_comes_from_who_changed_it(
    room: Room, draft: Comment
) -> None:
    save(room, "FRA deputy", draft, BEGUN, rationale="It is much needed.", type="technical")
    answer = save(room, "FRA contributor", draft, LATER)
    assert in_form(answer, "rationale") == "It is much needed."
    assert '<option value="technical" selected>' in page(answer)


def test_chinese_comes_together_by_the_character(room: Room) -> None:
    made = draft_comment(
        access=room.access("FRA contributor", -1),
        wording=room.wording(room.revision, 3),
        content=CommentContent(kind="replace", proposed="培训官员和法官。", language="zh"),
    )
    draft = Comment.objects.get(pk=made.pk)
    save(room, "FRA deputy", draft, "培训全体官员和法官。", language="zh")
    answer = save(room, "FRA contributor", draft, "培训官员和青年法官。", language="zh")
    assert in_form(answer, "proposed") == "培训全体官员和青年法官。"


def test_a_version_that_never_was_shows_both_texts_whole(room: Room, draft: Comment) -> None:
    answer = save(room, "FRA contributor", draft, LATER, version=99)
    shown = words(answer)
    assert answer.status_code == 422
    assert f"As saved {BEGUN}" in shown and f"As you typed {LATER}" in shown


def test_both_texts_stay_in_the_history(room: Room, draft: Comment) -> None:
    save(room, "FRA deputy", draft, WIDER)
    stands = Comment.objects.get(pk=draft.pk)
    save(room, "FRA contributor", stands, NARROW)
    kept = set(draft.history.values_list("proposed", flat=True))
    assert {BEGUN, WIDER, NARROW} <= kept


def test_a_draft_that_was_submitted_meanwhile_leaves_the_words_to_be_copied(
    room: Room, draft: Comment
) -> None:
    person = Person(room, "FRA focal_point")
    person.post("submit_comment", draft.public_id, comment=f"{draft.public_id}:{draft.version}")
    answer = save(room, "FRA contributor", draft, LATER)
    assert answer.status_code == 422
    assert f"{LATER}</textarea>" in page(answer)
