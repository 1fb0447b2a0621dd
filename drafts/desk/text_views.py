"""The pages of the texts of a consultation, and of the agenda of a meeting."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.models import Meeting
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import day_of
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.desk.acts import set_draft, start_draft
from drafts.desk.forms import (
    AgendaItemForm,
    DraftSettingsForm,
    NewDraftForm,
    agenda_value,
    choice_label,
)
from drafts.desk.revision_links import RevisionLink
from drafts.desk.views import get_draft
from drafts.meetings.agenda import add_agenda_item, remove_agenda_item
from drafts.models import AgendaItem, Draft, Paragraph, Revision, Wording


@require_safe
@never_cache
@with_access
def drafts(request: HttpRequest, access: Access) -> HttpResponse:
    """The texts, each with links to its revisions, in two queries."""
    drafts_in_order = list(Draft.objects.visible_to(access).prefetch_related("revisions"))
    context = {
        "access": access,
        "drafts_with_links": [(draft, _revision_links(access, draft)) for draft in drafts_in_order],
        "may_read_desk": bool(access.may(Act.READ_WORKING_TEXT)),
        "may_edit": bool(access.may(Act.EDIT_TEXT, on=access.consultation)),
        "may_set_texts": bool(access.may(Act.SET_TEXTS, on=access.consultation)),
        "may_circulate": bool(access.may(Act.CIRCULATE, on=access.consultation)),
    }
    return render(request, "drafts/desk/drafts.html", context)


@never_cache
@with_access
def new_draft(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin a text, which comes last of those of the consultation."""
    access.require(Act.SET_TEXTS, on=access.consultation)
    form = NewDraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        place = access.consultation.drafts.count() + 1
        try:
            draft = start_draft(access=access, place=place, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, _as_address_error(error))
        else:
            messages.success(request, _("The text is created. Import a file, or write it here."))
            return redirect("desk", access.consultation.slug, draft.slug)
    status = 422 if form.errors else 200
    context = {"access": access, "form": form}
    return render(request, "drafts/desk/new.html", context, status=status)


@never_cache
@with_access
def settings(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Change the title, language and numbering of a text."""
    draft = get_draft(access, draft_slug, Act.SET_TEXTS)
    form = (
        DraftSettingsForm(request.POST)
        if request.method == "POST"
        else DraftSettingsForm.showing(draft)
    )
    if form.is_valid():
        try:
            set_draft(access=access, draft=draft, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. The paragraphs keep their labels."))
            return redirect("desk", access.consultation.slug, draft.slug)
    context = {
        "access": access,
        "draft": draft,
        "form": form,
        "is_circulated": draft.revisions.exists(),
    }
    return render(request, "drafts/desk/settings.html", context, status=422 if form.errors else 200)


@never_cache
@with_access
def agenda(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """The agenda of a meeting; circulated texts and paragraphs can be added to it."""
    # The count decides on the link to the minutes; those not issued have no moment to count.
    meetings = Meeting.objects.filter(consultation=access.consultation)
    meetings_with_minutes = meetings.annotate(issued_minutes_count=Count("minutes__issued_at"))
    meeting = get_object_or_404(meetings_with_minutes, public_id=meeting_public_id)
    items = list(meeting.agenda.select_related("draft", "paragraph").order_by("place", "pk"))
    latest_wordings = _latest_wordings(access)
    name_by_paragraph_id = {
        wording.paragraph_id: choice_label(wording)
        for wordings in latest_wordings.values()
        for wording in wordings
    }
    # "what" is a field of this form; the buttons that remove items do not send it.
    form = AgendaItemForm(
        request.POST if "what" in request.POST else None, wordings_by_draft=latest_wordings
    )
    if request.method == "POST":
        response = _set_agenda(request, access, meeting, form, latest_wordings, items)
        if response is not None:
            return response
    context = {
        "access": access,
        "meeting": meeting,
        "items": [
            (
                item,
                agenda_value(item.draft, item.paragraph),
                # An item without a paragraph is the whole text.
                name_by_paragraph_id.get(item.paragraph_id or 0, ""),
            )
            for item in items
        ],
        "form": form,
        "may_take_minutes": bool(access.may(Act.TAKE_MINUTES)) and meeting.cancelled_at is None,
        "may_set_agenda": bool(access.may(Act.SET_MEETINGS, on=meeting))
        and meeting.cancelled_at is None,
    }
    return render(request, "drafts/desk/agenda.html", context, status=422 if form.errors else 200)


def _set_agenda(
    request: HttpRequest,
    access: Access,
    meeting: Meeting,
    form: AgendaItemForm,
    latest_wordings: dict[Draft, list[Wording]],
    items: list[AgendaItem],
) -> HttpResponse | None:
    """Add an item, or remove the one whose button `off` was pressed, which sends its value.

    None where the form must be shown again.
    """
    access.require(Act.SET_MEETINGS, on=meeting)
    back_to_agenda = redirect("agenda", access.consultation.slug, meeting.public_id)
    if "off" in request.POST:
        removed_value = request.POST["off"]
        for item in items:
            if agenda_value(item.draft, item.paragraph) == removed_value:
                _remove_item(request, access, meeting, item)
        return back_to_agenda
    if not form.is_valid():
        return None
    draft, paragraph = _chosen_item(form.cleaned_data["what"], latest_wordings)
    try:
        add_agenda_item(
            access=access,
            meeting=meeting,
            draft=draft,
            paragraph=paragraph,
            note=form.cleaned_data["note"],
        )
    except ValidationError as error:
        add_errors(form, error)
        return None
    messages.success(request, _("Set on the agenda."))
    return back_to_agenda


def _remove_item(request: HttpRequest, access: Access, meeting: Meeting, item: AgendaItem) -> None:
    """Remove an item from the agenda, or say why it stays."""
    item.meeting = meeting  # spares a query
    try:
        remove_agenda_item(access=access, item=item)
    except ValidationError as error:  # the meeting was cancelled meanwhile
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken off the agenda."))


def _latest_wordings(access: Access) -> dict[Draft, list[Wording]]:
    """The last circulated wordings of each text, in order: an agenda names nothing else."""
    revisions = Revision.objects.visible_to(access).select_related("draft")
    ordered = revisions.order_by("draft__place", "draft_id", "number")
    # Of each text the last revision stays.
    latest_revisions = {revision.draft_id: revision for revision in ordered}
    wordings_by_draft: dict[Draft, list[Wording]] = {
        revision.draft: [] for revision in latest_revisions.values()
    }
    draft_by_revision_id = {revision.pk: revision.draft for revision in latest_revisions.values()}
    wordings = Wording.objects.filter(revision__in=draft_by_revision_id).select_related("paragraph")
    for wording in wordings.order_by("place"):
        wordings_by_draft[draft_by_revision_id[wording.revision_id]].append(wording)
    return wordings_by_draft


def _chosen_item(
    choice: str, latest_wordings: dict[Draft, list[Wording]]
) -> tuple[Draft, Paragraph | None]:
    """The text, and the paragraph if only one, that a choice of the form stands for."""
    for draft, wordings in latest_wordings.items():
        if choice == agenda_value(draft, None):
            return draft, None
        for wording in wordings:
            if choice == agenda_value(draft, wording.paragraph):
                return draft, wording.paragraph
    raise AssertionError("The form offers only what is here.")


def _revision_links(access: Access, draft: Draft) -> list[RevisionLink]:
    """The circulated revisions of a text, first to last. They are prefetched, so no query."""
    revisions = sorted(draft.revisions.all(), key=lambda revision: revision.number)
    zone = access.consultation.zone
    return [
        RevisionLink(
            label=revision.stage,
            url=reverse("reading", args=[access.consultation.slug, draft.slug, revision.number]),
            day=day_of(revision.circulated_at, zone),
        )
        for revision in revisions
    ]


def _as_address_error(error: ValidationError) -> ValidationError:
    """The error of a new text, to be shown at a field of its form.

    An error without a field comes from the constraint that a web address stands once in a
    consultation: it becomes one of the address.
    """
    if hasattr(error, "error_dict") and set(error.error_dict) - {"__all__"}:
        return error
    return ValidationError({"slug": _("This address is already in use. Choose another.")})
