"""The page that sets the negotiation state of a paragraph, after a confirmation.

Agreed ad referendum, agreed in a room or in plenary, parked, for informals, or reopened.
"""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Meeting
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access
from drafts.desk.views import desk_url_of_paragraph, get_draft, paragraph_of
from drafts.meetings.running_meeting import running_meetings
from drafts.models import NegotiationState, Paragraph
from drafts.rooms.queries import room_by_paragraph_id
from drafts.states.acts import set_state
from drafts.states.forms import StateForm
from drafts.states.queries import state_act_by_paragraph_id
from drafts.text.citing import citation_of


@with_access
def paragraph_state(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID, state: str
) -> HttpResponse:
    """Set the state of a paragraph, once its words were shown."""
    paragraph = paragraph_of(get_draft(access, draft_slug, Act.SET_STATE), paragraph_public_id)
    if state not in NegotiationState.values:
        raise Http404
    form = _state_form(request, access, paragraph, state)
    return confirm(
        request,
        access,
        title=_title(paragraph, state),
        sentences=_consequences(state),
        button_label=_confirm_label(state),
        back_url=_back_url(request, access, paragraph, form),
        success_message=_("%(paragraph)s: %(state)s.")
        % {
            "paragraph": citation_of(paragraph.label) or paragraph.text[:40],
            "state": NegotiationState(state).label,
        },
        form=form,
        act=lambda: set_state(access=access, paragraph=paragraph, state=state, **form.cleaned_data),
        details_template="drafts/states/_state_meant.html",
        paragraph=paragraph,
        draft=paragraph.draft,
        current_state_act=state_act_by_paragraph_id(access, paragraph.draft).get(paragraph.pk),
    )


def _back_url(request: HttpRequest, access: Access, paragraph: Paragraph, form: StateForm) -> str:
    """The page from which one came: the desk, or the minutes or the screen of a meeting."""
    meetings = form.fields["meeting"].queryset  # type: ignore[attr-defined]
    meeting = meetings.filter(public_id=_requested_meeting_public_id(request)).first()
    if meeting is not None and request.GET.get("on") == "screen":
        return reverse("screen", args=[access.consultation.slug, meeting.public_id])
    if request.GET.get("on") != "minutes" or meeting is None:
        return desk_url_of_paragraph(access, paragraph)
    arguments = [access.consultation.slug, meeting.public_id, paragraph.public_id]
    return reverse("minute_paragraph", args=arguments)


def _requested_meeting_public_id(request: HttpRequest) -> UUID | None:
    """The public id of the meeting in the address; None where there is none."""
    try:
        return UUID(request.GET.get("meeting", ""))
    except ValueError:
        return None


def _state_form(
    request: HttpRequest, access: Access, paragraph: Paragraph, state: str
) -> StateForm:
    """The form as sent; or with the version of the words shown, and with the likely meeting: that
    in the address, else one that runs. No other room's meetings for a paragraph of a room."""
    meetings = Meeting.objects.filter(consultation=access.consultation, cancelled_at=None)
    if request.method == "POST":
        return StateForm(request.POST, meetings=meetings)
    if room := room_by_paragraph_id(access, paragraph.draft).get(paragraph.pk):
        meetings = meetings.filter(Q(room=None) | Q(room=room))
    running = running_meetings(access, paragraph.draft)
    running_meeting = (
        running.plenary_meeting
        if state == NegotiationState.AGREED_IN_PLENARY
        else running.meeting_for(paragraph.pk)
    )
    initial: dict[str, Any] = {"version": paragraph.version}
    meeting_public_id = _requested_meeting_public_id(request)
    requested_meeting = (
        meetings.filter(public_id=meeting_public_id).first() if meeting_public_id else None
    )
    preset_meeting = requested_meeting or running_meeting
    if preset_meeting:
        initial["meeting"] = preset_meeting.public_id
    return StateForm(initial=initial, meetings=meetings)


def _title(paragraph: Paragraph, state: str) -> str:
    """The question that the page asks."""
    name = citation_of(paragraph.label) or _("This paragraph")
    titles = {
        NegotiationState.AGREED_AD_REF: _("%(paragraph)s: agreed ad referendum?"),
        NegotiationState.AGREED_IN_ROOM: _("%(paragraph)s: agreed in the room?"),
        NegotiationState.AGREED_IN_PLENARY: _("%(paragraph)s: agreed in plenary?"),
        NegotiationState.PARKED: _("%(paragraph)s: parked?"),
        NegotiationState.INFORMALS: _("%(paragraph)s: for informals?"),
        NegotiationState.REOPENED: _("%(paragraph)s: reopened?"),
    }
    return titles[NegotiationState(state)] % {"paragraph": name}


def _consequences(state: str) -> list[str]:
    """Sentences on what the state means for the paragraph."""
    consequence_by_closing_state = {
        NegotiationState.AGREED_AD_REF: _(
            "It is closed for now, subject to the agreement on the whole text."
        ),
        NegotiationState.AGREED_IN_ROOM: _("The room closes it. The plenary still has to agree."),
        NegotiationState.AGREED_IN_PLENARY: _("It is closed for all. Only the plenary reopens it."),
    }
    if state in consequence_by_closing_state:
        return [
            consequence_by_closing_state[NegotiationState(state)],
            _("Delegations see it beside these words, once these words are circulated."),
            _("Its words change only when it is reopened."),
        ]
    return [_("All delegations that read the text see this beside the paragraph.")]


def _confirm_label(state: str) -> str:
    labels = {
        NegotiationState.AGREED_AD_REF: _("Yes, agreed ad referendum"),
        NegotiationState.AGREED_IN_ROOM: _("Yes, agreed in the room"),
        NegotiationState.AGREED_IN_PLENARY: _("Yes, agreed in plenary"),
        NegotiationState.PARKED: _("Yes, park it"),
        NegotiationState.INFORMALS: _("Yes, for informals"),
        NegotiationState.REOPENED: _("Yes, reopen it"),
    }
    return labels[NegotiationState(state)]
