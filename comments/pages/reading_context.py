"""The reading page as values: the text, the contents beside it, the thread and its cards."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.forms.comment_forms import FOLDED_FIELDS, CommentForm
from comments.news.silences import silences_on
from comments.pages.reading_contents import NearSections, contents_groups, near_sections
from comments.pages.reading_selection import Reading, address_of
from comments.pages.silence_pages import silence_lines, with_silences
from comments.pages.writing_buttons import soft_button, strong_button
from comments.threads.audience import moment_words, visibility_sentence, why_no_form
from comments.threads.autosave import autosaved_on
from comments.threads.cards import Card, card_of
from comments.threads.comparison import compare_views
from comments.threads.languages import InLanguage, LanguageChoice, choices_of, in_language
from comments.threads.missed_deadline import NO_REFUSAL, Refusal
from comments.threads.nameless import nameless_on
from comments.threads.sections import sections_of
from comments.threads.threads import ParagraphView, thread_of
from consultations.rules.access import Access, Act
from consultations.wall_clock import date_of
from drafts.desk.bracket_ledger import askers_by_paragraph, may_read_askers
from drafts.desk.paragraph_states import states_beside
from drafts.models import Kind, Revision, StateAct, Wording
from drafts.words.brackets import any_has_pairs
from drafts.words.quoting import opening_of

# --- What the page shows -------------------------------------------------------------------------


def page_context(reading: Reading, thread: dict[str, Any] | None) -> dict[str, Any]:
    """Everything the template of the reading page needs, with the open thread."""
    where, revision = reading.where, reading.revision
    readable = _paragraphs_to_read(reading)
    sections = sections_of(_with_changes(reading, readable.paragraphs))
    open_id = thread["thread"].paragraph.id if thread else None
    section = reading.section_of(sections, open_id)
    near = near_sections(reading, sections, section)
    shown = section.paragraphs if section else [p for one in sections for p in one.paragraphs]
    latest = reading.latest
    is_latest = latest == revision
    states = states_beside(reading.access, revision) if is_latest else {}
    silences = silence_lines(reading.access, silences_on(reading.access, revision))
    askers = askers_by_paragraph(reading.access, revision) if where.names_askers else {}
    return {
        "access": reading.access,
        "revision": revision,
        "silences": silences,
        "title": revision.draft.title,
        "has_title": any(paragraph.kind == Kind.TITLE for paragraph in shown),
        "rows": with_silences([_row(reading, one, states) for one in shown], silences, askers),
        "struck": [
            _row(reading, paragraph, {}) for paragraph in _struck_to_show(reading, near, open_id)
        ],
        "steps": _ladder(reading),
        "groups": contents_groups(reading, sections, section),
        "near": near,
        "goto_url": address_of(reading.access, revision),
        "goto_value": where.label,
        "against": where.against,
        "compare_url": _compare_url(reading),
        "names_askers": where.names_askers,
        "askers_url": _askers_url(reading),
        "plain_url": _url_with(reading, against=None),
        "languages": _languages(reading),
        "language_words": readable.words,
        "printed_in": where.text
        if any(p.language == where.text for p in readable.paragraphs)
        else "",
        "earlier": _revision_numbered(reading, revision.number - 1),
        "has_brackets": any_has_pairs(row.text for row in reading.text.paragraphs),
        "adopted": _adopted_sentence(reading),
        "later": None if is_latest else latest,
        "later_url": "" if is_latest else address_of(reading.access, latest),
        "is_found": not where.label or where.open is not None,
        **(thread or {}),
    }


def _paragraphs_to_read(reading: Reading) -> InLanguage:
    """The paragraphs in the chosen language; a comparison shows the authentic words."""
    where, paragraphs = reading.where, reading.text.paragraphs
    if not where.text or where.against is not None:
        return InLanguage(paragraphs)
    return in_language(reading.access, reading.revision, paragraphs, where.text)


def _languages(reading: Reading) -> list[tuple[LanguageChoice, str]]:
    """The languages that the text can be read in, each with its address."""
    return [
        (choice, _url_with(reading, text=_text_parameter(choice)))
        for choice in choices_of(reading.revisions, reading.revision, reading.where.text)
    ]


def _text_parameter(choice: LanguageChoice) -> str:
    return "" if choice.is_authentic else choice.language


def thread_context(
    reading: Reading,
    paragraph: ParagraphView,
    form: CommentForm | None = None,
    kept: Sequence[tuple[str, str]] = (),
    refused: Refusal = NO_REFUSAL,
) -> dict[str, Any]:
    """The inside of an open thread. `form` is a refused one; `kept` are words to copy."""
    access, page = reading.access, reading.where.page
    thread = thread_of(access, reading.text, paragraph, page, reading.rounds)
    cards = [card_of(access, comment, paragraph) for comment in thread.comments]
    adopted_at = reading.revision.draft.adopted_at
    closed = why_no_form(access, reading.round, adopted_at) if access.is_delegate else ""
    if paragraph.is_struck:
        closed = _("This paragraph is no longer in the text. Its inputs remain here.")
    may_write = bool(access.may(Act.DRAFT_COMMENT)) and not closed
    if form is None and may_write:
        form = _form_for_new_comment(reading, paragraph, cards)
    if form:
        form.show_for(reading.round)
    return {
        "thread": thread,
        "thread_title": text_title(paragraph),
        "thread_lead": _lead_sentence(reading, paragraph),
        "cards": cards,
        "nameless": () if thread.has_next else nameless_on(access, thread.keys, reading.rounds),
        "closed": closed,
        "form": form,
        **(_writing_context(reading, paragraph, form) if form else {}),
        "keep_key": f"{access.user.public_id}:{access.capacity.key}:{paragraph.id}",
        "kept": kept,
        "refused": refused,
        "write_url": _thread_url(reading, paragraph, write=1) if may_write and not form else "",
        "back_url": f"#p-{paragraph.id}",
        "earlier_url": _thread_url(reading, paragraph, page=page - 1) if page > 1 else "",
        "further_url": _thread_url(reading, paragraph, page=page + 1) if thread.has_next else "",
        "history_url": reverse("wording_history", args=[access.consultation.slug, paragraph.id])
        if reading.revision.number > 1
        else "",
        "pointers": [(text_title(other), _thread_url(reading, other)) for other in thread.pointers],
    }


def _form_for_new_comment(
    reading: Reading, paragraph: ParagraphView, cards: Sequence[Card]
) -> CommentForm | None:
    """A form for a new comment, with what was typed before; folded away beside an own draft."""
    # Opened by the address of another paragraph, what was typed needs a query of its own.
    is_read = paragraph.id == reading.where.open
    typed = paragraph.typed if is_read else autosaved_on(reading.access, paragraph.wording_id)
    has_draft = any(card.view.is_draft for card in cards)
    is_folded = has_draft and not reading.where.is_writing
    if is_folded and typed is None:
        return None
    wording = _wording_of(reading, paragraph)
    form = CommentForm(access=reading.access, wording=wording, typed=typed, room=reading.where.room)
    return None if is_folded and form.restored is None else form


def _writing_context(
    reading: Reading, paragraph: ParagraphView, form: CommentForm
) -> dict[str, Any]:
    """What the template of a new comment needs beside the form."""
    access, language, room = reading.access, reading.where.text, form.room()
    on_wording = [access.consultation.slug, paragraph.wording_id]
    form_url = reverse("draft_comment", args=on_wording)
    return {
        "room": room,
        "form_kind": form["kind"],
        "form_more": folded(form),
        "form_url": f"{form_url}?text={language}" if language else form_url,
        "is_read_translated": bool(language),
        "typing_url": reverse("typing", args=on_wording),
        "strong": strong_button(access, room),
        "soft": soft_button(access, room),
    }


def text_title(paragraph: ParagraphView) -> str:
    """The title of a thread: "Paragraph OP3", or its opening words."""
    if paragraph.label:
        return _("Paragraph %(label)s") % {"label": paragraph.label}
    if paragraph.kind == Kind.TITLE:
        return _("The whole text")
    if paragraph.kind == Kind.HEADING:
        return _("The section “%(title)s”") % {"title": paragraph.text}
    return opening_of(paragraph.text)


def _lead_sentence(reading: Reading, paragraph: ParagraphView) -> str:
    count = ngettext("%(n)d input.", "%(n)d inputs.", paragraph.count) % {"n": paragraph.count}
    inputs = count if paragraph.count else _("No inputs that you may see yet.")
    return f"{inputs} {visibility_sentence(reading.access, reading.round)}"


def folded(form: CommentForm) -> list[Any]:
    """The fields that most comments leave unchanged, folded away."""
    return [form[name] for name in FOLDED_FIELDS if name in form.fields]


def _wording_of(reading: Reading, paragraph: ParagraphView) -> Wording:
    """The wording that the form is made on, without another query."""
    return Wording(
        public_id=paragraph.wording_id,
        revision=reading.revision,
        kind=paragraph.kind,
        text=paragraph.text,
    )


def _thread_url(reading: Reading, paragraph: ParagraphView, **query: Any) -> str:
    parameters = f"&{urlencode(query)}" if query else ""
    return f"{reading.opening}{paragraph.id}{parameters}"


def _with_changes(reading: Reading, paragraphs: Sequence[ParagraphView]) -> Sequence[ParagraphView]:
    """The text as it is read, or against an earlier revision of it."""
    if reading.where.against is None:
        return paragraphs
    other = _revision_numbered(reading, reading.where.against)
    return compare_views(reading.access, reading.text, other) if other else ()


def _struck_to_show(
    reading: Reading, near: NearSections | None, open_id: UUID | None
) -> Sequence[ParagraphView]:
    """The paragraphs that left the text: shown at its end, and wherever one of them is open."""
    struck = reading.text.struck
    is_end = near is None or near.behind is None
    return struck if is_end or any(paragraph.id == open_id for paragraph in struck) else ()


COPIED_ATTRIBUTES = ("label", "kind", "text", "opening", "count", "notes")
# Elements of the kinds that are headings of the page.
TAGS: dict[str, str] = {Kind.TITLE: "h1", Kind.HEADING: "h2"}


def _row(
    reading: Reading, paragraph: ParagraphView, states: Mapping[int, StateAct]
) -> dict[str, Any]:
    """A paragraph, its redline in a comparison, its state, and the address of its thread."""
    is_compared = reading.where.against is not None
    return {
        "paragraph": paragraph,
        **{name: getattr(paragraph, name) for name in COPIED_ATTRIBUTES},
        "id": str(paragraph.id),
        "level": str(paragraph.level),
        "tag": TAGS.get(paragraph.kind, "div"),
        "lang": paragraph.language,
        "dir": paragraph.direction,
        "ops": paragraph.redline if is_compared else (),
        "url": f"{reading.opening}{paragraph.id}",
        "thread_template": "comments/_thread.html",
        "is_open": paragraph.id == reading.where.open,
        "is_struck": paragraph.is_struck and not is_compared,
        "note": paragraph.remark,
        "state": states.get(paragraph.key),
    }


def _revision_numbered(reading: Reading, number: int) -> Revision | None:
    for revision in reading.revisions:
        if revision.draft_id == reading.revision.draft_id and revision.number == number:
            return revision if number < reading.revision.number else None
    return None


def _compare_url(reading: Reading) -> str:
    if reading.revision.number == 1:
        return ""
    return _url_with(reading, against=reading.revision.number - 1, text=None)


def _url_with(reading: Reading, **other: Any) -> str:
    """The address of what is read, with these parameters changed."""
    where = reading.where
    parameters = {"section": where.asked_section, "against": where.against, "text": where.text}
    return address_of(reading.access, reading.revision, **parameters | other)


def _askers_url(reading: Reading) -> str:
    """The address that shows or hides who asked for brackets; empty where one may not know."""
    where, revision = reading.where, reading.revision
    if not may_read_askers(reading.access, revision):
        return ""
    parameters = {"section": where.section, "against": where.against, "text": where.text}
    parameters |= {} if where.names_askers else {"askers": 1}
    return address_of(reading.access, revision, **parameters)


def _ladder(reading: Reading) -> list[dict[str, Any]]:
    return ladder_of(reading.access, reading.revisions, reading.revision)


def _adopted_sentence(reading: Reading) -> str:
    """When and where the text was adopted, on every one of its revisions; empty before."""
    adopted_at = reading.revision.draft.adopted_at
    if adopted_at is None:
        return ""
    meeting = reading.latest.meeting
    parts = {
        "moment": moment_words(reading.access, adopted_at),
        "meeting": meeting.title if meeting else "",
    }
    if meeting:
        return _("Adopted at %(meeting)s, %(moment)s. Nothing changes any more.") % parts
    return _("Adopted %(moment)s. Nothing changes any more.") % parts


def ladder_of(
    access: Access, revisions: Sequence[Revision], current: Revision, *, marked: bool = True
) -> list[dict[str, Any]]:
    """The revisions of one text as a ladder."""
    return [
        {
            "label": revision.stage,
            "url": address_of(access, revision),
            "day": date_of(revision.circulated_at, access.consultation.zone),
            "is_current": marked and revision.pk == current.pk,
        }
        for revision in revisions
        if revision.draft_id == current.draft_id
    ]
