"""Silences on the facilitators' side: open, extend, show who broke one, declare its outcome.

In a silence procedure a delegation that does not object by a deadline has consented.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import Truncator
from django.utils.translation import gettext as _, ngettext

from comments.inputs.audience import moment_words
from comments.inputs.seat_choices import SeatCategory, category_lines, seat_categories
from comments.models import Silence
from comments.silences import acts
from comments.silences.forms import (
    ON_DECISION,
    DeclareSilenceForm,
    ExtendSilenceForm,
    OpenSilenceForm,
    suggested_silence_end,
)
from comments.silences.lines import address_of_silence, silence_state_text
from comments.silences.queries import changes_of_silence, clock_of, name_of_silence
from comments.silences.views import MAX_CHANGES, get_silence
from consultations.models import Seat
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.models import Revision

# Earlier decisions that a new one may be compared with, and the characters that name each.
MAX_DECISIONS = 20
MAX_DECISION_NAME_LENGTH = 60
# Characters of a paragraph's label in the address.
MAX_LABEL_LENGTH = 60


@with_access
def open_silence(request: HttpRequest, access: Access) -> HttpResponse:
    """Fill in a silence, see its preview with warnings, open it: an act of the co-facilitators."""
    access.require(Act.LEAD_SILENCE, on=access.consultation)
    seats = acts.askable_seats(access)
    form = _silence_form(request, access, seats)
    if "open" in request.POST and form.is_valid():
        try:
            silence = acts.open_silence(
                access=access,
                subject=form.subject,
                words=form.cleaned_data["words"],
                until=form.cleaned_data["until"],
                seats=form.chosen_seats(),
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The silence is open. Delegations get an e-mail."))
            return redirect(address_of_silence(access, silence))
    context = {
        "access": access,
        "form": form,
        "seat_categories": category_lines(_askable_categories(access, seats), form["seats"]),
        # None where the act was refused: the form then lacks the values of fields with an error.
        "preview": _preview(access, form, seats) if form.is_valid() else None,
    }
    status = 422 if form.errors else 200
    return render(request, "comments/silences/open_silence.html", context, status=status)


@with_access
def extend_silence(request: HttpRequest, access: Access, silence_public_id: UUID) -> HttpResponse:
    """Set a later end of a silence, once it is confirmed."""
    silence = get_silence(access, silence_public_id)
    access.require(Act.LEAD_SILENCE, on=silence)
    form = ExtendSilenceForm(
        request.POST if request.method == "POST" else None,
        access=access,
        initial={"until": silence.silence_until},
    )
    return confirm(
        request,
        access,
        title=_("%(what)s: extend the silence?") % {"what": name_of_silence(silence)},
        sentences=[
            silence_state_text(access, silence),
            _("The people of the delegations get an e-mail."),
        ],
        button_label=_("Extend"),
        back_url=address_of_silence(access, silence),
        success_message=_("The silence is extended."),
        act=lambda: acts.extend_silence(access=access, silence=silence, **form.cleaned_data),
        form=form,
    )


@with_access
def show_breaks(request: HttpRequest, access: Access, silence_public_id: UUID) -> HttpResponse:
    """Show who broke a silence to all who read it, once that is confirmed."""
    silence = get_silence(access, silence_public_id)
    access.require(Act.LEAD_SILENCE, on=silence)
    return confirm(
        request,
        access,
        title=_("%(what)s: show who broke silence?") % {"what": name_of_silence(silence)},
        sentences=[
            _("All who read this silence then see the delegations and their words."),
            _("The people of the delegations get an e-mail."),
            _("This cannot be undone."),
        ],
        button_label=_("Show"),
        back_url=address_of_silence(access, silence),
        success_message=_("All who read this silence see who broke it."),
        act=lambda: acts.show_breaks(access=access, silence=silence),
    )


@with_access
def declare_silence(request: HttpRequest, access: Access, silence_public_id: UUID) -> HttpResponse:
    """Declare the outcome of a silence, once it is confirmed."""
    silence = get_silence(access, silence_public_id)
    access.require(Act.LEAD_SILENCE, on=silence)
    posted_data = request.POST if request.method == "POST" else None
    outcomes = acts.declarable_outcomes(access, silence)
    form = DeclareSilenceForm(posted_data, outcomes=outcomes)
    return confirm(
        request,
        access,
        title=_("%(what)s: declare the outcome") % {"what": name_of_silence(silence)},
        sentences=[
            silence_state_text(access, silence),
            _("The people of the delegations get an e-mail."),
            _("This cannot be undone."),
        ],
        button_label=_("Declare"),
        back_url=address_of_silence(access, silence),
        success_message=_("The outcome is declared."),
        act=lambda: acts.declare_silence(access=access, silence=silence, **form.cleaned_data),
        form=form,
    )


# --- Helpers -------------------------------------------------------------------------------------


def _silence_form(request: HttpRequest, access: Access, seats: Sequence[Seat]) -> OpenSilenceForm:
    """The form as sent; at first with the text that the address names, else with the first text.

    Where there is no text, the silence is on a decision that the form describes. The address names
    a text by the public id of its latest revision.
    """
    circulated = Revision.objects.visible_to(access).filter(draft__adopted_at=None)
    revisions = sorted(
        circulated.latest_of_each_text().select_related("draft"),
        key=lambda revision: (revision.draft.place, revision.draft_id),
    )
    initial = {
        "on": request.GET.get("text") or (revisions[0].public_id if revisions else ON_DECISION),
        "paragraph": request.GET.get("paragraph", "")[:MAX_LABEL_LENGTH],
        "until": suggested_silence_end(access),
    }
    posted_data = request.POST if request.method == "POST" else None
    earlier_decisions = acts.silences_on_decisions(access)[:MAX_DECISIONS]
    named_decisions = [
        (decision, _decision_name(access, decision)) for decision in earlier_decisions
    ]
    return OpenSilenceForm(
        posted_data,
        access=access,
        initial=initial,
        revisions=revisions,
        seats=seats,
        earlier_decision_silences=named_decisions,
    )


def _decision_name(access: Access, silence: Silence) -> str:
    """An earlier decision by its first words and its day."""
    beginning = Truncator(silence.decision).chars(MAX_DECISION_NAME_LENGTH)
    return f"{beginning} ({moment_words(access, silence.silence_from)})"


def _preview(access: Access, form: OpenSilenceForm, seats: Sequence[Seat]) -> dict[str, Any] | None:
    """The silence that would open, its changes and its clock; None where it would be refused.

    `seats` are all that can be asked. The clock gives the working hours in each capital until the
    end of the silence. Where it would be refused, the form says why.
    """
    cleaned_data = form.cleaned_data
    try:
        acts.require_valid_end(access, cleaned_data["until"])
    except ValidationError as error:
        add_errors(form, error)
        return None
    silence = Silence(
        consultation=access.consultation,
        revision=form.subject.revision,
        wording=form.subject.wording,
        decision=form.subject.decision,
    )
    # The earlier silence on the same text or decision: the changes are those made since.
    silence.follows = acts.last_silence_on_text(silence) or form.subject.follows
    chosen_seats = form.chosen_seats()  # None: all
    if chosen_seats is not None and not chosen_seats:
        form.add_error("seats", _("Choose at least one delegation."))
        return None
    changes = changes_of_silence(silence)
    clock = clock_of(
        access.consultation, chosen_seats or seats, access.moment, cleaned_data["until"]
    )
    names_without_hours = [seat.name_for_reader for seat in clock.seats_without_hours]
    return {
        "name": name_of_silence(silence),
        "silence": silence,
        "words": cleaned_data["words"],
        "changes": changes,
        "shown_changes": changes.changes[:MAX_CHANGES],
        "more_changes": len(changes.changes[MAX_CHANGES:]),
        "clock": clock,
        "warning": _clock_warning(len(names_without_hours)) if names_without_hours else "",
        "capitals_without_hours": names_without_hours,
    }


def _clock_warning(count: int) -> str:
    """The warning that so many capitals have no working hour in which to answer."""
    template = ngettext(
        "%(n)d capital has no working hour before the deadline.",
        "%(n)d capitals have no working hour before the deadline.",
        count,
    )
    return template % {"n": count}


def _askable_categories(access: Access, seats: Sequence[Seat]) -> list[SeatCategory]:
    """The delegations that can be asked, by region or kind."""
    askable_seat_ids = {seat.pk for seat in seats}
    categories = []
    for category in seat_categories(access):
        askable_seats = tuple(seat for seat in category.seats if seat.pk in askable_seat_ids)
        if askable_seats:
            categories.append(SeatCategory(category.key, category.name, askable_seats))
    return categories
