"""A text is cut into sections that fit on a page; a short one stays whole."""

from uuid import uuid4

import pytest
from django.http import Http404

from drafts.models import ParagraphKind
from drafts.text.sections import (
    AS_IT_OPENS,
    MAX_PAGE_BYTES,
    SectionChoice,
    SectionedText,
    SectionRow,
    cut_into_sections,
    section_entries,
    section_links_of,
)


def row(
    weight: int = 0,
    *,
    kind: str = ParagraphKind.OPERATIVE,
    level: int = 0,
    label: str = "",
    text: str = "",
) -> SectionRow[str]:
    return SectionRow(text, kind, level, label, text, weight, (uuid4(),))


def heading(text: str, weight: int = 0) -> SectionRow[str]:
    return row(weight, kind=ParagraphKind.HEADING, text=text)


def cut(*parts: int) -> SectionedText[str]:
    """Sections of so many bytes each, behind a title."""
    rows = [row(kind=ParagraphKind.TITLE)]
    for number, weight in enumerate(parts, 1):
        rows += [heading(f"Part {number}"), row(weight, label=str(number))]
    return cut_into_sections(rows)


def numbers_of_rows(text: SectionedText[str]) -> list[int]:
    return [len(section.rows) for section in text.sections]


def test_a_text_that_fits_on_a_page_is_shown_whole() -> None:
    text = cut(MAX_PAGE_BYTES // 3, MAX_PAGE_BYTES // 3)
    assert text.section_shown(AS_IT_OPENS) is None
    assert text.section_shown(SectionChoice(number=2)) == text.sections[2]
    # A paragraph of it is found on the page.
    near = text.sections[2].first_public_id
    assert text.section_shown(SectionChoice(near_public_id=near)) is None


def test_a_long_text_begins_with_its_title_and_its_first_section() -> None:
    text = cut(MAX_PAGE_BYTES, MAX_PAGE_BYTES)
    shown = text.section_shown(AS_IT_OPENS)
    assert shown is not None
    assert shown.number == 1
    assert shown.rows == (*text.sections[0].rows, *text.sections[1].rows)
    assert text.section_shown(SectionChoice(is_whole=True)) is None


def test_the_paragraph_that_stands_open_is_always_shown() -> None:
    text = cut(MAX_PAGE_BYTES, MAX_PAGE_BYTES)
    there = text.sections[2].first_public_id
    assert text.section_shown(AS_IT_OPENS, there) == text.sections[2]
    assert text.section_shown(SectionChoice(number=1), there) == text.sections[2]
    near_another = SectionChoice(near_public_id=text.sections[1].first_public_id)
    assert text.section_shown(near_another, there) == text.sections[2]
    assert text.section_shown(near_another) == text.sections[1]


def test_a_section_that_the_text_does_not_have_is_not_another() -> None:
    with pytest.raises(Http404):
        cut(10).section_shown(SectionChoice(number=7))


def test_an_address_that_cannot_be_read_is_none() -> None:
    assert SectionChoice.of({"section": "all"}) == SectionChoice(is_whole=True)
    assert SectionChoice.of({"section": "3"}).parameter == 3
    for parameters in ({"section": "x"}, {"at": "x"}):
        with pytest.raises(Http404):
            SectionChoice.of(parameters)


def test_a_text_without_headings_is_cut_between_paragraphs_of_the_first_level() -> None:
    rows = [row(MAX_PAGE_BYTES // 10, level=number % 2) for number in range(30)]
    text = cut_into_sections(rows)
    assert numbers_of_rows(text) == [6, 6, 6, 6, 6]
    assert all(section.rows[0].level == 0 for section in text.sections)
    assert [one for section in text.sections for one in section.rows] == rows


def test_no_page_grows_with_what_stands_below_one_paragraph() -> None:
    rows = [row(MAX_PAGE_BYTES // 10), *(row(MAX_PAGE_BYTES // 10, level=1) for _ in range(35))]
    text = cut_into_sections(rows)
    assert numbers_of_rows(text) == [10, 10, 10, 6]
    assert max(section.weight for section in text.sections) <= MAX_PAGE_BYTES


def test_a_paragraph_longer_than_a_page_has_one_alone() -> None:
    rows = [row(10), row(2 * MAX_PAGE_BYTES, level=1), row(10, level=1)]
    assert numbers_of_rows(cut_into_sections(rows)) == [1, 1, 1]


def test_a_section_that_goes_on_keeps_its_title() -> None:
    rows = [heading("Means"), *(row(MAX_PAGE_BYTES // 2, label=str(n)) for n in range(1, 5))]
    names = [section.name for section in cut_into_sections(rows).sections]
    assert names == ["Means, 1", "Means, 2", "Means, 3", "Means, 4"]


def test_a_section_leads_to_its_neighbours_and_to_the_whole() -> None:
    text = cut(MAX_PAGE_BYTES, MAX_PAGE_BYTES, MAX_PAGE_BYTES)

    def url_of(section: object) -> str:
        return f"/{getattr(section, 'number', 'all')}"

    first, second = text.section_shown(AS_IT_OPENS), text.sections[2]
    links = section_links_of(text, second, url_of)
    assert links is not None
    assert (links.title, links.whole_url) == ("Part 2, 2", "/all")
    assert (links.previous, links.next) == (("Part 1, 1", "/1"), ("Part 3, 3", "/3"))
    # The first is joined with the title: nothing stands before it.
    links_of_first = section_links_of(text, first, url_of)
    assert links_of_first is not None
    assert links_of_first.previous is None
    assert section_links_of(text, None, url_of) is None
    entries = section_entries(text, first, url_of, lambda section: section.number)
    assert [(entry["url"], entry["count"], entry["is_current"]) for entry in entries] == [
        ("/all", 6, False),
        ("/0", 0, False),
        ("/1", 1, True),
        ("/2", 2, False),
        ("/3", 3, False),
    ]


def test_a_text_of_one_section_has_one_entry() -> None:
    text = cut_into_sections([heading("Means"), row(5)])
    entries = section_entries(text, None, lambda section: "/")
    assert [(entry["label"], entry["count"]) for entry in entries] == [("The whole text", None)]
