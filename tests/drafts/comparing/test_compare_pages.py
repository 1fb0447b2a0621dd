"""The comparison page: the sentence for each change, what is folded, and its options."""

import re
from typing import Any

import pytest

from drafts.circulating.acts import circulate_revision
from drafts.comparing.comparison import cached_comparison
from drafts.comparing.lines import (
    ChangeLine,
    ComparisonPage,
    Fold,
    PositionNote,
    comparison_page_of,
)
from drafts.comparing.single_paragraph import page_of_paragraph
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.models import Draft, Paragraph, Revision
from tests.drafts.desk.leading import Browser, Leading, build_leading, page, rows_of, text_with

pytestmark = pytest.mark.django_db
LETTERS = "abcdefghijkl"


@pytest.fixture
def leading(own_cache: None) -> Leading:
    return build_leading()


@pytest.fixture
def leader(leading: Leading) -> Browser:
    return Browser(leading.leader)


@pytest.fixture
def plan(leading: Leading) -> Draft:
    """Twelve paragraphs, a to l, circulated once; then one change of each kind on the desk."""
    access = leading.leader
    draft = text_with(access, *[f"The letter {letter} stands here." for letter in LETTERS])
    circulate_revision(access=access, draft=draft, stage="First draft")
    return draft


def change(leading: Leading, draft: Draft) -> None:
    """2 reworded, 3 split, 5 and 6 merged, 8 dropped, 12 moved behind 9, one new after 10."""
    access, rows = leading.leader, dict(zip(LETTERS, rows_of(draft), strict=True))
    edit(leading, rows["b"], text="The letter b waits here.")
    split_paragraph(access=access, paragraph=rows["c"], texts=["The letter c", "stands here."])
    merge_paragraphs(
        access=access,
        paragraphs=[rows["e"], rows["f"]],
        text="The letter e stands here. The letter f stands here, too.",
    )
    strike_paragraph(access=access, paragraph=rows["h"])
    move_paragraph(access=access, paragraph=rows["l"], after=rows["i"])
    add_paragraph(
        access=access, draft=draft, kind="operative", text="A new letter.", after=rows["j"]
    )


def edit(leading: Leading, row: Paragraph, **changed: Any) -> None:
    fields = {"text": row.text, "kind": row.kind, "label": row.label, "opening": row.opening}
    edit_paragraph(access=leading.leader, paragraph=row, version=row.version, **(fields | changed))


def circulate(leading: Leading, draft: Draft, stage: str = "Rev.1") -> Revision:
    return circulate_revision(access=leading.leader, draft=draft, stage=stage)


def page_of(draft: Draft) -> ComparisonPage:
    first, second = draft.revisions.order_by("number")
    return comparison_page_of(cached_comparison(first, second))


def sentences_on(found: ComparisonPage) -> list[str]:
    """The page as a reader goes down it."""
    sentences = []
    for item in found.items:
        if isinstance(item, ChangeLine):
            sentences.append(" · ".join([item.description, *item.further_changes]))
        elif isinstance(item, PositionNote):
            sentences.append(item.sentence)
        else:
            sentences.append(item.title or f"= {item.lines[0].paragraph.label}")
    return sentences


def text_of(answer: Any) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page(answer)))


# --- What is said --------------------------------------------------------------------------------


def test_each_change_is_called_what_the_editor_did(leading: Leading, plan: Draft) -> None:
    change(leading, plan)
    circulate(leading, plan)
    assert sentences_on(page_of(plan)) == [
        "= 1",
        "Reworded · 1 word inserted · 1 word deleted",
        "3 split into 3 and 3 bis",
        "= 4",
        "5 and 6 merged into 5 · 1 word inserted",
        "= 7",
        "Deleted",
        "= 9",
        "Moved · from after 11 to after 9",
        "= 10",
        "New",
        "= 11",
        "12 was here. It moved to after 9.",
    ]


def test_the_summary_counts_every_kind_once(leading: Leading, plan: Draft) -> None:
    change(leading, plan)
    circulate(leading, plan)
    found = page_of(plan)
    assert found.count_phrases == (
        "1 reworded",
        "1 new",
        "1 deleted",
        "1 moved",
        "1 split",
        "1 merged",
        "6 unchanged",
    )
    assert found.change_count == 6


def test_unchanged_stretches_are_folded_under_how_many_and_which(
    leading: Leading, plan: Draft
) -> None:
    edit(leading, rows_of(plan)[5], text="Other words.")
    circulate(leading, plan)
    first, _line, second = page_of(plan).items
    assert isinstance(first, Fold) and isinstance(second, Fold)
    assert (first.title, second.title) == (
        "5 unchanged paragraphs · 1 to 5",
        "6 unchanged paragraphs · 7 to 12",
    )
    assert first.is_closed and [row.paragraph.label for row in first.lines] == list("12345")


def test_the_heading_above_a_change_stays_in_sight(leading: Leading) -> None:
    draft = text_with(leading.leader, "One.", "Two.", "Means", "Four.", "Five.", "Six.")
    edit(leading, rows_of(draft)[2], kind="heading", label="")
    circulate(leading, draft, "First draft")
    edit(leading, rows_of(draft)[5], text="Six, otherwise.")
    circulate(leading, draft)
    before, heading, after, _line = page_of(draft).items
    assert isinstance(heading, Fold) and isinstance(before, Fold) and isinstance(after, Fold)
    assert [row.paragraph.text for row in heading.lines] == ["Means"]
    assert (before.is_closed, heading.is_closed, after.is_closed) == (True, False, True)


def test_numbers_that_shift_alone_are_folded_and_said(leading: Leading, plan: Draft) -> None:
    for number, row in enumerate(rows_of(plan), 2):
        edit(leading, row, label=str(number))
    circulate(leading, plan)
    (fold,) = page_of(plan).items
    assert isinstance(fold, Fold)
    assert fold.title == "12 unchanged paragraphs · 2 to 13 · 12 renumbered"
    assert [row.earlier_label for row in fold.lines][:2] == ["1", "2"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": "preambular"}, "now: preambular paragraph"),
        ({"notes": ["See resolution 79/1."]}, "footnotes changed"),
        ({"opening": "The letter"}, "opening words changed"),
    ],
)
def test_what_changed_beside_the_words_is_a_change_that_is_said(
    leading: Leading, leader: Browser, plan: Draft, changed: dict[str, Any], sentence: str
) -> None:
    edit(leading, rows_of(plan)[3], **changed)
    circulate(leading, plan)
    line = next(item for item in page_of(plan).items if isinstance(item, ChangeLine))
    assert (line.description, line.further_changes) == ("Words unchanged", (sentence,))
    assert "1 changed otherwise" in page_of(plan).count_phrases
    if "notes" in changed:
        assert re.search(
            r"(?s)<ins>(?:(?!</ins>).)*See resolution 79/1\.",
            page(leader.open("compare", plan.slug)),
        )


def test_of_a_merge_it_is_said_how_footnotes_changed_and_of_what_is_new_or_deleted_not(
    leading: Leading, plan: Draft
) -> None:
    access, noted = leading.leader, ["See page 4-15."]
    for row in rows_of(plan)[:7]:
        edit(leading, row, notes=noted)
    circulate(leading, plan)
    a, b, c, d, e, f, g = rows_of(plan)[:7]
    for kept, merged, notes in (
        (a, b, noted * 2),
        (c, d, ["See none."]),
        (e, f, ["See page 4–15."] * 2),
    ):
        words = f"{kept.text} {merged.text}"
        whole = merge_paragraphs(access=access, paragraphs=[kept, merged], text=words)
        edit(leading, whole, notes=notes)
    strike_paragraph(access=access, paragraph=g)
    add_paragraph(
        access=access, draft=plan, kind="operative", text="Anew.", after=g, notes=["See none."]
    )
    circulate(leading, plan, "Rev.2")
    _first, one, two = plan.revisions.order_by("number")
    assert sentences_on(comparison_page_of(cached_comparison(one, two)))[:5] == [
        "1 and 2 merged into 1",
        "3 and 4 merged into 3 · footnotes changed",
        "5 and 6 merged into 5 · typography of footnotes changed",
        "Deleted",
        "New",
    ]


def test_typography_alone_is_told_apart_from_a_rewording(leading: Leading, plan: Draft) -> None:
    row = rows_of(plan)[0]
    edit(leading, row, text=row.text.replace(" ", "\u00a0"))
    circulate(leading, plan)
    assert sentences_on(page_of(plan))[0] == "Typography changed"
    assert page_of(plan).count_phrases[0] == "1 typographic"


def test_typography_is_told_as_such_in_footnotes_and_among_other_changes(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second = rows_of(plan)[:2]
    edit(leading, first, notes=["See page 4-15."])
    edit(leading, second, text="Rests on the “letter”.", notes=["See “b”."])
    circulate(leading, plan)
    first, second = rows_of(plan)[:2]
    edit(leading, first, notes=["See page\u00a04–15."])
    edit(leading, second, text='Stands on the "letter".', notes=["See “b”."])
    circulate(leading, plan, "Rev.2")
    _first, one, two = plan.revisions.order_by("number")
    lines = [
        i
        for i in comparison_page_of(cached_comparison(one, two)).items
        if isinstance(i, ChangeLine)
    ]

    assert [(line.further_changes, line.is_typographic) for line in lines] == [
        (("typography of footnotes changed",), True),
        (("1 word inserted", "1 word deleted"), False),
    ]
    assert [piece for piece in lines[1].later_paragraphs[0].pieces if piece[2]] == [
        ("-", "“", True),
        ("+", '"', True),
        ("-", "”", True),
        ("+", '"', True),
    ]
    html = page(leader.open("compare", plan.slug))
    assert 'class="change change--kept change--quiet"' in html
    assert '<ins class="typographic">' in html
    assert "Hide typographical changes" in html


def test_an_unchanged_paragraph_says_so(leading: Leading, leader: Browser, plan: Draft) -> None:
    edit(leading, rows_of(plan)[0], text="Other words.")
    edit(leading, rows_of(plan)[2], text="More words.")
    circulate(leading, plan)
    kept = page(leader.open("compare", plan.slug)).partition('class="kept ')[2]
    assert "The letter b stands here." in kept.partition("kept__same")[0]
    assert kept.partition("kept__same")[2].startswith('">unchanged<')


def test_a_moved_paragraph_takes_along_what_stands_below_it(leading: Leading, plan: Draft) -> None:
    access, rows = leading.leader, rows_of(plan)
    add_paragraph(
        access=access,
        draft=plan,
        kind="operative",
        text="Below l.",
        after=rows[11],
        parent=rows[11],
        label="(a)",
    )
    circulate(leading, plan)
    move_paragraph(access=access, paragraph=rows_of(plan)[11], after=None)
    later = circulate(leading, plan, "Rev.2")
    found = comparison_page_of(cached_comparison(plan.revisions.get(number=2), later))
    assert sentences_on(found) == [
        "Moved · from after 11 to the beginning",
        "12 unchanged paragraphs · 12(a) to 11",
        "12 was here. It moved to the beginning.",
    ]


def test_one_paragraph_is_found_by_its_label_then_or_now_and_by_its_id(
    leading: Leading, plan: Draft
) -> None:
    change(leading, plan)
    circulate(leading, plan)
    whole = page_of(plan)
    for wanted in ("3bis", "3 BIS", str(rows_of(plan)[3].public_id)):
        alone = page_of_paragraph(whole, wanted)
        assert alone is not None and sentences_on(alone) == ["3 split into 3 and 3 bis"]
    for wanted, sentence in (("6", "5 and 6 merged"), ("8", "Deleted"), ("7", "= ")):
        alone = page_of_paragraph(whole, wanted)
        assert alone is not None and sentences_on(alone)[0].startswith(sentence)
    assert page_of_paragraph(whole, "77") is None


def test_a_subparagraph_is_found_as_it_is_cited(leading: Leading, plan: Draft) -> None:
    rows = rows_of(plan)
    for above in (rows[2], rows[8]):
        add_paragraph(
            access=leading.leader,
            draft=plan,
            kind="operative",
            text=f"Below {above.label}.",
            after=above,
            parent=above,
            label="(a)",
        )
    circulate(leading, plan)
    edit(leading, rows_of(plan)[0], text="The letter a is gone.")
    circulate(leading, plan, "Rev.2")
    found = comparison_page_of(
        cached_comparison(plan.revisions.get(number=2), plan.revisions.get(number=3))
    )
    for wanted, text in (("3(a)", "Below 3."), ("9 (A)", "Below 9."), ("(a)", "Below 3.")):
        alone = page_of_paragraph(found, wanted)
        assert alone is not None and isinstance(alone.items[0], Fold)
        assert alone.items[0].lines[0].paragraph.text == text


# --- The page ------------------------------------------------------------------------------------


def test_the_page_shows_the_last_two_unless_others_are_asked_for(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    change(leading, plan)
    circulate(leading, plan)
    edit(leading, rows_of(plan)[0], text="The letter a is gone.")
    circulate(leading, plan, "Rev.2")
    assert "From Rev.1 to Rev.2" in text_of(leader.open("compare", plan.slug))
    assert "From First draft to Rev.2" in text_of(
        leader.open("compare", plan.slug, query="?from=1&to=3")
    )
    turned = text_of(leader.open("compare", plan.slug, query="?from=2&to=1"))
    assert "From First draft to Rev.1" in turned
    assert "From Rev.2 to Working text" in text_of(
        leader.open("compare", plan.slug, query="?to=desk")
    )


def test_words_inserted_and_deleted_are_marked_and_read_out(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    change(leading, plan)
    circulate(leading, plan)
    html = page(leader.open("compare", plan.slug))
    assert re.search(r"<del><span[^>]*> begin deleted </span>stands<span[^>]*> end deleted", html)
    assert re.search(r"<ins><span[^>]*> begin inserted </span>waits<span[^>]*> end inserted", html)
    assert "Change 1 of 6 · 2 · Reworded" in text_of(leader.open("compare", plan.slug))


def test_a_paragraph_that_neither_state_has_is_said_and_the_whole_stays(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    change(leading, plan)
    circulate(leading, plan)
    answer = leader.open("compare", plan.slug, query="?paragraph=77")
    assert answer.status_code == 422
    assert "There is no paragraph 77." in text_of(answer)
    assert "1 reworded" in text_of(answer)
    alone = leader.open("compare", plan.slug, query="?paragraph=2")
    assert alone.status_code == 200
    assert "waits" in page(alone) and "A new letter." not in page(alone)
    by_id = leader.open("compare", plan.slug, query=f"?paragraph={rows_of(plan)[1].public_id}")
    assert 'name="paragraph" value="2"' in page(by_id)


@pytest.mark.parametrize("query", ["?from=1&to=9", "?from=x", "?from=desk&to=desk", "?to=0"])
def test_a_state_that_the_text_does_not_have_is_not_found(
    leading: Leading, leader: Browser, plan: Draft, query: str
) -> None:
    circulated_again = rows_of(plan)[0]
    edit(leading, circulated_again, text="The letter a is gone.")
    circulate(leading, plan)
    assert leader.open("compare", plan.slug, query=query).status_code == 404


def test_two_equal_states_say_that_nothing_differs(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    shown_page = text_of(leader.open("compare", plan.slug, query="?to=desk"))
    assert "These two are the same in words, order and kinds." in shown_page
    assert "12 unchanged paragraphs · 1 to 12" in shown_page
