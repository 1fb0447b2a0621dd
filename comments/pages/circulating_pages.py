"""The act that sends a text out: what goes, under which labels, what becomes of the inputs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.desks.input_locations import input_locations
from comments.desks.open_inputs import open_inputs
from comments.forms.open_inputs_form import OpenInputsForm
from comments.mail.circulation import send_out
from comments.outcomes.preview import outcome_preview
from consultations.forms.frame_forms import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.circulating.outgoing import Outgoing, assembled_stage, outgoing
from drafts.comparing.concordance_lines import concordance_lines, summary_of
from drafts.forms.circulation_forms import (
    FIRST_NATURES,
    NEW_ROUND,
    NO_ROUND,
    CirculateForm,
    NewRoundForm,
)
from drafts.labels import Relabelling
from drafts.models import Draft, Nature, Revision
from drafts.pages.desk_pages import text_of

# What the page can show of the next revision before it goes out; the first has nothing to compare.
SHOWN = ("redline", "clean", "concordance", "inputs")


@never_cache
@with_access
def circulate(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Shows exactly what goes out, in four ways; confirmed, it is frozen and sent."""
    text = text_of(access, draft, Act.CIRCULATE)
    posted = request.POST if request.method == "POST" and "show" not in request.POST else None
    going = outgoing(access, text, request.POST.get("labels") or Relabelling.KEEP)
    still_open = open_inputs(access, text)
    form, round_form = _forms(request, access, going, posted)
    open_form, is_open_changed = OpenInputsForm.from_post(posted, still_open)
    is_changed = posted is not None and posted.get("seen") != going.seen
    is_as_shown = posted is not None and not is_changed and not is_open_changed
    if is_as_shown and _are_valid(form, round_form, open_form):
        revision = _sent(access, text, form, round_form, open_form.seen)
        if revision is not None:
            return redirect("circulated", access.consultation.slug, text.slug, revision.number)
    context = {
        "access": access,
        "draft": text,
        "going": going,
        "form": form,
        "round_form": round_form,
        "is_changed": is_changed,
        "still_open": still_open,
        "open_form": open_form,
        "is_open_changed": is_open_changed,
        **_shown(access, going, _part_asked_for(request)),
    }
    status = 409 if is_changed or is_open_changed else 200 if posted is None else 422
    return render(request, "comments/circulate.html", context, status=status)


def _forms(
    request: HttpRequest, access: Access, going: Outgoing, posted: QueryDict | None
) -> tuple[CirculateForm, NewRoundForm]:
    """As they were sent, or to be filled in; asked only to show something, with what was typed."""
    if posted is not None:
        wants_round = posted.get("round") == NEW_ROUND
        round_form = NewRoundForm(posted if wants_round else None, access=access)
        return CirculateForm(posted, access=access, outgoing=going), round_form
    typed = request.POST.dict()
    asked = {name.removeprefix("round-"): value for name, value in typed.items()}
    first = _first_choice(request, access, going) | typed
    return (
        CirculateForm(access=access, outgoing=going, initial=first),
        NewRoundForm(access=access, initial=asked),
    )


def _first_choice(request: HttpRequest, access: Access, going: Outgoing) -> dict[str, Any]:
    """What the page proposes; `?nature=` names what it is to be, for links that lead here."""
    if "assembled" in request.GET:
        return {"nature": Nature.DRAFT, "stage": assembled_stage(access), "round": NO_ROUND}
    nature = request.GET.get("nature", Nature.DRAFT)
    offered = Nature.values if going.last else FIRST_NATURES
    if nature not in offered:
        nature = Nature.DRAFT
    asks = nature in {Nature.DRAFT, Nature.CALL}
    return {
        "nature": nature,
        "stage": going.next_stage(nature),
        "round": NEW_ROUND if asks else NO_ROUND,
    }


def _part_asked_for(request: HttpRequest) -> str:
    """The part to open: the one pressed, or that was open as the form was sent; or by a link."""
    asked = request.POST if request.method == "POST" else request.GET
    return asked.get("show") or asked.get("shown", "")


def _shown(access: Access, going: Outgoing, asked: str) -> dict[str, Any]:
    """The one part of the preview that is open, and what the others are called."""
    if going.became is None:
        return {"show": "clean"}
    inputs = input_locations(access, going)
    show = asked if asked in SHOWN else "redline"
    names = {
        "redline": _("What changed"),
        "clean": _("Clean"),
        "concordance": _("Concordance"),
        "inputs": _("Inputs (%(n)d)") % {"n": sum(len(row.said) for row in inputs)},
    }
    if show == "inputs":
        inputs = outcome_preview(access, going, inputs)
    return {
        "show": show,
        "parts": [(name, names[name]) for name in SHOWN],
        "summary": summary_of(going.became.rows),
        "lines": concordance_lines(going.became),
        "inputs": [row for row in inputs if not row.is_quiet],
        "quiet_inputs": [row for row in inputs if row.is_quiet],
    }


def _sent(
    access: Access, text: Draft, form: CirculateForm, round_form: NewRoundForm, open_seen: str
) -> Revision | None:
    """What went out; None where it was refused, and the forms say why."""
    try:
        revision = send_out(
            access=access,
            draft=text,
            round=form.chosen_round,
            new_round=round_form.terms if form.wants_new_round else None,
            open_seen=open_seen,
            **form.terms,
        )
    except ValidationError as error:
        add_errors(_form_of(error, form, round_form), error)
        return None
    return revision


def _are_valid(form: CirculateForm, round_form: NewRoundForm, open_form: OpenInputsForm) -> bool:
    """All are asked, so that all that is to mend is said at once."""
    are_valid = [
        form.is_valid(),
        not round_form.is_bound or round_form.is_valid(),
        open_form.is_valid(),
    ]
    return all(are_valid)


def _form_of(
    error: ValidationError, form: CirculateForm, round_form: NewRoundForm
) -> CirculateForm | NewRoundForm:
    names = getattr(error, "error_dict", {})
    is_of_round = any(name in round_form.fields and name not in form.fields for name in names)
    return round_form if is_of_round else form
