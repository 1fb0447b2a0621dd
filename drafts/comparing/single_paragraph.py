"""Narrows a comparison to one paragraph, found by how it is cited. Uses no database."""

from dataclasses import replace

from drafts.comparing.concordance import ParagraphSnapshot
from drafts.comparing.lines import ChangeLine, ComparisonPage, Fold
from drafts.text.labels import paragraph_ids_cited_as


def page_of_paragraph(page: ComparisonPage, citation_or_id: str) -> ComparisonPage | None:
    """The page of the one paragraph with this citation or id, in either state; None if none."""
    paragraph_ids = _ids_cited_as(page, citation_or_id)
    for page_item in page.items:
        if isinstance(page_item, ChangeLine):
            if any(
                paragraph.paragraph_id in paragraph_ids
                for paragraph in page_item.difference.concordance_row.all_paragraphs
            ):
                return ComparisonPage((page_item,), count_phrases=(), change_count=1)
        elif isinstance(page_item, Fold):
            for line in page_item.lines:
                if line.paragraph.paragraph_id in paragraph_ids:
                    fold = Fold((line,), title="", is_closed=False)
                    return ComparisonPage((fold,), count_phrases=(), change_count=0)
    return None


def label_of(narrowed_page: ComparisonPage) -> str:
    """The label of the one paragraph that a page was narrowed to."""
    page_item = narrowed_page.items[0]
    if isinstance(page_item, ChangeLine):
        return (
            page_item.difference.concordance_row.later_paragraphs
            or page_item.difference.concordance_row.earlier_paragraphs
        )[0].label
    # A narrowed page has a line or a fold, never a note: "" is never returned.
    return page_item.lines[0].paragraph.label if isinstance(page_item, Fold) else ""


def _ids_cited_as(page: ComparisonPage, citation_or_id: str) -> set[int]:
    """The ids of paragraphs with this public id; else of those cited so in the later state.

    Where there are none either, of those cited so in the earlier state.
    """
    later_paragraphs, earlier_paragraphs = _later_and_earlier_paragraphs(page)
    if ids_of_public_id := {
        paragraph.paragraph_id
        for paragraph in (*later_paragraphs, *earlier_paragraphs)
        if str(paragraph.public_id) == citation_or_id.casefold()  # a UUID is in small letters
    }:
        return ids_of_public_id
    for paragraphs in (later_paragraphs, earlier_paragraphs):
        parents_first = sorted(paragraphs, key=lambda paragraph: paragraph.level)
        rows = [
            (paragraph.paragraph_id, paragraph.parent_id, paragraph.label, paragraph.name)
            for paragraph in parents_first
        ]
        if paragraph_ids := paragraph_ids_cited_as(citation_or_id, rows):
            return set(paragraph_ids)
    return set()


def _later_and_earlier_paragraphs(
    page: ComparisonPage,
) -> tuple[list[ParagraphSnapshot], list[ParagraphSnapshot]]:
    """All paragraphs of the later state, and all of the earlier."""
    later_paragraphs: list[ParagraphSnapshot] = []
    earlier_paragraphs: list[ParagraphSnapshot] = []
    for page_item in page.items:
        if isinstance(page_item, ChangeLine):
            later_paragraphs += page_item.difference.concordance_row.later_paragraphs
            earlier_paragraphs += page_item.difference.concordance_row.earlier_paragraphs
        elif isinstance(page_item, Fold):
            later_paragraphs += (line.paragraph for line in page_item.lines)
            # Of an unchanged paragraph only the label may have been another one.
            earlier_paragraphs += (
                replace(line.paragraph, label=line.earlier_label or line.paragraph.label)
                for line in page_item.lines
            )
    return later_paragraphs, earlier_paragraphs
