"""The page of the desk: the working text, who is editing where, and the last steps.

The desk is where the facilitators edit a text between two circulations. A step is one act on it. A
struck paragraph is deleted from the next revision and can be restored; the others are in force.
The other pages of the desk take from here what they share with it.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.rules.access import Access, Act
from consultations.web.forms import sent_number
from consultations.web.no_longer_there import NoLongerThere
from consultations.web.view_decorators import with_access
from drafts.brackets.queries import bracket_lines_on_desk
from drafts.comparing.changes import WorkingChange, WorkingChanges, working_changes
from drafts.comparing.concordance import (
    concordance,
    lineage_links_to_desk,
    paragraph_snapshots,
    summary_of,
)
from drafts.desk.acts import sentence_on_absence
from drafts.desk.presence import EditingMark, mark_by_paragraph_id, unmark_as_open
from drafts.desk.sections import DeskItem, desk_sections
from drafts.desk.step_lines import StepStrip, step_strip_of
from drafts.models import Draft, FileOffer, Paragraph, ParagraphKind, Revision, Wording
from drafts.rooms.queries import room_by_paragraph_id
from drafts.states.queries import state_act_by_paragraph_id
from drafts.text.labels import paragraph_ids_cited_as
from drafts.text.names import NamedRow, names_to_keep
from drafts.text.sections import (
    WHOLE_TEXT,
    Section,
    SectionChoice,
    SectionedText,
    SectionUrl,
    section_entries,
    section_links_of,
)

# The key in the session for the name of a form whose words were saved: the next page tells the
# browser (draftkeeper.js) to forget its copy of what was typed.
SAVED_FORM_SESSION_KEY = "arrived"


@dataclass(frozen=True)
class ShownDesk:
    """The working text as the desk shows it."""

    draft: Draft
    last_revision: Revision | None
    changes: WorkingChanges
    struck_paragraphs: tuple[Paragraph, ...]
    paragraph_by_public_id: Mapping[str, Paragraph]  # in force and struck
    # The counts of changes since the last revision; empty where there is none.
    summary: str = ""


@dataclass(frozen=True)
class DeskActivity:
    """What may change while the desk is open: the last steps, and who is editing where."""

    strip: StepStrip
    editing_mark_by_paragraph_id: Mapping[int, EditingMark]
    fingerprint: str  # changes with the two above; an open desk sends the one it shows


@require_safe
@with_access
def desk(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """The working text; `?changes` shows it against the last circulated revision.

    Of a long one `?at=` shows the section of a paragraph, `?section=all` the whole. `?label=OP3`
    redirects to the paragraph cited so.
    """
    draft, label = get_draft(access, draft_slug), request.GET.get("label", "").strip()
    if label and (paragraph := paragraph_cited_as(label, desk_paragraphs_in_force(draft))):
        return redirect(desk_url_of_paragraph(access, paragraph))
    return desk_page(request, access, draft, label=label)


def paragraph_cited_as(citation: str, paragraphs: list[Paragraph]) -> Paragraph | None:
    """The first of these paragraphs, which are in force, that is cited as somebody typed."""
    name_by_id = names_to_keep([*map(NamedRow.of, paragraphs)])
    rows = [
        (paragraph.pk, paragraph.parent_id, paragraph.label, name_by_id[paragraph.pk])
        for paragraph in paragraphs
    ]
    paragraph_ids = paragraph_ids_cited_as(citation, rows)
    return next((paragraph for paragraph in paragraphs if paragraph.pk in paragraph_ids), None)


@require_safe
@with_access
def desk_now(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Polled by an open desk: 204 while nothing is new.

    The desk sends the fingerprint of the activity that it shows as `state`, as `marked` the
    paragraphs that it shows as being edited, and where it shows a section its `first` and `last`
    paragraphs.
    """
    draft = get_draft(access, draft_slug)
    last_seen_number = last_seen_number_in(request.GET)
    # The paragraphs are needed to name the steps, and only where there is a new one.
    if request.GET.get("state") == activity_on(draft, access, {}, last_seen_number).fingerprint:
        return HttpResponse(status=204)
    paragraph_by_public_id = {
        str(paragraph.public_id): paragraph
        for paragraph in draft.paragraphs.kept().order_by("place", "pk")
    }
    activity = activity_on(draft, access, paragraph_by_public_id, last_seen_number)
    marks = activity.editing_mark_by_paragraph_id.values()
    marked_public_ids = {mark.paragraph_public_id for mark in marks}
    shown_public_ids = _public_ids_between(
        list(paragraph_by_public_id), request.GET.get("first"), request.GET.get("last")
    )
    context = {
        **desk_context(access, draft),
        "activity": activity,
        "marks": [mark for mark in marks if mark.paragraph_public_id in shown_public_ids],
        # Those in `marked` that nobody edits any more.
        "unmarked_public_ids": [
            public_id
            for public_id in request.GET.getlist("marked")
            if public_id in shown_public_ids - marked_public_ids
        ],
    }
    return render(request, "drafts/desk/_now.html", context)


def _public_ids_between(public_ids: Sequence[str], first: str | None, last: str | None) -> Set[str]:
    """Those from the first to the last of a section, in the order of the text; else all."""
    if first in public_ids and last in public_ids:
        return set(public_ids[public_ids.index(first) : public_ids.index(last) + 1])
    return set(public_ids)


# --- What the pages of the desk share ------------------------------------------------------------


def get_draft(access: Access, slug: str, act: Act = Act.READ_WORKING_TEXT) -> Draft:
    """A draft of the consultation, where the access allows the act. Raises Http404, Refused."""
    draft = get_object_or_404(Draft.objects.visible_to(access), slug=slug)
    draft.consultation = access.consultation  # spares a query
    access.require(act, on=draft)
    return draft


def paragraph_of(draft: Draft, public_id: UUID, *, may_be_discarded: bool = False) -> Paragraph:
    """A paragraph of this text, in force or struck. Raises Http404.

    With `may_be_discarded` also one that an undone step had added; else an old link to it is told
    so.
    """
    paragraphs = draft.paragraphs.select_related("parent")
    paragraph = get_object_or_404(paragraphs, public_id=public_id)
    paragraph.draft = draft  # spares a query
    if paragraph.discarded_at and not may_be_discarded:
        raise NoLongerThere(
            sentence_on_absence(paragraph),
            url=reverse("desk", args=[draft.consultation.slug, draft.slug]),
            label=_("To the working text"),
        )
    return paragraph


def desk_paragraphs_in_force(draft: Draft) -> list[Paragraph]:
    """The paragraphs of the working text in order, without those that are struck; one query."""
    paragraphs = list(draft.paragraphs.in_force().select_related("parent").order_by("place", "pk"))
    for paragraph in paragraphs:
        paragraph.draft = draft  # spares a query for each
    return paragraphs


def desk_page(
    request: HttpRequest,
    access: Access,
    draft: Draft,
    near: Paragraph | None = None,
    *,
    status: int = 200,
    **extra_context: object,
) -> HttpResponse:
    """The desk: all of a short text; of a long one the section that is chosen, or has `near`.

    `extra_context` is the context of `_editor.html`, or `announcement`: a sentence for screen
    readers.
    """
    shown_desk, shows_changes = desk_of(draft), "changes" in request.GET
    text = desk_sections(
        shown_desk.changes.paragraph_changes,
        shown_desk.struck_paragraphs,
        shows_changes=shows_changes,
    )
    section = text.section_shown(SectionChoice.of(request.GET), near.public_id if near else None)
    items = text.items_shown(section)
    rows = [item for item in items if isinstance(item, WorkingChange)]
    activity = activity_on(draft, access, shown_desk.paragraph_by_public_id)

    def url_of(section: Section[DeskItem] | None, *, shows_changes: bool = shows_changes) -> str:
        """The address of a section, which stays right where others are cut otherwise meanwhile."""
        whole = WHOLE_TEXT if text.is_long else None
        chosen = {"at": section.first_public_id} if section else {"section": whole}
        return desk_url(access, draft, **chosen, changes=1 if shows_changes else None)

    context = {
        **desk_context(access, draft),
        "desk": shown_desk,
        "rows": rows,
        "struck_paragraphs": [item for item in items if isinstance(item, Paragraph)],
        "activity": activity,
        "editing_mark_by_paragraph_id": activity.editing_mark_by_paragraph_id,
        "bracket_lines_by_paragraph_id": bracket_lines_on_desk(
            access, draft, [row.paragraph.pk for row in rows]
        ),
        "contents_groups": desk_contents(shown_desk, text, section, url_of),
        "section_links": section_links_of(text, section, url_of),
        "shows_changes": shows_changes,
        "other_view_url": url_of(section, shows_changes=not shows_changes),
        "saved_form_name": request.session.pop(SAVED_FORM_SESSION_KEY, ""),
        **extra_context,
    }
    # A move on the desk itself (drafting.js) replaces the text, and nothing around it.
    is_text_only = request.htmx and request.htmx.target == "desk-text"  # type: ignore[attr-defined]
    template = "drafts/desk/_moved.html" if is_text_only else "drafts/desk/desk.html"
    response = render(request, template, context, status=status)
    if is_text_only and near and section:  # it may stand in another section than before
        response["HX-Replace-Url"] = desk_url(
            access, draft, at=near.public_id, changes=1 if shows_changes else None
        )
    return response


def desk_of(draft: Draft) -> ShownDesk:
    """The whole desk in four queries."""
    paragraphs = list(draft.paragraphs.kept().order_by("place", "pk"))
    in_force = [paragraph for paragraph in paragraphs if paragraph.struck_at is None]
    last_revision = draft.revisions.order_by("-number").first()
    last_wordings = (
        list(last_revision.wordings.defer("redline").order_by("place")) if last_revision else []
    )
    # What was circulated is kept; its paragraphs are not read a second time.
    paragraph_by_id = {paragraph.pk: paragraph for paragraph in paragraphs}
    for wording in last_wordings:
        wording.paragraph = paragraph_by_id[wording.paragraph_id]
    struck_paragraphs = tuple(paragraph for paragraph in paragraphs if paragraph.struck_at)
    paragraph_by_public_id = {str(paragraph.public_id): paragraph for paragraph in paragraphs}
    summary = _summary_since(last_revision, last_wordings, in_force) if last_revision else ""
    return ShownDesk(
        draft,
        last_revision,
        working_changes(last_wordings, in_force),
        struck_paragraphs,
        paragraph_by_public_id,
        summary,
    )


def _summary_since(
    last_revision: Revision,
    last_wordings: Sequence[Wording],
    paragraphs_in_force: Sequence[Paragraph],
) -> str:
    """The counts of changes since the last revision, as a circulation prints them."""
    earlier_states = paragraph_snapshots(
        (
            source.paragraph_id,
            source.paragraph.public_id,
            source.parent_id,
            *_compared_fields(source),
        )
        for source in last_wordings
    )
    later_states = paragraph_snapshots(
        (source.pk, source.public_id, source.parent_id, *_compared_fields(source))
        for source in paragraphs_in_force
    )
    return summary_of(
        concordance(earlier_states, later_states, lineage_links_to_desk(last_revision)).rows
    )


def _compared_fields(source: Wording | Paragraph) -> tuple[Any, ...]:
    """The last fields of a row that `paragraph_snapshots` takes: those in which changes count."""
    return source.kind, source.label, source.opening, source.text, source.notes


def desk_contents(
    shown_desk: ShownDesk,
    text: SectionedText[DeskItem],
    shown_section: Section[DeskItem] | None,
    url_of: SectionUrl[DeskItem],
) -> list[dict[str, Any]]:
    """The contents, as `components/contents.html` takes them: a list of groups.

    Of a long text its sections; of one that is shown whole the headings of the top level. Where all
    paragraphs are struck, the list is empty.
    """
    in_force = [
        change.paragraph
        for change in shown_desk.changes.paragraph_changes
        if change.kind != "struck"
    ]
    if not in_force:
        return []
    if text.is_long:
        entries = section_entries(text, shown_section, url_of)
    else:
        # On the desk no counts stand beside the headings.
        entries = [
            {
                "label": f"{paragraph.label} {paragraph.text}".strip(),
                "url": f"#p-{paragraph.public_id}",
            }
            for paragraph in in_force
            if paragraph.kind == ParagraphKind.HEADING and paragraph.parent_id is None
        ]
    return [{"title": shown_desk.draft.title, "entries": entries}]


def activity_on(
    draft: Draft,
    access: Access,
    paragraph_by_public_id: Mapping[str, Paragraph],
    last_seen_number: int | None = None,
) -> DeskActivity:
    """Who is editing where, and the last steps; the other arguments as in `step_strip_of`."""
    strip = step_strip_of(draft, access, paragraph_by_public_id, last_seen_number)
    editing_mark_by_paragraph_id = mark_by_paragraph_id(draft, access)
    mark_keys = sorted(
        f"{mark.paragraph_public_id}{mark.editor_name}"
        for mark in editing_mark_by_paragraph_id.values()
    )
    fingerprint = "|".join([strip.fingerprint, *mark_keys])
    return DeskActivity(strip, editing_mark_by_paragraph_id, fingerprint)


def desk_context(access: Access, draft: Draft) -> dict[str, Any]:
    """The context that every template of the desk takes."""
    is_open = draft.adopted_at is None
    return {
        "access": access,
        "draft": draft,
        "may_edit": may_edit_draft(access, draft),
        "may_set_state": is_open and bool(access.may(Act.SET_STATE, on=draft)),
        "may_circulate": is_open and bool(access.may(Act.CIRCULATE, on=draft)),
        "state_act_by_paragraph_id": state_act_by_paragraph_id(access, draft),
        "room_by_paragraph_id": room_by_paragraph_id(access, draft),
        # Tracked changes and margin comments of an imported file, which nobody has dealt with.
        "has_offers": FileOffer.objects.visible_to(access).filter(draft=draft).exists(),
    }


def may_edit_draft(access: Access, draft: Draft) -> bool:
    """Whether this person may change the words: the text is not adopted, and the rules allow it."""
    return draft.adopted_at is None and bool(access.may(Act.EDIT_TEXT, on=draft))


def last_seen_number_in(parameters: Mapping[str, str]) -> int | None:
    """The number of the last step that the requesting page has shown; None where it sent none."""
    return sent_number(parameters.get("seen"))


def back_to_desk(
    request: HttpRequest, access: Access, paragraph: Paragraph, *, form_name: str = ""
) -> HttpResponse:
    """Close a paragraph after an act on it, and redirect to its place on the desk.

    `form_name` names the form that was saved (draftkeeper.js): the browser then forgets its copy.
    """
    unmark_as_open(access=access, paragraph=paragraph)
    if form_name:
        request.session[SAVED_FORM_SESSION_KEY] = form_name
    return redirect(desk_url_of_paragraph(access, paragraph))


def desk_url_of_paragraph(access: Access, paragraph: Paragraph) -> str:
    """The address at which a paragraph stands on the desk."""
    return desk_url_of_public_id(access, paragraph.draft, paragraph.public_id)


def desk_url_of_public_id(access: Access, draft: Draft, public_id: UUID) -> str:
    """The address at which the paragraph with this public id stands on the desk."""
    return f"{desk_url(access, draft, at=public_id)}#p-{public_id}"


def desk_url(access: Access, draft: Draft, **parameters: Any) -> str:
    """The address of the desk; `parameters` are those of its query, without those that are None."""
    url = reverse("desk", args=[access.consultation.slug, draft.slug])
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{url}?{query}" if query else url
