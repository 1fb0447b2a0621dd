"""What is written on a paragraph that somebody deleted meanwhile: nothing is saved or lost."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from drafts.desk.acts import add_paragraph, edit_paragraph, restore_paragraph, strike_paragraph
from drafts.desk.steps import undo_step
from drafts.models import Draft, Paragraph
from tests.drafts.desk.leading import Browser, Leading, desk_words, page, rows_of, text_with
from tests.drafts.desk.test_desk import words

pytestmark = pytest.mark.django_db

DELETED = "This paragraph is deleted. Restore it first."
UNDONE = "This paragraph is no longer there. The step that added it was undone."
GONE_BEFORE = "The paragraph before it was deleted. Choose another place."


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, "States should act.", "States report yearly.", "They meet.")


@pytest.fixture
def deleted(leading: Leading, plan: Draft) -> Paragraph:
    """The second paragraph as it was before it was deleted."""
    row = rows_of(plan)[1]
    strike_paragraph(access=leading.staff, paragraph=row)
    return row


@pytest.fixture
def undone(leading: Leading, plan: Draft) -> Paragraph:
    """A paragraph as it was before the step that added it was undone."""
    fields: dict[str, Any] = {"kind": "operative", "label": "4", "text": "They rest."}
    row = add_paragraph(access=leading.staff, draft=plan, after=rows_of(plan)[-1], **fields)
    undo_step(access=leading.staff, step=plan.steps.latest("number"))
    return row


def newest(row: Paragraph) -> Paragraph:
    return Paragraph.objects.select_related("draft", "parent").get(pk=row.pk)


@pytest.mark.parametrize("htmx", [False, True])
def test_words_on_a_deleted_paragraph_are_not_saved_and_shown_as_typed(
    leader: Browser, plan: Draft, deleted: Paragraph, htmx: bool
) -> None:
    typed = words(deleted, text="They report for long.", notes="See the annex.")
    for version in (deleted.version, newest(deleted).version):
        sent = {**typed, "version": str(version)}
        answer = leader.send("edit_paragraph", "plan", deleted.public_id, htmx=htmx, **sent)
        assert answer.status_code == 422
        assert DELETED in page(answer)
        assert "They report for long.</textarea>" in page(answer)
        assert "See the annex.</textarea>" in page(answer)
    assert newest(deleted).text == "States report yearly."


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("then", ["", "merge"])
def test_words_on_a_paragraph_whose_addition_was_undone_are_shown_as_typed(
    leader: Browser, plan: Draft, undone: Paragraph, htmx: bool, then: str
) -> None:
    typed = words(undone, text="They rest for long.", notes="See the annex.")
    for version in (undone.version, newest(undone).version):
        sent = {**typed, "version": str(version), "then": then}
        answer = leader.send("edit_paragraph", "plan", undone.public_id, htmx=htmx, **sent)
        assert answer.status_code == (409 if then else 422)
        assert UNDONE in page(answer) or (htmx and then)  # a fragment says it when it is saved
        assert "They rest for long.</textarea>" in page(answer)
        assert "See the annex.</textarea>" in page(answer)
    assert newest(undone).text == "They rest."
    assert "They rest." not in desk_words(plan)


def test_a_paragraph_whose_addition_was_undone_is_closed_and_not_opened(
    leader: Browser, undone: Paragraph
) -> None:
    desk_url = reverse("desk", args=[undone.draft.consultation.slug, "plan"])
    for name in ("edit_paragraph", "move_paragraph", "split_paragraph", "paragraph_brackets"):
        opened = leader.open(name, "plan", undone.public_id)
        # An old link says so, and leads on.
        assert opened.status_code == 404, name
        assert UNDONE in page(opened), name
        assert f'href="{desk_url}"' in page(opened), name
    of_htmx: dict[str, Any] = {"query": "?closed", "headers": {"HX-Request": "true"}}
    closed = leader.open("edit_paragraph", "plan", undone.public_id, **of_htmx)
    assert (closed.status_code, page(closed)) == (200, "")  # and so it leaves the page
    closed = leader.open("edit_paragraph", "plan", undone.public_id, query="?closed")
    assert closed.status_code == 302
    assert leader.get(closed["Location"]).status_code == 200


def test_words_chosen_in_a_conflict_are_shown_though_the_paragraph_is_deleted(
    leading: Leading, leader: Browser, plan: Draft, deleted: Paragraph
) -> None:
    typed = words(deleted, text="They report for long.", then="merge")
    answer = leader.send("edit_paragraph", "plan", deleted.public_id, **typed)
    assert DELETED in page(answer)
    assert "They report for long.</textarea>" in page(answer)


def test_closed_on_the_desk_it_is_shown_as_deleted(leader: Browser, deleted: Paragraph) -> None:
    closed = leader.open(
        "edit_paragraph",
        "plan",
        deleted.public_id,
        query="?closed",
        headers={"HX-Request": "true"},
    )
    assert "paragraph--struck" in page(closed)
    assert f'id="gone-{deleted.public_id}"' in page(closed)


def test_the_act_itself_changes_no_deleted_paragraph(
    leading: Leading, plan: Draft, deleted: Paragraph
) -> None:
    row = newest(deleted)
    values: dict[str, Any] = {"text": "They rest.", "kind": row.kind, "label": row.label}
    with pytest.raises(ValidationError, match=DELETED):
        edit_paragraph(access=leading.leader, paragraph=row, version=row.version, **values)
    restore_paragraph(access=leading.leader, paragraph=row)
    row = newest(row)
    edit_paragraph(access=leading.leader, paragraph=row, version=row.version, **values)
    assert desk_words(plan)[1] == "They rest."


def test_nothing_is_added_after_a_deleted_paragraph_and_the_form_keeps_the_words(
    leading: Leading, leader: Browser, plan: Draft, deleted: Paragraph
) -> None:
    query = f"?after={deleted.public_id}"
    opened = leader.open("add_paragraph", "plan", query=query)
    assert GONE_BEFORE in page(leader.get(opened.url))
    fields = {"text": "Typed for long.", "kind": "operative", "label": "", "notes": ""}
    refused = leader.send("add_paragraph", "plan", query=query, position="beside", **fields)
    assert refused.status_code == 422
    assert GONE_BEFORE in page(refused)
    assert "Typed for long.</textarea>" in page(refused)
    assert desk_words(plan) == ["States should act.", "They meet."]

    restore_paragraph(access=leading.staff, paragraph=newest(deleted))
    leader.send("add_paragraph", "plan", query=query, position="beside", **fields)
    assert desk_words(plan)[1:3] == ["States report yearly.", "Typed for long."]


def test_a_paragraph_is_still_added_at_the_beginning_and_at_the_end(
    leader: Browser, plan: Draft
) -> None:
    fields = {"kind": "operative", "label": "", "notes": ""}
    leader.send("add_paragraph", "plan", text="First.", **fields)
    leader.send("add_paragraph", "plan", query="?after=last", text="Last.", **fields)
    assert (desk_words(plan)[0], desk_words(plan)[-1]) == ("First.", "Last.")
