"""Downloads of a text, verification of its seal, and comparison with a copy."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from consultations.rules.access import Access
from drafts.circulating.acts import circulate_revision
from drafts.circulating.seal import checksum_in_groups
from drafts.desk.acts import add_paragraph, edit_paragraph, move_paragraph, split_paragraph
from drafts.models import Draft, Paragraph, Revision
from drafts.papers.as_plain import text_plain
from drafts.papers.files import make_text_file
from drafts.papers.paper import paper_frame
from drafts.papers.queries import paper_of_revision, redline_of
from drafts.parsing.sandbox import read_draft
from drafts.verifying.copies import compare_copy
from tests.drafts.desk.leading import (
    SLUG,
    Browser,
    Leading,
    build_leading,
    page,
    rows_of,
    text_with,
)
from tests.drafts.papers.texts import lines, read_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def leading(db: None, own_cache: None) -> Leading:
    return build_leading()


@pytest.fixture
def draft(leading: Leading) -> Draft:
    return text_with(leading.leader, "To raise awareness.", "To train officials.", "To report.")


@pytest.fixture
def first(leading: Leading, draft: Draft) -> Revision:
    return circulate_revision(access=leading.later(1), draft=draft, stage="First draft")


@pytest.fixture
def second(leading: Leading, draft: Draft, first: Revision) -> Revision:
    """The first paragraph reworded, the second divided, the third moved up, a fourth added."""
    access = leading.later(2)
    one, two, three = rows_of(draft)
    reword(access, one, "To raise awareness now.")
    split_paragraph(access=access, paragraph=two, texts=["To train", "officials."])
    move_paragraph(access=access, paragraph=three, after=None)
    add_paragraph(
        access=access, draft=draft, kind="operative", text="To meet.", after=rows_of(draft)[-1]
    )
    return circulate_revision(access=leading.later(3), draft=draft, stage="Rev.1")


def reword(access: Access, paragraph: Paragraph, text: str) -> None:
    edit_paragraph(
        access=access,
        paragraph=paragraph,
        version=paragraph.version,
        text=text,
        kind=paragraph.kind,
        label=paragraph.label,
    )


def file(leading: Leading, revision: Revision, format_name: str, query: str = "") -> Any:
    browser = Browser(leading.staff)
    return browser.open("text_file", "plan", revision.number, format_name, query=query)


# --- Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format_name", "start"),
    [("docx", b"PK"), ("pdf", b"%PDF"), ("akn", b"<?xml"), ("md", b"Demo"), ("txt", b"Demo")],
)
def test_each_format_comes_as_a_file_with_its_name(
    leading: Leading, first: Revision, format_name: str, start: bytes
) -> None:
    answer = file(leading, first, format_name)
    assert answer.status_code == 200
    assert answer.content.startswith(start)
    ending = "xml" if format_name == "akn" else format_name
    wanted = f'attachment; filename="plan-first-draft.{ending}"'
    assert answer["Content-Disposition"] == wanted


def test_the_redline_of_two_revisions_is_accepted_and_refused_to_each(
    leading: Leading, first: Revision, second: Revision
) -> None:
    content = file(leading, second, "docx", "?since=1").content
    before, after = (paper_of_revision(leading.leader, revision) for revision in (first, second))
    assert [row.text for row in after.paragraphs] == [
        "To report.",
        "To raise awareness now.",
        "To train",
        "officials.",
        "To meet.",
    ]
    assert read_with(content, accepted=False) == lines(before.paragraphs)
    assert read_with(content, accepted=True) == lines(after.paragraphs)


def test_the_lineage_of_the_desk_tells_what_moved_and_what_was_divided(
    leading: Leading, first: Revision, second: Revision
) -> None:
    later = paper_of_revision(leading.leader, second)
    rows = redline_of(leading.leader, later, (first, second)).marked_paragraphs
    assert [(row.mark, row.styled_paragraph.text) for row in rows] == [
        (">", "To report."),
        ("=", "To raise awareness now."),
        ("+", "To train"),
        ("=", "officials."),
        ("<", "To report."),
        ("+", "To meet."),
    ]


@pytest.mark.parametrize(
    ("format_name", "query"),
    [
        ("odt", ""),
        ("docx", "?since=2"),
        ("docx", "?since=0"),
        ("docx", "?since=x"),
        ("txt", "?since=1"),
    ],
)
def test_what_cannot_be_made_does_not_exist(
    leading: Leading, first: Revision, second: Revision, format_name: str, query: str
) -> None:
    assert file(leading, second, format_name, query).status_code == 404


@pytest.mark.parametrize("count", [3, 60])
def test_a_file_costs_the_same_queries_at_any_length(
    leading: Leading, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = text_with(leading.leader, *(f"To act {n}." for n in range(count)))
    revisions = [circulate_revision(access=leading.later(1), draft=draft, stage="First draft")]
    one = rows_of(draft)[0]
    reword(leading.later(2), one, "To act now.")
    revisions.append(circulate_revision(access=leading.later(3), draft=draft, stage="Rev.1"))
    with django_assert_num_queries(2):
        later = paper_of_revision(leading.leader, revisions[1])
    with django_assert_num_queries(4):
        redline_of(leading.leader, later, (revisions[0], revisions[1]))


def test_the_reading_page_leads_to_the_files(
    leading: Leading, first: Revision, second: Revision
) -> None:
    shown = page(Browser(leading.staff).open("reading", "plan", 2))
    for format_name in ("docx", "pdf", "akn", "md", "txt"):
        assert reverse("text_file", args=[SLUG, "plan", 2, format_name]) in shown
    assert "Changes since First draft" in shown and "/file/docx/?since=1" in shown
    assert "since=" not in page(Browser(leading.staff).open("reading", "plan", 1))


def test_any_two_revisions_that_are_compared_lead_to_their_redline(
    leading: Leading, first: Revision, second: Revision
) -> None:
    shown = page(Browser(leading.staff).open("compare", "plan", query="?from=1&to=2"))
    for format_name in ("docx", "pdf"):
        assert f"{reverse('text_file', args=[SLUG, 'plan', 2, format_name])}?since=1" in shown
    desk = page(Browser(leading.staff).open("compare", "plan", query="?from=2&to=desk"))
    assert "since=" not in desk


# --- The seal ------------------------------------------------------------------------------------


def verify(checksum: str) -> Any:
    return Client().get(reverse("seal"), {"checksum": checksum})


def test_anybody_has_a_checksum_verified_and_is_told_nothing_else(first: Revision) -> None:
    typed = first.checksum
    for words in (
        typed,
        checksum_in_groups(typed),
        f"  {typed[:9].upper()}\t{typed[9:]}\n",
        typed[:12],
    ):
        answer = verify(words)
        assert answer.status_code == 200
        shown = page(answer).split("<main")[1].split("</main>")[0]
        assert "This is the checksum of a circulated text" in shown
        assert "The plan" not in shown and "Demo talks" not in shown and "First draft" not in shown
        assert not answer.cookies.get("sessionid")


def test_the_page_that_follows_a_circulation_leads_there(leading: Leading, first: Revision) -> None:
    shown = page(Browser(leading.leader).open("circulated", "plan", 1))
    assert f"{reverse('seal')}?checksum={first.checksum}" in shown


def test_one_sign_less_true_is_a_checksum_of_no_text(first: Revision) -> None:
    last = "0" if first.checksum[-1] != "0" else "1"
    assert "No circulated text has this checksum" in page(verify(first.checksum[:-1] + last))


@pytest.mark.parametrize("typed", ["", "abc", "g" * 64, "a" * 65, "a" * 11])
def test_what_is_no_checksum_is_said_so_in_a_sentence(first: Revision, typed: str) -> None:
    answer = verify(typed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page(answer)


def test_a_minute_has_sixty_tries(first: Revision) -> None:
    answers = [verify(first.checksum).status_code for _try in range(61)]
    assert answers == [200] * 60 + [429]
    assert Client().get(reverse("seal")).status_code == 200


# --- A copy --------------------------------------------------------------------------------------


def check(leading: Leading, **fields: Any) -> Any:
    return Browser(leading.staff).send("check_copy", "plan", 1, **fields)


def test_the_same_words_are_word_for_word_the_same(leading: Leading, first: Revision) -> None:
    paper = paper_of_revision(leading.leader, first)
    pasted = "\n".join(f"{row.number} {row.text}" for row in paper.paragraphs)
    answer = check(leading, pasted=pasted)
    assert answer.status_code == 200
    assert "Word for word the same" in page(answer)
    assert "Footnotes were not compared" not in page(answer)
    assert checksum_in_groups(first.checksum) in page(answer)


def test_a_copy_without_the_footnotes_of_the_text_is_said_to_lack_them(
    leading: Leading, first: Revision
) -> None:
    paper = paper_of_revision(leading.leader, first)
    noted = replace(paper.paragraphs[0], notes=("See resolution 1.",))
    copy = read_draft("copy.txt", "\n\n".join(row.text for row in paper.paragraphs).encode())
    assert not compare_copy(paper, copy).lacks_notes
    assert compare_copy(replace(paper, paragraphs=(noted, *paper.paragraphs[1:])), copy).lacks_notes


def test_our_own_plain_text_is_the_same_with_all_that_stands_around_it(
    leading: Leading, first: Revision
) -> None:
    content = text_plain(paper_of_revision(leading.leader, first))
    answer = check(leading, file=SimpleUploadedFile("plan.txt", content))
    assert "Word for word the same" in page(answer)


def test_footnotes_make_no_words_of_a_copy_differ(leading: Leading, first: Revision) -> None:
    """Their numbers follow the words in our own plain text alone, whatever else stands around."""
    paper = paper_of_revision(leading.leader, first)
    noted = replace(paper.paragraphs[0], notes=("See resolution 1.", "And 2."))
    paper = replace(paper, paragraphs=(noted, *paper.paragraphs[1:]))
    words = [f"{row.number} {row.text}" for row in paper.paragraphs]
    copies = (
        text_plain(paper),
        "\n\n".join(words).encode(),
        "\n\n".join([paper_frame(paper).title, "_____", *words]).encode(),
    )
    for content in copies:
        assert compare_copy(paper, read_draft("copy.txt", content)).is_same, content


def test_a_word_document_of_ours_is_the_same_and_a_changed_one_is_not(
    leading: Leading, first: Revision
) -> None:
    paper = paper_of_revision(leading.leader, first)
    changed = replace(
        paper, paragraphs=(replace(paper.paragraphs[0], text="To raise all awareness."),)
    )
    whole, other = (make_text_file(text, "docx").content for text in (paper, changed))
    assert "Word for word the same" in page(
        check(leading, file=SimpleUploadedFile("plan.docx", whole))
    )
    shown = page(check(leading, file=SimpleUploadedFile("plan.docx", other)))
    assert "3 paragraphs are not as in" in shown and "Missing in the copy." in shown


def test_each_difference_is_shown_with_its_words(leading: Leading, first: Revision) -> None:
    pasted = "1. To raise all awareness.\n3. To report.\n4. To meet again.\n"
    shown = page(check(leading, pasted=pasted))
    assert "The copy differs" in shown
    assert "3 paragraphs are not as in" in shown and "1 is the same to the character." in shown
    assert "Missing in the copy." in shown and "To train officials." in shown
    assert "In the copy only." in shown and "To meet again." in shown
    assert "all </" not in shown and "<ins>" in shown


def test_a_change_of_spaces_alone_is_told_apart(leading: Leading, first: Revision) -> None:
    pasted = "1. To raise\u00a0awareness.\n2. To train officials.\n3. To report.\n"
    shown = page(check(leading, pasted=pasted))
    assert "Spaces, hyphens or quotation marks of another shape" in shown


def test_another_number_is_told_beside_the_same_words(leading: Leading, first: Revision) -> None:
    pasted = "1. To raise awareness.\n2. To train officials.\n4. To report.\n"
    shown = page(check(leading, pasted=pasted))
    assert "Its number is 4, in the circulated text 3." in shown


def test_without_a_copy_and_with_two_the_page_says_what_to_do(
    leading: Leading, first: Revision
) -> None:
    empty = check(leading, pasted="  ")
    assert empty.status_code == 422 and "Choose a file, or paste the words" in page(empty)
    both = check(leading, pasted="1. To act.", file=SimpleUploadedFile("a.txt", b"1. To act."))
    assert both.status_code == 422 and "not both" in page(both)
    assert "1. To act." in page(both)


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    leading: Leading, first: Revision
) -> None:
    answer = check(leading, file=SimpleUploadedFile("plan.pdf", b"%PDF-1.7 nothing"))
    assert answer.status_code == 422
    assert 'role="alert"' in page(answer)
