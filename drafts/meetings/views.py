"""The page of the agenda of a meeting: what it is about, and what can be added to it."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from consultations.models import Meeting
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.desk.forms import choice_label
from drafts.meetings.acts import add_agenda_item, remove_agenda_item
from drafts.meetings.forms import AgendaItemForm, agenda_value
from drafts.meetings.queries import latest_wordings_by_draft
from drafts.models import AgendaItem, Draft, Paragraph, Wording


@with_access
def agenda(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """The agenda of a meeting; circulated texts and paragraphs can be added to it."""
    # The count decides on the link to the minutes; those not issued have no moment to count.
    meetings = Meeting.objects.filter(consultation=access.consultation)
    meetings_with_minutes = meetings.annotate(issued_minutes_count=Count("minutes__issued_at"))
    meeting = get_object_or_404(meetings_with_minutes, public_id=meeting_public_id)
    items = list(meeting.agenda.select_related("draft", "paragraph").order_by("place", "pk"))
    latest_wordings = latest_wordings_by_draft(access)
    name_by_paragraph_id = _name_by_paragraph_id(access, items)
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
    return render(
        request, "drafts/meetings/agenda.html", context, status=422 if form.errors else 200
    )


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


def _name_by_paragraph_id(access: Access, items: Iterable[AgendaItem]) -> dict[int, str]:
    """The paragraphs of these items as they were circulated last; also those that left the text."""
    wordings = Wording.objects.visible_to(access).filter(
        paragraph__in=[item.paragraph_id for item in items if item.paragraph_id]
    )
    return {
        wording.paragraph_id: choice_label(wording) for wording in wordings.last_of_each_paragraph()
    }
