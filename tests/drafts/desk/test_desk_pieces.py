"""Paragraphs are split, merged, indented and added as alternatives, with their lineage."""

import re
from typing import Any

import pytest

from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, edit_paragraph, strike_paragraph
from drafts.models import Descent, Draft, Paragraph
from tests.drafts.desk.leading import Browser, Leading, desk_words, page, rows_of, text_with

pytestmark = pytest.mark.django_db

WHOLE = "Decides to meet; Requests a report."


@pytest.fixture
def plan(leading: Leading) -> Draft:
    draft = text_with(leading.leader, "States should act.", WHOLE, "They meet.")
    circulate_revision(access=leading.leader, draft=draft, stage="First draft")
    return draft


def labels(plan: Draft) -> list[str]:
    return [row.label for row in rows_of(plan)]


def below(leading: Leading, row: Paragraph, *texts: str) -> list[Paragraph]:
    """Subparagraphs of a paragraph, in this order."""
    made: list[Paragraph] = []
    for text in texts:
        after = made[-1] if made else row
        made.append(
            add_paragraph(
                access=leading.leader,
                draft=row.draft,
                kind=row.kind,
                text=text,
                after=after,
                parent=row,
                label=f"({text[0]})",
            )
        )
    return made


# --- One into several ---

CUT = "Decides to meet;\r\n---\r\nRequests a report."


def pieces_form(row: Paragraph, text: str = CUT, **more: str) -> dict[str, str]:
    """What the form sends."""
    return {"text": text, "version": str(row.version), **more}


def seen_in(shown: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', shown)
    assert found is not None
    return found[1]


def test_the_pieces_are_shown_with_their_coming_labels_before_anything_is_written(
    leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[1]
    shown = page(leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row)))

    pieces = re.search(r'<ol class="pieces">.*?</ol>', shown, re.DOTALL)
    assert pieces is not None
    assert re.findall(r'pieces__label">([^<]*)<', pieces[0]) == ["2", "2 bis"]
    assert desk_words(plan)[1] == WHOLE


def test_a_confirmed_split_keeps_the_identity_in_the_first_piece(
    leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[1]
    seen = seen_in(page(leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row))))
    answer = leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row, seen=seen))

    assert answer.url.endswith(f"#p-{row.public_id}")
    # What the browser kept of the form is forgotten, once.
    forget = f'data-keep-clear="split-{row.public_id}"'
    assert forget in page(leader.get(answer.url))
    assert forget not in page(leader.get(answer.url))
    _first, kept, piece, _last = rows_of(plan)
    assert (kept.pk, kept.text, kept.label) == (row.pk, "Decides to meet;", "2")
    assert (piece.text, piece.label, piece.opening) == ("Requests a report.", "2 bis", "Requests")
    link = Descent.objects.get()
    assert (link.paragraph_id, link.follows_id, link.how) == (piece.pk, row.pk, "split")


def test_pieces_that_were_not_shown_are_shown_first(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[1]
    seen = seen_in(page(leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row))))
    other = pieces_form(row, "Decides\n---\nto meet;\n---\nRequests a report.", seen=seen)
    shown = page(leader.send("split_paragraph", "plan", row.public_id, **other))

    assert "3 pieces" in shown
    assert desk_words(plan)[1] == WHOLE


def test_a_text_without_a_cut_is_said_to_need_one(leader: Browser, plan: Draft) -> None:
    row = rows_of(plan)[1]
    answer = leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row, WHOLE))

    assert answer.status_code == 422
    assert "Put a line of three hyphens (---) at the cut." in page(answer)
    assert WHOLE in page(answer)


def test_a_split_of_words_that_somebody_saved_meanwhile_is_not_written(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[1]
    seen = seen_in(page(leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row))))
    edit_paragraph(
        access=leading.staff,
        paragraph=row,
        version=row.version,
        text="Theirs.",
        kind=row.kind,
        label="2",
    )
    answer = leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row, seen=seen))

    assert answer.status_code == 409
    assert "Theirs." in page(answer)
    assert "Decides to meet;\n---\nRequests a report.</textarea>" in page(answer)
    assert desk_words(plan)[1] == "Theirs."


def test_what_stands_below_stays_below_the_first_piece(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[1]
    below(leading, row, "a soon")
    shown = page(leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row)))
    assert "Subparagraphs stay below the first piece." in shown
    leader.send("split_paragraph", "plan", row.public_id, **pieces_form(row, seen=seen_in(shown)))

    assert desk_words(plan)[1:4] == ["Decides to meet;", "a soon", "Requests a report."]
    assert rows_of(plan)[2].parent_id == row.pk


# --- Several into one ---


def test_neighbours_are_chosen_and_their_joined_words_mended(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second, third = rows_of(plan)
    others = [str(third.public_id), str(first.public_id)]
    shown = page(leader.send("merge_paragraphs", "plan", second.public_id, others=others))
    assert f"States should act. {WHOLE} They meet.</textarea>" in shown
    assert "(optional)" not in shown
    assert "Their inputs, footnotes and subparagraphs move to the first." in " ".join(shown.split())
    answer = leader.send(
        "merge_paragraphs",
        "plan",
        second.public_id,
        others=others,
        seen=seen_in(shown),
        text="States act, meet and report.",
    )

    assert answer.url.endswith(f"#p-{first.public_id}")
    assert desk_words(plan) == ["States act, meet and report."]
    assert labels(plan) == ["1"]
    follows = Descent.objects.filter(paragraph=first, how="merge").order_by("follows__place")
    assert list(follows.values_list("follows", flat=True)) == [second.pk, third.pk]


def test_chinese_words_are_joined_without_a_space(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, after, kind = rows_of(plan)[0], rows_of(plan)[2], "operative"
    for text in ("各国应采取行动。", "各国应提交报告。"):
        after = add_paragraph(access=leading.leader, draft=plan, kind=kind, text=text, after=after)
    others = [str(row.public_id) for row in rows_of(plan)[3:]]
    shown = page(leader.send("merge_paragraphs", "plan", first.public_id, others=others))
    assert "States should act. 各国应采取行动。各国应提交报告。</textarea>" in shown


def test_what_stands_below_the_merged_comes_below_the_one(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second, _third = rows_of(plan)
    below(leading, first, "a soon", "b often")
    below(leading, second, "c in full")
    others = [str(second.public_id)]
    shown = page(leader.send("merge_paragraphs", "plan", first.public_id, others=others))
    sent: dict[str, Any] = {
        "others": others,
        "seen": seen_in(shown),
        "text": "States act and report:",
    }
    leader.send("merge_paragraphs", "plan", first.public_id, **sent)

    assert desk_words(plan) == [
        "States act and report:",
        "a soon",
        "b often",
        "c in full",
        "They meet.",
    ]
    assert [row.parent_id for row in rows_of(plan)] == [None, first.pk, first.pk, first.pk, None]


def test_a_merge_of_words_that_somebody_saved_meanwhile_is_not_written_and_keeps_what_was_typed(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second, _third = rows_of(plan)
    others = [str(second.public_id)]
    shown = page(leader.send("merge_paragraphs", "plan", first.public_id, others=others))
    edit_paragraph(
        access=leading.staff,
        paragraph=second,
        version=second.version,
        text="Theirs.",
        kind="operative",
        label="",
    )
    sent: dict[str, Any] = {"others": others, "seen": seen_in(shown), "text": "Typed for long."}
    answer = leader.send("merge_paragraphs", "plan", first.public_id, **sent)
    assert answer.status_code == 409
    assert "Theirs." in page(answer)
    assert "Typed for long.</textarea>" in page(answer)
    assert len(desk_words(plan)) == 3
    again = leader.send(
        "merge_paragraphs", "plan", first.public_id, **{**sent, "seen": seen_in(page(answer))}
    )
    assert again.status_code == 302
    assert desk_words(plan)[0] == "Typed for long."


def test_nothing_chosen_and_no_words_are_said(leader: Browser, plan: Draft) -> None:
    first, second, _third = rows_of(plan)
    nothing = leader.send("merge_paragraphs", "plan", first.public_id)
    assert nothing.status_code == 422
    assert "Choose at least one paragraph to merge with." in page(nothing)
    others = [str(second.public_id)]
    shown = page(leader.send("merge_paragraphs", "plan", first.public_id, others=others))
    sent: dict[str, Any] = {"others": others, "seen": seen_in(shown), "text": " "}
    wordless = leader.send("merge_paragraphs", "plan", first.public_id, **sent)
    assert wordless.status_code == 422
    assert "A paragraph needs words." in page(wordless)


def test_a_heading_is_no_neighbour_of_a_paragraph(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first = rows_of(plan)[0]
    add_paragraph(access=leading.leader, draft=plan, kind="heading", text="Follow-up", after=first)
    shown = page(leader.open("merge_paragraphs", "plan", first.public_id))

    assert "Follow-up" not in shown
    assert "They meet." in shown


# --- Levels, kinds, alternatives ---


def test_a_paragraph_is_set_in_below_the_one_before_it_and_out_again(
    leader: Browser, plan: Draft
) -> None:
    first, second, third = rows_of(plan)
    leader.send("move_paragraph", "plan", second.public_id, step="in")
    leader.send("move_paragraph", "plan", third.public_id, step="in")
    assert [row.parent_id for row in rows_of(plan)] == [None, first.pk, first.pk]
    leader.send("move_paragraph", "plan", third.public_id, step="in")
    assert rows_of(plan)[2].parent_id == second.pk
    leader.send("move_paragraph", "plan", second.public_id, step="out")

    assert [row.parent_id for row in rows_of(plan)] == [None, None, second.pk]
    assert labels(plan) == ["1", "2", "3"]


def test_where_there_is_no_such_place_a_sentence_says_so(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, _second, third = rows_of(plan)
    sentences = {
        ("in", first): "There is no paragraph before it on its level",
        ("out", first): "It is already at the top level.",
        ("up", first): "There is no paragraph to pass.",
        ("down", third): "There is no paragraph to pass.",
    }
    for (step, row), sentence in sentences.items():
        plain = leader.send("move_paragraph", "plan", row.public_id, step=step)
        assert sentence in page(leader.get(plain.url))
    heading = add_paragraph(
        access=leading.leader, draft=plan, kind="heading", text="Follow-up", after=first
    )
    plain = leader.send("move_paragraph", "plan", heading.public_id, step="in")
    assert "A title or heading stands below no paragraph" in page(leader.get(plain.url))


def test_a_move_without_leaving_the_desk_answers_with_the_desk_and_says_where_it_stands(
    leader: Browser, plan: Draft
) -> None:
    first, second, _third = rows_of(plan)
    address = f"/consultations/demo-talks/drafts/plan/desk/{first.public_id}/move/"
    fields = {"capacity": leader.key, "after": str(second.public_id), "position": "beside"}
    headers = {"HX-Request": "true", "HX-Target": "desk-text"}
    moved = leader.post(address, fields, headers=headers)
    assert moved.status_code == 200
    assert "<html" not in page(moved)
    assert "Moved: 1 comes after 2." in page(moved)
    assert page(moved).index(WHOLE) < page(moved).index("States should act.")
    stays = leader.post(address, {**fields, "step": "in", "after": ""}, headers=headers)
    assert stays.status_code == 200
    assert "Moved: 1 is the first below 2." in page(stays)


def test_a_paragraph_is_set_before_another(leader: Browser, plan: Draft) -> None:
    first, second, third = rows_of(plan)
    place = {"after": str(second.public_id), "position": "before"}
    leader.send("move_paragraph", "plan", third.public_id, **place)
    assert desk_words(plan) == [first.text, third.text, second.text]
    place = {"after": str(first.public_id), "position": "before"}
    leader.send("move_paragraph", "plan", third.public_id, **place)
    assert desk_words(plan) == [third.text, first.text, second.text]


def test_an_alternative_is_labelled_as_one_and_stands_after_what_it_would_replace(
    leader: Browser, plan: Draft
) -> None:
    row = rows_of(plan)[1]
    query = f"?after={row.public_id}"
    shown = page(leader.open("add_paragraph", "plan", query=query))
    assert "the next one, 2 bis" in shown
    assert "an alternative to 2: 2 alt" in shown
    fields = {"kind": "operative", "label": "", "opening": "", "notes": "", "position": "alt"}
    for text in ("Decides to wait.", "Decides to think."):
        leader.send("add_paragraph", "plan", query=query, text=text, **fields)

    assert [(row.label, row.text) for row in rows_of(plan)[1:4]] == [
        ("2", WHOLE),
        ("2 alt 2", "Decides to think."),
        ("2 alt", "Decides to wait."),
    ]


def test_a_label_that_is_given_is_taken_as_given(leader: Browser, plan: Draft) -> None:
    query = f"?after={rows_of(plan)[1].public_id}"
    fields = {
        "kind": "operative",
        "text": "Decides to wait.",
        "position": "alt",
        "label": "2 [alt]",
    }
    leader.send("add_paragraph", "plan", query=query, **fields)
    assert labels(plan) == ["1", "2", "2 [alt]", "3"]


def test_a_struck_paragraph_is_neither_split_into_the_text_nor_merged(
    leading: Leading, leader: Browser, plan: Draft
) -> None:
    first, second, _third = rows_of(plan)
    strike_paragraph(access=leading.leader, paragraph=second)
    assert WHOLE not in page(leader.open("merge_paragraphs", "plan", first.public_id))
