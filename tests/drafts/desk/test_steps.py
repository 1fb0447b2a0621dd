"""Every act at the desk is a step that can be undone to the character."""

import random
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from consultations.rules.access import Access, Refused
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    restore_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.desk.steps import redo_step, undo_step
from drafts.models import Descent, DeskStep, Draft, Paragraph, ParagraphKind, StepKind
from tests.drafts.desk.leading import Leading, build_leading, text_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def access(leading: Leading) -> Access:
    return leading.leader


@pytest.fixture
def draft(access: Access) -> Draft:
    return text_with(access, "First words.", "Second words.", "Third words.", "Fourth words.")


def rows(draft: Draft) -> list[Paragraph]:
    return list(draft.paragraphs.in_force().select_related("draft", "parent").order_by("place"))


def picture(draft: Draft) -> Any:
    """All that a reader of the desk could tell: the kept text in order, and the lineage."""
    kept = draft.paragraphs.kept().select_related("parent").order_by("place", "pk")
    links = Descent.objects.filter(paragraph__draft=draft, revision=None)
    return (
        [(row.pk, row.parent_id, row.kind, row.label, row.text, row.struck_at) for row in kept],
        sorted(links.values_list("paragraph_id", "follows_id", "how")),
    )


def last_step(draft: Draft) -> DeskStep:
    found = draft.steps.order_by("-number").first()
    assert found is not None
    return found


def edit(access: Access, row: Paragraph, text: str) -> Paragraph:
    return edit_paragraph(
        access=access,
        paragraph=row,
        version=row.version,
        text=text,
        kind=row.kind,
        label=row.label,
    )


def act(access: Access, draft: Draft, kind: str) -> None:
    """One act of this kind on the text of four."""
    first, second, third, fourth = rows(draft)
    match kind:
        case "add":
            add_paragraph(
                access=access,
                draft=draft,
                kind=ParagraphKind.OPERATIVE,
                text="New words.",
                after=second,
            )
        case "edit":
            edit(access, second, "Other words.")
        case "move":
            move_paragraph(access=access, paragraph=fourth, after=first)
        case "move down":
            move_paragraph(access=access, paragraph=first, after=third)
        case "indent":
            move_paragraph(access=access, paragraph=third, after=second, parent=second)
        case "strike":
            strike_paragraph(access=access, paragraph=third)
        case "split":
            split_paragraph(access=access, paragraph=second, texts=["One.", "Two.", "Three."])
        case "merge":
            merge_paragraphs(access=access, paragraphs=[second, third], text="Both.")


ACTS = ["add", "edit", "move", "move down", "indent", "strike", "split", "merge"]


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_is_one_step_and_undoing_it_brings_the_text_back(
    access: Access, draft: Draft, kind: str
) -> None:
    before = picture(draft)
    count = draft.steps.count()
    act(access, draft, kind)
    assert draft.steps.count() == count + 1
    done = picture(draft)
    assert done != before
    undo_step(access=access, step=last_step(draft))
    assert picture(draft) == before
    redo_step(access=access, step=last_step(draft))
    assert picture(draft) == done


def test_the_step_says_who_did_what(access: Access, draft: Draft) -> None:
    act(access, draft, "split")
    step = last_step(draft)
    assert step.kind == StepKind.SPLIT
    assert step.made_by == access.user
    assert step.capacity == access.capacity_words
    assert [link[0] for link in step.descents] == ["+", "+"]


def test_restoring_is_undone_too(access: Access, draft: Draft) -> None:
    third = rows(draft)[2]
    strike_paragraph(access=access, paragraph=third)
    before = picture(draft)
    restore_paragraph(access=access, paragraph=third)
    undo_step(access=access, step=last_step(draft))
    assert picture(draft) == before


def test_a_step_on_which_a_later_one_built_is_not_undone(access: Access, draft: Draft) -> None:
    second = rows(draft)[1]
    edit(access, second, "First change.")
    earlier = last_step(draft)
    second.refresh_from_db()
    edit(access, second, "Second change.")
    with pytest.raises(ValidationError, match="A later step changed"):
        undo_step(access=access, step=earlier)
    undo_step(access=access, step=last_step(draft))
    undo_step(access=access, step=earlier)
    assert DeskStep.objects.filter(draft=draft, undone_at=None).count() == draft.steps.count() - 2


def test_a_step_elsewhere_is_undone_alone(access: Access, draft: Draft) -> None:
    _first, second, third, _fourth = rows(draft)
    before = second.text
    edit(access, second, "Mine.")
    mine = last_step(draft)
    edit(access, third, "Theirs.")
    undo_step(access=access, step=mine)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.text, third.text) == (before, "Theirs.")


def test_a_circulated_step_is_past_undoing(access: Access, draft: Draft) -> None:
    act(access, draft, "edit")
    step = last_step(draft)
    circulate_revision(access=access, draft=draft, stage="First draft")
    with pytest.raises(ValidationError, match="was circulated"):
        undo_step(access=access, step=step)


def test_saving_the_same_words_leaves_no_step(access: Access, draft: Draft) -> None:
    second = rows(draft)[1]
    count = draft.steps.count()
    edit(access, second, second.text)
    assert draft.steps.count() == count


def test_who_may_not_edit_undoes_nothing(leading: Leading, access: Access, draft: Draft) -> None:
    act(access, draft, "edit")
    with pytest.raises(Refused):
        undo_step(access=leading.clerk, step=last_step(draft))


def test_any_acts_are_undone_in_turn(access: Access, draft: Draft) -> None:
    """Twenty acts chance picks, then all of them back: every picture on the way is met again."""
    chance = random.Random(4)
    pictures = [picture(draft)]
    first = draft.steps.count()
    while draft.steps.count() < first + 20:
        standing = rows(draft)
        one, other = chance.sample(standing, 2)
        match chance.randrange(5):
            case 0:
                edit(access, one, f"{one.text} and {chance.random()}")
            case 1:
                move_paragraph(access=access, paragraph=one, after=other)
            case 2:
                split_paragraph(access=access, paragraph=one, texts=[one.text, "A new piece."])
            case 3 if len(standing) > 3:
                merge_paragraphs(access=access, paragraphs=[one, other], text="Merged.")
            case 4 if len(standing) > 3:
                strike_paragraph(access=access, paragraph=one)
            case _:
                continue
        if draft.steps.count() > first + len(pictures) - 1:
            pictures.append(picture(draft))
    for step in list(draft.steps.order_by("-number"))[:20]:
        assert picture(draft) == pictures.pop()
        undo_step(access=access, step=step)
    assert picture(draft) == pictures.pop()
