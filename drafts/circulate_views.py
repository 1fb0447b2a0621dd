"""The act that sends a revision out: what goes, to whom it is open, one confirmation."""

import hashlib
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Access, Act
from consultations.actions import set_round
from consultations.confirming import confirm
from consultations.entering import entered
from consultations.forms import add_errors
from drafts.changes import Change
from drafts.circulating import adopt, circulate_revision
from drafts.desk_views import desk_of, text_of
from drafts.forms import CirculateForm, NewRoundForm
from drafts.models import Draft, Nature, Revision


@never_cache
@entered
def circulate(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Shows exactly what goes out; confirmed, it is frozen and sent."""
    text = text_of(access, draft, Act.CIRCULATE)
    shown = desk_of(text)
    seen = _fingerprint(shown.changes.rows)
    posted = request.POST if request.method == "POST" else None
    form = CirculateForm(posted, access=access, initial={"round": "new"})
    wants_round = posted is not None and posted.get("round") == "new"
    round_form = NewRoundForm(posted if wants_round else None, access=access)
    is_changed = posted is not None and posted.get("seen") != seen
    if posted is not None and not is_changed and _are_valid(form, round_form):
        try:
            revision = _send_out(access, text, form, round_form)
        except ValidationError as error:
            add_errors(_form_of(error, form, round_form), error)
        else:
            return redirect("circulated", access.consultation.slug, text.slug, revision.number)
    context = {
        "access": access,
        "draft": text,
        "desk": shown,
        "form": form,
        "round_form": round_form,
        "seen": seen,
        "is_changed": is_changed,
    }
    status = 409 if is_changed else 200 if posted is None else 422
    return render(request, "comments/circulate.html", context, status=status)


@require_safe
@never_cache
@entered
def circulated(request: HttpRequest, access: Access, draft: str, number: int) -> HttpResponse:
    """What went out, with the checksum that seals it."""
    text = text_of(access, draft)
    rows = Revision.objects.visible_to(access).select_related("round")
    revision = get_object_or_404(rows, draft=text, number=number)
    context = {
        "access": access,
        "draft": text,
        "revision": revision,
        "paragraphs": revision.wordings.count(),
    }
    return render(request, "drafts/circulated.html", context)


@never_cache
@entered
def adopt_text(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Mark the last circulated revision as adopted. From then on nothing changes."""
    text = text_of(access, draft, Act.CIRCULATE)
    last = text.revisions.order_by("-number").first()
    shown = desk_of(text)
    lines = [
        _("The last circulated revision, %(stage)s, is adopted as it stands.")
        % {"stage": last.stage if last else "–"},
        _("From then on neither the text nor the inputs on it change."),
    ]
    if shown.changes.has_any:
        lines.insert(1, _("The desk holds changes that were never circulated. They stay there."))
    return confirm(
        request,
        access,
        title=_("Adopt the text"),
        lines=lines,
        label=_("Adopt"),
        back=reverse("drafts", args=[access.consultation.slug]),
        done=_("The text is adopted."),
        act=lambda: adopt(access=access, draft=text),
        is_grave=True,
    )


@transaction.atomic
def _send_out(
    access: Access, text: Draft, form: CirculateForm, round_form: NewRoundForm
) -> Revision:
    """The round and the revision together, or neither."""
    asked = form.chosen_round
    if form.wants_new_round:
        asked = set_round(access=access, **round_form.terms)
    revision = circulate_revision(
        access=access,
        draft=text,
        stage=form.cleaned_data["stage"],
        note=form.cleaned_data["note"],
        nature=form.cleaned_data["nature"],
        round=asked,
    )
    if form.cleaned_data["nature"] == Nature.ADOPTED:
        adopt(access=access, draft=text)
    return revision


def _are_valid(form: CirculateForm, round_form: NewRoundForm) -> bool:
    """Both are asked, so that all that is to mend is said at once."""
    are_valid = [form.is_valid(), not round_form.is_bound or round_form.is_valid()]
    return all(are_valid)


def _form_of(
    error: ValidationError, form: CirculateForm, round_form: NewRoundForm
) -> CirculateForm | NewRoundForm:
    names = getattr(error, "error_dict", {})
    return round_form if any(name in round_form.fields for name in names) else form


def _fingerprint(rows: Iterable[Change]) -> str:
    """Changes when the working text does: nobody sends out what they have not seen."""
    marks = [
        f"{row.paragraph.public_id} {row.paragraph.parent_id} {row.paragraph.version} {row.how}"
        for row in rows
    ]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()
