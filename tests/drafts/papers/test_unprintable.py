"""Characters that XML forbids are refused wherever words are typed that papers print (rule 22)."""

import pytest
from django.core.exceptions import ValidationError

from drafts.desk.acts import add_paragraph, edit_paragraph
from drafts.models import Draft, Paragraph
from tests.drafts.circulating.test_preview import fix
from tests.drafts.desk.leading import Browser, Leading, page, rows_of, text_with
from tests.drafts.desk.test_desk import NUMBERED, file_of, seen_in, terms, words

pytestmark = pytest.mark.django_db

LINE_TAB = "See\u000bthere"
SENTENCE = "The text contains U+000B, which cannot be printed. Remove it."


@pytest.fixture
def plan(leading: Leading) -> Draft:
    return text_with(leading.leader, "States should act.", "They meet.")


@pytest.mark.parametrize("part", ["label", "notes"])
def test_what_stands_beside_the_words_of_a_paragraph_is_refused_on_its_page(
    leading: Leading, leader: Browser, plan: Draft, part: str
) -> None:
    row = rows_of(plan)[0]
    refused = leader.send("edit_paragraph", "plan", row.public_id, **words(row, **{part: LINE_TAB}))
    assert refused.status_code == 422
    assert SENTENCE in page(refused)
    refused = leader.send("add_paragraph", "plan", **words(row, **{part: LINE_TAB}))
    assert refused.status_code == 422
    assert SENTENCE in page(refused)
    assert Paragraph.objects.get(pk=row.pk).version == row.version
    assert plan.paragraphs.count() == 2


@pytest.mark.parametrize("part", ["label", "notes", "opening"])
def test_the_acts_themselves_refuse_it(leading: Leading, plan: Draft, part: str) -> None:
    row = rows_of(plan)[0]
    values = {"text": row.text, "kind": row.kind, "label": "1", "opening": "", "notes": []}
    values |= {part: [LINE_TAB] if part == "notes" else LINE_TAB}
    with pytest.raises(ValidationError) as refused:
        edit_paragraph(access=leading.leader, paragraph=row, version=row.version, **values)  # type: ignore[arg-type]
    assert refused.value.message_dict == {part: [SENTENCE]}
    with pytest.raises(ValidationError) as refused:
        add_paragraph(access=leading.leader, draft=plan, after=row, **values)  # type: ignore[arg-type]
    assert refused.value.message_dict == {part: [SENTENCE]}


@pytest.mark.parametrize("part", ["title", "symbol"])
def test_title_and_symbol_of_a_text_are_refused(leader: Browser, plan: Draft, part: str) -> None:
    fields = {"title": "Talks", "symbol": "A/1", **NUMBERED, part: LINE_TAB}
    for answer in (
        leader.send("new_draft", slug="talks", **fields),
        leader.send("draft_settings", "plan", **fields),
    ):
        assert answer.status_code == 422
        assert SENTENCE in page(answer)
    assert list(Draft.objects.values_list("title", flat=True)) == ["The plan"]


def test_the_stage_of_a_circulation_is_refused(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    seen = seen_in(leader.open("circulate", "plan"))
    refused = leader.send("circulate", "plan", seen=seen, **terms(leading, stage=LINE_TAB))
    assert refused.status_code == 422
    assert SENTENCE in page(refused)
    assert not plan.revisions.exists()


def test_a_label_typed_before_an_import_is_refused_at_its_field(
    leader: Browser, plan: Draft
) -> None:
    address = leader.send("import_file", "plan", file=file_of("States act.", "They meet.")).url
    typed = {"row": "1", "save": "1", **fix(text="States act.", label=LINE_TAB)}
    refused = leader.post(address, {"capacity": leader.key, **typed})
    assert refused.status_code == 422
    assert "It contains U+000B, which cannot be printed." in page(refused)
