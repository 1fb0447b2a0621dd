"""A merge made by typing is confirmed on the page, saved as a step, and in the concordance."""

import re

import pytest
from django.core.exceptions import ValidationError

from comments.inputs.placement import descent_links_until, place_inputs
from drafts.circulating.acts import circulate_revision
from drafts.comparing.concordance import concordance_of
from drafts.desk.acts import add_paragraph, edit_paragraph, restore_paragraph, strike_paragraph
from drafts.desk.mergers import record_merged
from drafts.desk.steps import redo_step, undo_step
from drafts.models import Descent, DeskStep, Draft, Paragraph
from tests.drafts.desk.leading import Browser, Leading, frozen, page, rows_of, text_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(leading: Leading) -> Draft:
    draft = text_with(leading.leader, "States act.", "They meet.", "They report.", "They train.")
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    return draft


def bring_in(leading: Leading, row: Paragraph, text: str, *struck: Paragraph) -> Paragraph:
    """Words typed into a paragraph; those they came from are struck."""
    for one in struck:
        strike_paragraph(access=leading.leader, paragraph=one)
    return edit_paragraph(
        access=leading.leader,
        paragraph=row,
        version=row.version,
        text=text,
        kind=row.kind,
        label=row.label,
    )


def chosen_paragraphs(leader: Browser, row: Paragraph) -> list[str]:
    """The struck paragraphs that the page shows as chosen."""
    shown = page(leader.open("merged_paragraphs", "plan", row.public_id))
    return re.findall(r'value="([0-9a-f-]{36})"[^>]* checked', shown)


def test_several_parents_are_chosen_on_the_page_and_told_as_one_merge(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second, third, fourth = rows_of(plan)
    merged = bring_in(leading, fourth, "They meet, train and report.", second, third)
    shown = page(leader.open("merged_paragraphs", "plan", fourth.public_id))
    assert re.findall(r"\n?\s*(\d · They [a-z]+\.)", shown) == [
        "2 · They meet.",
        "3 · They report.",
    ]
    assert str(first.public_id) not in shown.split('<form class="form desk-form"')[1]

    chosen = [str(second.public_id), str(third.public_id)]
    answer = leader.send("merged_paragraphs", "plan", fourth.public_id, struck=chosen)
    assert answer.url.endswith(f"#p-{fourth.public_id}")
    assert chosen_paragraphs(leader, fourth) == chosen
    merged.refresh_from_db()
    assert merged.text == "They meet, train and report."
    assert "Undo: merged 2, 3 into 4" in page(leader.open("desk", "plan")).replace("\n", " ")

    revision = circulate_revision(access=leading.leader, draft=plan, stage="Rev.1")
    earlier = plan.revisions.get(number=1)
    row = concordance_of(earlier, revision).row_by_paragraph_id[fourth.pk]
    assert (row.change, row.earlier_labels, row.later_labels) == ("merged", ("2", "3", "4"), ("4",))
    places = {wording.paragraph_id: wording.place for wording in frozen(revision)}
    assert place_inputs(places, descent_links_until(revision)).current_id_by_earlier_id == {
        second.pk: fourth.pk,
        third.pk: fourth.pk,
    }


def test_a_new_paragraph_typed_from_two_is_told_as_both_merged(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    _first, second, third, fourth = rows_of(plan)
    for one in (second, third):
        strike_paragraph(access=leading.leader, paragraph=one)
    new = add_paragraph(
        access=leading.leader,
        draft=plan,
        kind="operative",
        text="They meet and report.",
        after=fourth,
    )
    record_merged(access=leading.leader, paragraph=new, merged_paragraphs=[second, third])
    revision = circulate_revision(access=leading.leader, draft=plan, stage="Rev.1")
    row = concordance_of(plan.revisions.get(number=1), revision).row_by_paragraph_id[new.pk]
    assert (row.change, row.earlier_labels, row.later_labels) == ("merged", ("2", "3"), ("4 bis",))


def test_what_is_no_longer_chosen_is_no_longer_told(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second, third, _fourth = rows_of(plan)
    row = bring_in(leading, first, "States act and meet.", second, third)
    record_merged(access=leading.leader, paragraph=row, merged_paragraphs=[second, third])
    leader.send("merged_paragraphs", "plan", row.public_id, struck=[str(second.public_id)])
    assert chosen_paragraphs(leader, row) == [str(second.public_id)]
    strip = page(leader.open("desk", "plan")).replace("\n", " ")
    assert "Undo: no longer merged into 1: 3" in strip


def test_the_step_is_undone_and_made_again_while_they_are_struck(
    leading: Leading, plan: Draft
) -> None:
    first, second, _third, _fourth = rows_of(plan)
    row = bring_in(leading, first, "States act and meet.", second)
    record_merged(access=leading.leader, paragraph=row, merged_paragraphs=[second])
    step = DeskStep.objects.select_related("draft").order_by("-number")[0]
    undo_step(access=leading.leader, step=step)
    assert not Descent.objects.exists()
    redo_step(access=leading.leader, step=step)
    assert Descent.objects.get().follows_id == second.pk

    undo_step(access=leading.leader, step=step)
    restore_paragraph(access=leading.leader, paragraph=second)
    with pytest.raises(ValidationError, match="“2…” is in the text again"):
        redo_step(access=leading.leader, step=step)
    assert not Descent.objects.exists()


def test_what_stands_or_was_never_circulated_is_refused(leading: Leading, plan: Draft) -> None:
    first, second, third, fourth = rows_of(plan)
    new = add_paragraph(
        access=leading.leader, draft=plan, kind="operative", text="And so on.", after=fourth
    )
    strike_paragraph(access=leading.leader, paragraph=new)
    for wrong in (second, new):
        with pytest.raises(ValidationError, match="One of them stands, or was never circulated"):
            record_merged(access=leading.leader, paragraph=first, merged_paragraphs=[wrong])
    for one in (second, third):
        strike_paragraph(access=leading.leader, paragraph=one)
    with pytest.raises(ValidationError, match="This paragraph is deleted"):
        record_merged(access=leading.leader, paragraph=third, merged_paragraphs=[second])
    assert not Descent.objects.exists()


def test_with_nothing_struck_the_page_says_what_to_do(leader: Browser, plan: Draft) -> None:
    shown = page(leader.open("merged_paragraphs", "plan", rows_of(plan)[0].public_id))
    assert "No circulated paragraph is struck." in shown
    assert 'name="struck"' not in shown


def test_saving_what_is_told_already_is_no_step(leading: Leading, plan: Draft) -> None:
    first, second, _third, _fourth = rows_of(plan)
    row = bring_in(leading, first, "States act and meet.", second)
    for _twice in range(2):
        record_merged(access=leading.leader, paragraph=row, merged_paragraphs=[second])
    assert DeskStep.objects.filter(kind="merge").count() == 1
