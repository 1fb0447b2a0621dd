"""The title and numbering of a text: set on its page, used at circulation."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from drafts.circulating.acts import adopt, circulate_revision
from drafts.desk.acts import add_paragraph, set_draft
from drafts.models import DeskStep, Draft, StepKind
from drafts.text.labels import Relabelling
from tests.drafts.desk.leading import (
    Browser,
    Leading,
    build_leading,
    frozen,
    page,
    rows_of,
    text_with,
)

pytestmark = pytest.mark.django_db

FIELDS = {
    "title": "The global plan",
    "symbol": "A/64/L.64",
    "language": "en",
    "numbering": "pp_op",
    "levels": "decimal",
    "annexes": "own",
}


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, "To raise awareness.", "To train officials.")


def test_a_text_is_set_on_its_page_and_numbered_so_when_it_goes_out(
    leading: Leading, plan: Draft
) -> None:
    staff = Browser(leading.staff)
    shown = page(staff.open("draft_settings", "plan"))
    assert "numbered when the first revision is circulated" in shown
    assert staff.send("draft_settings", "plan", **FIELDS).status_code == 302
    stored = Draft.objects.select_related("consultation").get(pk=plan.pk)
    assert {name: getattr(stored, name) for name in FIELDS} == FIELDS
    first, _second = rows_of(stored)
    add_paragraph(
        access=leading.leader, draft=stored, kind="operative", text="a", after=first, parent=first
    )
    sent = circulate_revision(access=leading.leader, draft=stored, stage="First draft")
    assert [wording.label for wording in frozen(sent)] == ["OP1", "OP1.1", "OP2"]


def test_after_a_circulation_the_scheme_is_set_and_the_labels_stay(
    leading: Leading, plan: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    leader = Browser(leading.leader)
    assert "its paragraphs keep their labels" in page(leader.open("draft_settings", "plan"))
    leader.send("draft_settings", "plan", **FIELDS)
    assert [row.label for row in rows_of(plan)] == ["1", "2"]
    refused = leader.send("draft_settings", "plan", **{**FIELDS, "language": "fr"})
    assert refused.status_code == 422
    assert "Create a new text for another language." in page(refused)


def _change_settings(plan: Draft, leading: Leading, **changed: Any) -> Draft:
    return set_draft(access=leading.leader, draft=plan, **{**FIELDS, **changed})


def test_a_text_is_numbered_anew_in_one_step_of_its_circulation(
    leading: Leading, plan: Draft
) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    first, second = rows_of(plan)
    add_paragraph(access=leading.leader, draft=plan, kind="operative", text="new", after=first)
    assert [row.label for row in rows_of(plan)] == ["1", "1 bis", "2"]
    kept = circulate_revision(access=leading.leader, draft=plan, stage="Rev.1")
    assert [wording.label for wording in frozen(kept)] == ["1", "1 bis", "2"]
    stored = _change_settings(plan, leading)
    anew = circulate_revision(
        access=leading.leader, draft=stored, stage="Rev.2", relabelling=Relabelling.RENUMBER
    )
    assert [wording.label for wording in frozen(anew)] == ["OP1", "OP2", "OP3"]
    step = DeskStep.objects.get(kind=StepKind.RENUMBER, revision=anew)
    assert step.before[str(second.public_id)] == {"label": "2"}
    assert step.after[str(second.public_id)] == {"label": "OP3"}


def test_a_text_without_a_scheme_cannot_be_numbered_anew(leading: Leading, plan: Draft) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    stored = _change_settings(plan, leading, numbering="as_given")
    with pytest.raises(ValidationError, match="Set one in its settings"):
        circulate_revision(
            access=leading.leader, draft=stored, stage="Rev.1", relabelling=Relabelling.RENUMBER
        )


def test_an_adopted_text_is_not_set_any_more(leading: Leading, plan: Draft) -> None:
    circulate_revision(access=leading.leader, draft=plan, stage="First draft")
    adopt(access=leading.leader, draft=plan)
    with pytest.raises(ValidationError, match="adopted"):
        _change_settings(plan, leading)
