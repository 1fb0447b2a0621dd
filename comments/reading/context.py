"""What the templates of the reading page need: the text, the contents beside it, the thread."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.forms import BoundField
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, ngettext

from comments.drafting.forms import FOLDED_FIELDS, CommentForm
from comments.inputs.addresses import address_of_revision
from comments.inputs.audience import (
    NO_REFUSAL,
    Refusal,
    moment_words,
    visibility_sentence,
    why_no_inputs_accepted,
)
from comments.inputs.unattributed import unattributed_inputs_on
from comments.reading.contents import contents_groups, section_url_of
from comments.reading.selection import RevisionOnPage
from comments.silences.lines import silence_lines
from comments.silences.queries import silences_on
from comments.threads.cards import Card, card_of
from comments.threads.comparison import compared_paragraphs
from comments.threads.internal import autosaved_words_on
from comments.threads.languages import (
    LanguageChoice,
    ParagraphsInLanguage,
    language_choices,
    paragraphs_in_language,
)
from comments.threads.queries import ShownParagraph, thread_of
from comments.threads.sections import sections_of
from consultations.models import Seat
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import date_of
from drafts.brackets.ledger import may_read_askers, words_and_askers_by_paragraph_id
from drafts.brackets.pairs import any_has_pairs
from drafts.desk.revision_links import RevisionLink
from drafts.models import ParagraphKind, Revision, StateAct, Wording
from drafts.states.queries import state_acts_of_revision
from drafts.text.citing import citation_of_wording
from drafts.text.sections import SectionLinks, section_links_of

# What a row has of its paragraph, under the same name.
COPIED_ATTRIBUTES = ("label", "kind", "text", "opening", "notes")

# HTML elements of the kinds that are headings of the page; the others are a `div`.
TAG_BY_KIND: dict[str, str] = {ParagraphKind.TITLE: "h1", ParagraphKind.HEADING: "h2"}


def page_context(
    revision_on_page: RevisionOnPage, thread_values: dict[str, Any] | None
) -> dict[str, Any]:
    """What the template of the reading page needs, with the `thread_context`, if one is open."""
    selection, revision = revision_on_page.selection, revision_on_page.revision
    in_chosen_language = _paragraphs_to_read(revision_on_page)
    text = sections_of(_compared_paragraphs(revision_on_page, in_chosen_language.paragraphs))
    open_paragraph_public_id = (
        thread_values["thread"].paragraph.public_id if thread_values else None
    )
    row_of = partial(_paragraph_row, revision_on_page, open_paragraph_public_id)
    section = text.section_shown(selection.section, open_paragraph_public_id)
    section_links = section_links_of(text, section, section_url_of(revision_on_page, text))
    shown_paragraphs = text.items_shown(section)
    latest_revision = revision_on_page.latest_revision
    is_latest = latest_revision == revision
    state_by_paragraph_id = (
        state_acts_of_revision(revision_on_page.access, revision) if is_latest else {}
    )
    silences = silence_lines(
        revision_on_page.access, silences_on(revision_on_page.access, revision)
    )
    askers_by_paragraph_id = (
        words_and_askers_by_paragraph_id(revision_on_page.access, revision)
        if selection.shows_askers
        else {}
    )
    return {
        "access": revision_on_page.access,
        "revision": revision,
        "silences": silences,
        "title": revision.draft.title,
        "has_title": any(paragraph.kind == ParagraphKind.TITLE for paragraph in shown_paragraphs),
        "rows": _with_silences_and_askers(
            [row_of(paragraph, state_by_paragraph_id) for paragraph in shown_paragraphs],
            silences,
            askers_by_paragraph_id,
        ),
        "struck_rows": [
            row_of(paragraph, {})
            for paragraph in _struck_to_show(
                revision_on_page, section_links, open_paragraph_public_id
            )
        ],
        "revision_links": _revision_links(revision_on_page),
        "contents_groups": contents_groups(revision_on_page, text, section),
        "section_links": section_links,
        "goto_url": address_of_revision(revision_on_page.access, revision),
        "goto_value": selection.label_to_find,  # typed, to go to that paragraph
        "against_revision_number": selection.against_revision_number,
        "compare_url": _compare_url(revision_on_page),
        "shows_askers": selection.shows_askers,
        "askers_url": _askers_url(revision_on_page),
        "plain_url": _url_with_parameters(revision_on_page, against=None),  # not compared
        "languages": _language_links(revision_on_page),
        "translation_notice": in_chosen_language.remark,
        # The language of the files: the chosen one, if any paragraph is shown in it.
        "printed_language": selection.language
        if any(
            paragraph.language == selection.language for paragraph in in_chosen_language.paragraphs
        )
        else "",
        "previous_revision": _revision_numbered(revision_on_page, revision.number - 1),
        "has_brackets": any_has_pairs(row.text for row in revision_on_page.text.paragraphs),
        "adopted_sentence": _adopted_sentence(revision_on_page),
        "later_revision": None if is_latest else latest_revision,
        "later_url": ""
        if is_latest
        else address_of_revision(revision_on_page.access, latest_revision),
        "is_label_found": not selection.label_to_find
        or selection.open_paragraph_public_id is not None,  # the address names a paragraph too
        **(thread_values or {}),
    }


def _with_silences_and_askers(
    paragraph_rows: Iterable[dict[str, Any]],
    silence_lines: Iterable[dict[str, Any]],
    askers_by_paragraph_id: Mapping[int, Sequence[tuple[str, str]]],
) -> list[dict[str, Any]]:
    """The rows of paragraphs, each with the line of the silence on it, and who asked for brackets.

    `silence_lines` are of the text of these paragraphs. `askers_by_paragraph_id` has for each
    bracket of a paragraph its words and the names of those who asked for it; it may be empty.
    """
    silence_line_by_paragraph_id = {line["paragraph_id"]: line for line in silence_lines}
    rows = []
    for paragraph_row in paragraph_rows:
        paragraph_id = paragraph_row["paragraph"].pk
        silence_line = silence_line_by_paragraph_id.get(paragraph_id)
        askers = askers_by_paragraph_id.get(paragraph_id, ())
        rows.append(paragraph_row | {"silence": silence_line, "askers": askers})
    return rows


def _paragraphs_to_read(revision_on_page: RevisionOnPage) -> ParagraphsInLanguage:
    """The paragraphs in the chosen language; a comparison shows the authentic words."""
    selection, paragraphs = revision_on_page.selection, revision_on_page.text.paragraphs
    if not selection.language or selection.against_revision_number is not None:
        return ParagraphsInLanguage(paragraphs)
    return paragraphs_in_language(
        revision_on_page.access, revision_on_page.revision, paragraphs, selection.language
    )


def _paragraph_row(
    revision_on_page: RevisionOnPage,
    open_paragraph_public_id: UUID | None,
    paragraph: ShownParagraph,
    state_by_paragraph_id: Mapping[int, StateAct],
) -> dict[str, Any]:
    """A paragraph, its redline in a comparison, its state, and the address of its thread."""
    is_compared = revision_on_page.selection.against_revision_number is not None
    return {
        "paragraph": paragraph,
        **{name: getattr(paragraph, name) for name in COPIED_ATTRIBUTES},
        "count": paragraph.input_count,
        "id": str(paragraph.public_id),
        "level": str(paragraph.level),
        "tag": TAG_BY_KIND.get(paragraph.kind, "div"),
        "lang": paragraph.language,
        "dir": paragraph.direction,
        "ops": paragraph.redline if is_compared else (),  # kept, deleted and inserted words
        "url": f"{revision_on_page.open_url_prefix}{paragraph.public_id}",
        "thread_template": "comments/reading/_thread.html",
        "is_open": paragraph.public_id == open_paragraph_public_id,
        "is_struck": paragraph.is_struck and not is_compared,  # a comparison shows the deletion
        "note": paragraph.remark,  # on its translation or, in a comparison, on its change
        "state": state_by_paragraph_id.get(paragraph.pk),
    }


def _struck_to_show(
    revision_on_page: RevisionOnPage,
    section_links: SectionLinks | None,
    open_paragraph_public_id: UUID | None,
) -> Sequence[ShownParagraph]:
    """The paragraphs that left the text: shown at its end, or where the thread of one is open."""
    struck_paragraphs = revision_on_page.text.struck_paragraphs
    is_end_of_text = section_links is None or section_links.next is None
    is_one_open = any(
        paragraph.public_id == open_paragraph_public_id for paragraph in struck_paragraphs
    )
    return struck_paragraphs if is_end_of_text or is_one_open else ()


def _revision_links(revision_on_page: RevisionOnPage) -> list[RevisionLink]:
    """The `revision_links` of the text that is read."""
    return revision_links(
        revision_on_page.access, revision_on_page.revisions, revision_on_page.revision
    )


def revision_links(
    access: Access,
    revisions: Sequence[Revision],
    current_revision: Revision,
    *,
    marks_current: bool = True,
) -> list[RevisionLink]:
    """Links to the circulated revisions of the text of `current_revision`.

    `marks_current`: whether that revision is marked as the one that is read.
    """
    return [
        RevisionLink(
            label=revision.stage,
            url=address_of_revision(access, revision),
            day=date_of(revision.circulated_at, access.consultation.zone),
            is_current=marks_current and revision.pk == current_revision.pk,
        )
        for revision in revisions
        if revision.draft_id == current_revision.draft_id
    ]


def _compare_url(revision_on_page: RevisionOnPage) -> str:
    """The address that compares the authentic words with the revision before; empty without one."""
    if revision_on_page.revision.number == 1:
        return ""
    return _url_with_parameters(
        revision_on_page, against=revision_on_page.revision.number - 1, text=None
    )


def _askers_url(revision_on_page: RevisionOnPage) -> str:
    """The address that shows or hides who asked for brackets; empty for who may not see that."""
    selection, revision = revision_on_page.selection, revision_on_page.revision
    if not may_read_askers(revision_on_page.access, revision):
        return ""
    return _url_with_parameters(revision_on_page, askers=None if selection.shows_askers else 1)


def _language_links(revision_on_page: RevisionOnPage) -> list[tuple[LanguageChoice, str]]:
    """The languages that the text can be read in, each with its address."""
    return [
        # Empty for the authentic text.
        (
            choice,
            _url_with_parameters(
                revision_on_page, text="" if choice.is_authentic else choice.language
            ),
        )
        for choice in language_choices(
            revision_on_page.revisions,
            revision_on_page.revision,
            revision_on_page.selection.language,
        )
    ]


def _adopted_sentence(revision_on_page: RevisionOnPage) -> str:
    """When and where the text was adopted, on every one of its revisions; empty before."""
    adopted_at = revision_on_page.revision.draft.adopted_at
    if adopted_at is None:
        return ""
    meeting = revision_on_page.latest_revision.meeting
    placeholders = {
        "moment": moment_words(revision_on_page.access, adopted_at),
        "meeting": meeting.title if meeting else "",
    }
    if meeting:
        return _("Adopted at %(meeting)s, %(moment)s. Nothing changes any more.") % placeholders
    return _("Adopted %(moment)s. Nothing changes any more.") % placeholders


def _compared_paragraphs(
    revision_on_page: RevisionOnPage, paragraphs: Sequence[ShownParagraph]
) -> Sequence[ShownParagraph]:
    """The paragraphs as read; in a comparison with redlines against an earlier revision."""
    if revision_on_page.selection.against_revision_number is None:
        return paragraphs
    earlier_revision = _revision_numbered(
        revision_on_page, revision_on_page.selection.against_revision_number
    )
    if earlier_revision is None:
        return ()
    return compared_paragraphs(revision_on_page.access, revision_on_page.text, earlier_revision)


def _revision_numbered(revision_on_page: RevisionOnPage, number: int) -> Revision | None:
    """An earlier revision of the same text, by its number; None for no such revision."""
    for revision in revision_on_page.revisions:
        if revision.draft_id == revision_on_page.revision.draft_id and revision.number == number:
            return revision if number < revision_on_page.revision.number else None
    return None


def _url_with_parameters(revision_on_page: RevisionOnPage, **changed_parameters: Any) -> str:
    """The address of what is read, with these parameters changed."""
    selection = revision_on_page.selection
    parameters = {
        "section": selection.section.parameter,
        "against": selection.against_revision_number,
        "text": selection.language,  # in which the text is read
    }
    return address_of_revision(
        revision_on_page.access, revision_on_page.revision, **parameters | changed_parameters
    )


# --- A thread ------------------------------------------------------------------------------------


def thread_context(
    revision_on_page: RevisionOnPage,
    paragraph: ShownParagraph,
    form: CommentForm | None = None,
    words_to_copy: Sequence[tuple[str, str]] = (),
    refusal: Refusal = NO_REFUSAL,
) -> dict[str, Any]:
    """The context of an open thread.

    `form` is a refused one, shown again. After a refusal that no correction can mend, `refusal`
    says why, and `words_to_copy` are the fields (label, words) to copy what was typed from.
    """
    access, requested_page = revision_on_page.access, revision_on_page.selection.thread_page
    thread = thread_of(
        access, revision_on_page.text, paragraph, requested_page, revision_on_page.rounds
    )
    input_round = revision_on_page.input_round
    cards = [card_of(access, shown, paragraph, input_round) for shown in thread.shown_comments]
    adopted_at = revision_on_page.revision.draft.adopted_at
    why_closed = (
        why_no_inputs_accepted(access, input_round, adopted_at) if access.is_delegate else ""
    )
    if paragraph.is_struck:
        why_closed = _("This paragraph is no longer in the text. Its inputs remain here.")
    may_write = bool(access.may(Act.DRAFT_COMMENT)) and not why_closed
    if form is None and may_write:
        form = _form_for_new_comment(revision_on_page, paragraph, cards)
    if form:
        form.apply_round(input_round)
    return {
        "thread": thread,
        "thread_title": thread_title(paragraph),
        "thread_lead": _lead_sentence(revision_on_page, paragraph),
        "cards": cards,
        "unattributed_inputs": ()
        if thread.has_next  # they stand at the end of the last page
        else unattributed_inputs_on(access, thread.paragraph_ids, revision_on_page.rounds),
        "why_closed": why_closed,
        "form": form,
        **(_writing_context(revision_on_page, paragraph, form) if form else {}),
        # draftkeeper.js keeps what is typed in the browser under this key.
        "browser_copy_key": f"{access.user.public_id}:{access.capacity.key}:{paragraph.public_id}",
        "words_to_copy": words_to_copy,
        "refusal": refusal,
        "write_url": _thread_url(revision_on_page, paragraph, write=1)
        if may_write and not form
        else "",
        "back_url": f"#p-{paragraph.public_id}",
        "previous_page_url": _thread_url(revision_on_page, paragraph, page=thread.page - 1)
        if thread.page > 1
        else "",
        "next_page_url": _thread_url(revision_on_page, paragraph, page=thread.page + 1)
        if thread.has_next
        else "",
        "history_url": reverse(
            "wording_history", args=[access.consultation.slug, paragraph.public_id]
        )
        if revision_on_page.revision.number > 1
        else "",
        "links_to_earlier_inputs": [
            (thread_title(other_paragraph), _thread_url(revision_on_page, other_paragraph))
            for other_paragraph in thread.paragraphs_with_earlier_inputs
        ],
    }


def _form_for_new_comment(
    revision_on_page: RevisionOnPage, paragraph: ShownParagraph, cards: Sequence[Card]
) -> CommentForm | None:
    """A form for a new comment, with the words that were autosaved.

    None where a card of this page is a draft, of the delegation or of a group's room, unless the
    address asks for the form, or autosaved words differ from those with which it begins.
    """
    # The autosaved words of the paragraph in the address are read already; else it is a query.
    is_open_paragraph = paragraph.public_id == revision_on_page.selection.open_paragraph_public_id
    autosaved_words = (
        paragraph.autosaved
        if is_open_paragraph
        else autosaved_words_on(revision_on_page.access, paragraph.wording_public_id)
    )
    has_draft = any(card.shown_comment.is_draft for card in cards)
    is_folded = has_draft and not revision_on_page.selection.is_writing
    if is_folded and autosaved_words is None:
        return None
    wording = _wording_of(revision_on_page, paragraph)
    form = CommentForm(
        access=revision_on_page.access,
        wording=wording,
        autosaved_words=autosaved_words,
        room_seat_public_id=revision_on_page.selection.group_seat_public_id,
    )
    return None if is_folded and form.restored_words is None else form


def _wording_of(revision_on_page: RevisionOnPage, paragraph: ShownParagraph) -> Wording:
    """The wording that the form is made on, without another query."""
    return Wording(
        public_id=paragraph.wording_public_id,
        revision=revision_on_page.revision,
        kind=paragraph.kind,
        text=paragraph.text,
    )


def _writing_context(
    revision_on_page: RevisionOnPage, paragraph: ShownParagraph, form: CommentForm
) -> dict[str, Any]:
    """What the template of a new comment needs beside the form."""
    access, language = revision_on_page.access, revision_on_page.selection.language
    group_seat = form.shown_room_seat()
    wording_args = [access.consultation.slug, paragraph.wording_public_id]
    form_url = reverse("draft_comment", args=wording_args)
    return {
        "group_seat": group_seat,
        "kind_field": form["kind"],
        "folded_fields": folded_fields(form),
        "form_url": f"{form_url}?text={language}" if language else form_url,
        "is_read_translated": bool(language),
        "autosave_url": reverse("typing", args=wording_args),
        "main_button": main_button(access, group_seat),
        "second_button": second_button(group_seat),
    }


def main_button(access: Access, group_seat: Seat | None) -> dict[str, str]:
    """The main button: it saves, and takes the furthest step that this person may take at once.

    `group_seat` is the group in whose room one writes: a draft there is only saved. The button
    sends its step as "then", which `writing_views` reads.
    """
    if group_seat:
        return {"label": _("Save in the group’s room"), "name": "then", "value": "keep"}
    if access.may(Act.SUBMIT_COMMENT):
        return {"label": _("Submit…"), "name": "then", "value": "submit"}
    if access.may(Act.CLEAR_COMMENT):
        return {"label": _("Save and clear"), "name": "then", "value": "clear"}
    return {"label": _("Save and send for clearance"), "name": "then", "value": "send"}


def second_button(group_seat: Seat | None) -> dict[str, str] | None:
    """The second button, which only saves; None in a group's room, where the main one does so."""
    return None if group_seat else {"label": _("Save draft")}


def thread_title(paragraph: ShownParagraph) -> str:
    """What a thread is on: a citation, the whole text, a section, or quoted first words."""
    if paragraph.kind == ParagraphKind.TITLE and not paragraph.name:
        return _("The whole text")
    if paragraph.kind == ParagraphKind.HEADING and not paragraph.label:
        return _("The section “%(title)s”") % {"title": paragraph.text}
    return citation_of_wording(paragraph)


def _lead_sentence(revision_on_page: RevisionOnPage, paragraph: ShownParagraph) -> str:
    """How many inputs the thread has for this reader, and who sees those that are made now."""
    counted_inputs = ngettext("%(n)d input.", "%(n)d inputs.", paragraph.input_count) % {
        "n": paragraph.input_count
    }
    inputs = counted_inputs if paragraph.input_count else _("No inputs that you may see yet.")
    return f"{inputs} {visibility_sentence(revision_on_page.access, revision_on_page.input_round)}"


def folded_fields(form: CommentForm) -> list[BoundField]:
    """The bound fields that most comments leave unchanged: the page folds them away."""
    return [form[name] for name in FOLDED_FIELDS if name in form.fields]


def _thread_url(
    revision_on_page: RevisionOnPage, paragraph: ShownParagraph, **parameters: Any
) -> str:
    """The address that opens the thread of a paragraph; `parameters` are added to its query."""
    query_string = f"&{urlencode(parameters)}" if parameters else ""
    return f"{revision_on_page.open_url_prefix}{paragraph.public_id}{query_string}"
