"""Two own drafts on one paragraph, beside each other and against the current words."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.desks.workspace import author_of, drafts_on, state_of
from comments.desks.workspace_paragraphs import WorkspaceParagraph
from comments.forms.compared_drafts_form import ComparedDraftsForm
from comments.models import Comment
from comments.pages.input_lines import InputLine, input_line
from comments.pages.reading_selection import address_of_revision
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import day_of
from consultations.web.view_decorators import with_access
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class ComparedDraft:
    """An own draft on the paragraph: its line, its title with author and day, its state."""

    input_line: InputLine
    comment: Comment
    # Its number on this page: 1 for the first draft.
    number: int
    title: str
    state: str


@require_safe
@never_cache
@with_access
def compare_drafts(request: HttpRequest, access: Access, paragraph_public_id: UUID) -> HttpResponse:
    """Two drafts word by word: each against its wording, then the second against the first."""
    access.require(Act.READ_DRAFT_COMMENT)
    paragraph, comments = drafts_on(access, paragraph_public_id)
    if paragraph is None:
        raise Http404
    drafts = [
        _compared_draft(access, comment, number) for number, comment in enumerate(comments, 1)
    ]
    chosen_drafts = _chosen_drafts(request, drafts)
    draft_choices = [(str(draft.comment.public_id), draft.title) for draft in drafts]
    form = ComparedDraftsForm(_form_data(chosen_drafts), draft_choices=draft_choices)
    context = {
        "access": access,
        "paragraph": paragraph,
        "title": _title(paragraph),
        "sides": chosen_drafts,
        "between": _redline_of_second_against_first(chosen_drafts),
        "form": form if len(drafts) > 2 else None,  # two drafts leave nothing to choose
        "thread_url": address_of_revision(access, paragraph.revision, open=paragraph.public_id)
        + f"#p-{paragraph.public_id}",
    }
    return render(request, "comments/compare_drafts.html", context)


def _compared_draft(access: Access, comment: Comment, number: int) -> ComparedDraft:
    """A draft for the page; `number` is its number there, 1 for the first."""
    edited_on = day_of(comment.edited_at, access.consultation.zone)
    _author_key, author_name = author_of(access, comment)
    placeholders = {"n": number, "who": author_name, "day": edited_on}
    title = _("Draft %(n)d: %(who)s, %(day)s") % placeholders
    return ComparedDraft(
        input_line=input_line(access, comment),
        comment=comment,
        number=number,
        title=title,
        state=str(state_of(comment).label),
    )


def _chosen_drafts(request: HttpRequest, drafts: list[ComparedDraft]) -> list[ComparedDraft]:
    """The two drafts that the address names, filled up with the first ones; one if there is one."""
    draft_by_public_id = {str(draft.comment.public_id): draft for draft in drafts}
    requested_public_ids = dict.fromkeys(request.GET.get(name, "") for name in ("first", "second"))
    requested_drafts = [
        draft_by_public_id[public_id]
        for public_id in requested_public_ids
        if public_id in draft_by_public_id
    ]
    other_drafts = [draft for draft in drafts if draft not in requested_drafts]
    return [*requested_drafts, *other_drafts][:2]


def _form_data(chosen_drafts: list[ComparedDraft]) -> dict[str, str]:
    """The data of `ComparedDraftsForm`: field name → public id of the draft."""
    public_ids = [str(draft.comment.public_id) for draft in chosen_drafts]
    return dict(zip(("first", "second"), public_ids, strict=False))


def _redline_of_second_against_first(chosen_drafts: list[ComparedDraft]) -> Redline:
    """The second draft's words against the first's; empty for one draft, or where one has none."""
    if len(chosen_drafts) < 2 or not all(draft.comment.proposed for draft in chosen_drafts):
        return ()
    return redline(chosen_drafts[0].comment.proposed, chosen_drafts[1].comment.proposed)


def _title(paragraph: WorkspaceParagraph) -> str:
    """The title of the page."""
    if paragraph.label:
        return _("Our drafts on paragraph %(label)s") % {"label": paragraph.label}
    return _("Our drafts beside each other")
