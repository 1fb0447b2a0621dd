"""The pages of rounds and meetings."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Consent, Meeting, Round, WorkingRoom
from consultations.rules.access import Access, Act
from consultations.rules.phases import Phase, phase_of
from consultations.time.wall_clock import hour_of, moment_in_words
from consultations.timetable import acts
from consultations.timetable.forms import (
    VISIBILITY_LABELS,
    DeadlineForm,
    MeetingForm,
    MoveForm,
    RoundForm,
    VisibilityForm,
)
from consultations.timetable.queries import RoomClash, room_clashes
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access


@with_access
def rounds(request: HttpRequest, access: Access) -> HttpResponse:
    """The rounds, each with its deadline and who reads its inputs; facilitators set new ones."""
    form = RoundForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST":
        access.require(Act.SET_ROUNDS, on=access.consultation)
        if form.is_valid():
            try:
                round = acts.create_round(access=access, **form.cleaned_data)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("The round “%(name)s” is set.") % {"name": round})
                return redirect("rounds", access.consultation.slug)
    round_lines = [
        _round_line(round, access)
        for round in Round.objects.filter(consultation=access.consultation)
        .select_related("asks_again")
        .order_by("-opens_at", "-pk")
    ]
    context = {
        "access": access,
        "round_lines": round_lines,
        "form": form,
        "may_set_rounds": access.may(Act.SET_ROUNDS, on=access.consultation),
        "may_set_visibility": access.may(Act.SET_VISIBILITY, on=access.consultation),
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/timetable/rounds.html", context, status=status)


def _round_line(round: Round, access: Access) -> dict[str, Any]:
    """A round as the list shows it."""
    # With the record every round closes: it accepts no input, late ones neither.
    is_record_closed = access.consultation.closed_at is not None
    phase = Phase.CLOSED if is_record_closed else phase_of(round, access.moment)
    return {
        "round": round,
        "has_opened": access.moment >= round.opens_at,
        "is_not_open_yet": phase is Phase.NOT_OPEN,
        "is_open": phase is Phase.OPEN,
        "accepts_late_inputs": phase is Phase.LATE,
        "visibility_label": VISIBILITY_LABELS[round.visibility],  # type: ignore[index]
        "word_limits": _word_limits(round),
        "consent_labels": [Consent(consent).label for consent in round.consents],
    }


@with_access
def extend_deadline(request: HttpRequest, access: Access, round_public_id: UUID) -> HttpResponse:
    """Extend the deadline of a round."""
    round = _round_for_act(access, round_public_id, Act.SET_ROUNDS)
    form = DeadlineForm(
        request.POST if request.method == "POST" else None,
        access=access,
        initial={"deadline": round.deadline},
    )
    return confirm(
        request,
        access,
        title=_("Extend “%(round)s”") % {"round": round},
        sentences=[
            _deadline_sentence(access, round),
            _("A deadline can only be extended, and only before the round closes."),
        ],
        button_label=_("Extend the deadline"),
        back_url=reverse("rounds", args=[access.consultation.slug]),
        success_message=_("The deadline is extended."),
        form=form,
        act=lambda: acts.extend_deadline(
            access=access, round=round, deadline=form.cleaned_data["deadline"]
        ),
    )


@with_access
def close_round(request: HttpRequest, access: Access, round_public_id: UUID) -> HttpResponse:
    """Close a round ahead of its deadline."""
    round = _round_for_act(access, round_public_id, Act.SET_ROUNDS)
    return confirm(
        request,
        access,
        title=_("Close “%(round)s” now") % {"round": round},
        sentences=[
            _deadline_sentence(access, round),
            str(VISIBILITY_LABELS[round.visibility]),  # type: ignore[index]
            _("A closed round stays closed. To ask for more inputs, open a new round."),
        ],
        button_label=_("Close the round"),
        back_url=reverse("rounds", args=[access.consultation.slug]),
        success_message=_("The round is closed."),
        is_grave=True,
        act=lambda: acts.close_round(access=access, round=round),
    )


@with_access
def set_visibility(request: HttpRequest, access: Access, round_public_id: UUID) -> HttpResponse:
    """Change who will read the inputs, before the round opens."""
    round = _round_for_act(access, round_public_id, Act.SET_VISIBILITY)
    form = VisibilityForm(
        request.POST if request.method == "POST" else None,
        access=access,
        initial={"visibility": round.visibility},
    )
    return confirm(
        request,
        access,
        title=_("Visibility of the inputs of “%(round)s”") % {"round": round},
        sentences=[_("This cannot change once the round has opened.")],
        button_label=_("Change visibility"),
        back_url=reverse("rounds", args=[access.consultation.slug]),
        success_message=_("The visibility is saved."),
        form=form,
        act=lambda: acts.set_visibility(
            access=access, round=round, visibility=form.cleaned_data["visibility"]
        ),
    )


@with_access
def meetings(request: HttpRequest, access: Access) -> HttpResponse:
    """The meetings: those to come, then the past ones, the latest first.

    Facilitators and the secretariat call new ones.
    """
    form = MeetingForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST":
        access.require(Act.SET_MEETINGS, on=access.consultation)
        if form.is_valid():
            try:
                called_meeting = acts.create_meeting(
                    access=access,
                    title=form.cleaned_data["title"],
                    kind=form.cleaned_data["kind"],
                    starts_at=form.cleaned_data["starts_at"],
                    place=form.cleaned_data["place"],
                    digest_lead=form.digest_lead,
                    # The form has no such field where there are no rooms.
                    room=form.cleaned_data.get("room"),
                )
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(
                    request, _("“%(meeting)s” is called.") % {"meeting": called_meeting}
                )
                # Some delegations would have to be in two rooms at once.
                for clash in room_clashes(access):
                    if called_meeting in (clash.meeting, clash.other_meeting):
                        messages.warning(request, clash_sentence(access, clash))
                return redirect("meetings", access.consultation.slug)
    # The projected screens that a reader may follow: of the plenary, and of the rooms in which they
    # sit.
    shown_screen_filter = Q(screen__ended_at=None)
    if not access.reads_all:
        shown_screen_filter &= Q(room=None) | Q(room__in=WorkingRoom.objects.for_seat(access.seat))
    all_meetings = Meeting.objects.filter(consultation=access.consultation).select_related("room")
    annotated_meetings = all_meetings.annotate(
        issued_minutes_count=Count("minutes__issued_at"),
        shown_screen_count=Count("screen", filter=shown_screen_filter),
    ).order_by("starts_at", "pk")
    context = {
        "access": access,
        "clashes": [clash_sentence(access, clash) for clash in room_clashes(access)],
        "to_come": [meeting for meeting in annotated_meetings if meeting.starts_at > access.moment],
        "past": [
            meeting
            for meeting in reversed(annotated_meetings)
            if meeting.starts_at <= access.moment
        ],
        "form": form,
        "may_take_minutes": access.may(Act.TAKE_MINUTES),
        # This right does not end when the record is closed: the act itself refuses then.
        "may_set_meetings": access.may(Act.SET_MEETINGS, on=access.consultation)
        and not access.consultation.closed_at,
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/timetable/meetings.html", context, status=status)


@with_access
def move_meeting(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """Move a meeting to another time or place."""
    meeting = _meeting_to_set(access, meeting_public_id)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        access=access,
        initial={"starts_at": meeting.starts_at, "place": meeting.place},
    )
    return confirm(
        request,
        access,
        title=_("Move “%(meeting)s”") % {"meeting": meeting},
        sentences=[
            _("It is on %(moment)s.")
            % {"moment": moment_in_words(meeting.starts_at, access.consultation.zone)},
            _("An unsent digest moves with it. If it was sent, a short notice follows."),
        ],
        button_label=_("Move the meeting"),
        back_url=reverse("meetings", args=[access.consultation.slug]),
        success_message=_("The meeting is moved."),
        form=form,
        act=lambda: acts.move_meeting(access=access, meeting=meeting, **form.cleaned_data),
    )


@with_access
def cancel_meeting(request: HttpRequest, access: Access, meeting_public_id: UUID) -> HttpResponse:
    """Cancel a meeting."""
    meeting = _meeting_to_set(access, meeting_public_id)
    return confirm(
        request,
        access,
        title=_("Cancel “%(meeting)s”") % {"meeting": meeting},
        sentences=[
            _("It is on %(moment)s.")
            % {"moment": moment_in_words(meeting.starts_at, access.consultation.zone)},
            _("It stays in the list, marked as cancelled. Its digest is not sent."),
        ],
        button_label=_("Cancel the meeting"),
        back_url=reverse("meetings", args=[access.consultation.slug]),
        success_message=_("The meeting is cancelled."),
        is_grave=True,
        act=lambda: acts.cancel_meeting(access=access, meeting=meeting),
    )


def clash_sentence(access: Access, clash: RoomClash) -> str:
    """A sentence on two meetings at the same time, for somebody who reads it.

    A delegation reads that they are in two of its rooms; all others read which delegations sit in
    both, or that both are for all.
    """
    hour = hour_of(clash.meeting.starts_at, access.consultation.zone, now=access.moment)
    values = {"one": clash.meeting, "other": clash.other_meeting, "time": hour}
    if access.seat is not None:
        return _("Two of your rooms at %(time)s: %(one)s, %(other)s.") % values
    if clash.concerns_all_delegations:
        return _("At %(time)s two meetings for all: %(one)s, %(other)s.") % values
    values["names"] = _(", ").join(seat.name_for_reader for seat in clash.seats)
    return _("At %(time)s: %(one)s, %(other)s. In both: %(names)s.") % values


def _round_for_act(access: Access, public_id: UUID, act: Act) -> Round:
    """The round; `Refused` where this capacity may not do the act on it."""
    round = get_object_or_404(Round, consultation=access.consultation, public_id=public_id)
    access.require(act, on=round)
    return round


def _meeting_to_set(access: Access, public_id: UUID) -> Meeting:
    """The meeting; `Refused` where this capacity may not set it."""
    meeting = get_object_or_404(Meeting, consultation=access.consultation, public_id=public_id)
    access.require(Act.SET_MEETINGS, on=meeting)
    return meeting


def _word_limits(round: Round) -> list[str]:
    """The word limits of a round, as the list of rounds shows them; none without a limit."""
    limits = []
    if round.proposed_limit:
        limits.append(_("proposal %(n)d") % {"n": round.proposed_limit})
    if round.rationale_limit:
        limits.append(_("reason %(n)d") % {"n": round.rationale_limit})
    return limits


def _deadline_sentence(access: Access, round: Round) -> str:
    """The deadline of a round, also of one that was closed early."""
    deadline = moment_in_words(round.deadline, access.consultation.zone)
    return _("The deadline is %(deadline)s.") % {"deadline": deadline}
