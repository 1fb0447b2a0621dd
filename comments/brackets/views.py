"""The ledger of brackets: of the working text, and of a circulated revision.

It lists the words in square brackets, which are not agreed, with the delegations that asked for the
brackets.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext as _
from django.views.decorators.http import require_safe

from comments.brackets.sections import TextParagraph, ledger_sections
from comments.papers.rows_csv import csv_response
from consultations.pictures.canvas import Canvas, Fill
from consultations.pictures.picture import Picture
from consultations.pictures.stacked_bars import BarRow, stacked_bars
from consultations.rules.access import Access, Act
from consultations.web.view_decorators import with_access
from drafts.brackets.doubts import BracketParagraph, BracketReport, bracket_report
from drafts.brackets.ledger import Ledger, LedgerEntry, ledger_of, ledger_on_desk
from drafts.brackets.pairs import has_brackets
from drafts.desk.views import desk_url, get_draft
from drafts.models import Draft, Paragraph, Revision
from drafts.text.names import names_of_paragraphs
from drafts.text.sections import (
    WHOLE_TEXT,
    Section,
    SectionChoice,
    section_entries,
    section_links_of,
)

# Days that the picture shows, the last ones; the file holds all.
MAX_DAYS = 20
# Beside a section the labels that are named for a delegation, and the doubts of each kind; beside
# the whole text all are.
MAX_LABELS = 20
MAX_DOUBTS = 40


@require_safe
@with_access
def bracket_ledger(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """The open brackets of the working text; `?file` gives them as CSV.

    `?file=days` gives, as CSV, how many brackets were put and lifted on each day.
    """
    draft = get_draft(access, draft_slug)
    paragraphs = list(draft.paragraphs.in_force().order_by("place", "pk"))
    name_by_id = names_of_paragraphs(paragraphs)
    ledger = ledger_on_desk(access, draft, name_by_id)
    if request.GET.get("file") == "days":
        return csv_response(_day_rows(ledger), f"brackets-by-day-{draft.slug}")
    if "file" in request.GET:
        return csv_response(_bracket_rows(ledger), f"brackets-{draft.slug}")
    return _ledger_page(
        request,
        access,
        draft,
        ledger,
        [
            TextParagraph(*map(partial(getattr, paragraph), TextParagraph._fields))
            for paragraph in paragraphs
        ],
        back_url=desk_url(access, draft),
        report_on_signs=_report_on_signs(access, draft, paragraphs, name_by_id),
    )


@require_safe
@with_access
def circulated_ledger(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int
) -> HttpResponse:
    """The brackets of a circulated revision; `?file` gives them as CSV."""
    access.require(Act.READ_TEXT)
    revisions = Revision.objects.visible_to(access).select_related("draft")
    revision = get_object_or_404(revisions, draft__slug=draft_slug, number=revision_number)
    ledger = ledger_of(access, revision)
    if "file" in request.GET:
        return csv_response(_bracket_rows(ledger), f"brackets-{draft_slug}-{revision_number}")
    reading_page_url = reverse(
        "reading", args=[access.consultation.slug, draft_slug, revision_number]
    )
    paragraphs = revision.wordings.order_by("place").values_list(
        "paragraph__public_id", "kind", "parent", "label", "text"
    )
    return _ledger_page(
        request,
        access,
        revision.draft,
        ledger,
        [TextParagraph(*paragraph) for paragraph in paragraphs],
        back_url=reading_page_url,
        revision=revision,
    )


def _ledger_page(
    request: HttpRequest,
    access: Access,
    draft: Draft,
    ledger: Ledger,
    paragraphs: Iterable[TextParagraph],
    *,
    back_url: str,
    revision: Revision | None = None,
    report_on_signs: BracketReport | None = None,
) -> HttpResponse:
    """The page of a ledger: of a circulated `revision`, or (None) of the working text.

    `paragraphs` are all of the text. `report_on_signs` is on the bracket signs of the working text
    that make no pair.
    """
    text = ledger_sections(paragraphs, ledger.entries)
    section = text.section_shown(SectionChoice.of(request.GET)) if text.sections else None

    def url_of(section: Section[LedgerEntry] | None) -> str:
        number = section.number if section else WHOLE_TEXT if text.is_long else None
        return request.path if number is None else f"?section={number}"

    context = {
        "access": access,
        "draft": draft,
        "ledger": ledger,
        "entries": text.items_shown(section),
        "section_links": section_links_of(text, section, url_of),
        "section_entries": section_entries(text, section, url_of) if text.is_long else [],
        "most_labels": MAX_LABELS if section else None,
        "revision": revision,
        "report_on_signs": (
            report_on_signs.with_first(MAX_DOUBTS)
            if report_on_signs and section
            else report_on_signs
        ),
        "picture": _picture(ledger),
        "back_url": back_url,
    }
    return render(request, "comments/brackets/bracket_ledger.html", context)


def _report_on_signs(
    access: Access, draft: Draft, paragraphs: Iterable[Paragraph], name_by_id: Mapping[int, str]
) -> BracketReport:
    """The bracket signs that make no pair, each with a link to the brackets of its paragraph."""
    return bracket_report(
        BracketParagraph(
            reverse(
                "paragraph_brackets",
                args=[access.consultation.slug, draft.slug, paragraph.public_id],
            ),
            name_by_id[paragraph.pk],
            paragraph.text,
        )
        for paragraph in paragraphs
        if has_brackets(paragraph.text)
    )


def _bracket_rows(ledger: Ledger) -> Iterator[tuple[str, ...]]:
    """The rows of the file: the heading, then one for each bracket."""
    yield _("Paragraph"), _("Words in brackets"), _("Asked by")
    for entry in ledger.entries:
        for words, names in zip(
            entry.words_of_brackets, entry.asker_names_of_brackets, strict=True
        ):
            yield entry.label, words, "; ".join(names)


def _day_rows(ledger: Ledger) -> Iterator[tuple[str, ...]]:
    """The rows of the file: the heading, then how many were put and lifted on each day."""
    yield _("Day"), _("Put"), _("Lifted")
    for day in ledger.counts_by_day:
        yield str(day.day), str(day.put_count), str(day.lifted_count)


def _picture(ledger: Ledger) -> Picture | None:
    """Bars of how many brackets were put and lifted on each day; None where none was.

    A circulated revision has no days, and so no picture.
    """
    days = ledger.counts_by_day[-MAX_DAYS:]
    if not days:
        return None
    canvas = Canvas("brackets-by-day", is_mirrored=get_language_bidi())
    title = _("Brackets put and lifted, by day")
    fills = (Fill.SOLID, Fill.EMPTY)
    bars = [BarRow(day.period, (day.put_count, day.lifted_count)) for day in days]
    names = (_("Put"), _("Lifted"))
    return Picture(
        name="brackets-by-day",
        title=title,
        drawing=stacked_bars(canvas, bars, fills, title),
        legend=tuple((canvas.swatch(fill), name) for fill, name in zip(fills, names, strict=True)),
        columns=(_("Day"), *names),
        rows=tuple((day.period, str(day.put_count), str(day.lifted_count)) for day in days),
        file_url="?file=days",
    )
