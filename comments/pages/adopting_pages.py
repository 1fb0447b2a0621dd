"""The page that adopts the last circulated text as it stands."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.desks.bridging_overview import open_questions_on
from comments.desks.open_inputs import open_inputs
from comments.forms.open_inputs_form import OpenInputsForm
from comments.mail.circulation import adopt_and_announce
from comments.news.silences import open_silences_of
from comments.threads.audience import moment_words
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.circulating.acts import circulated_meanwhile, is_last_unadopted
from drafts.circulating.forms import AdoptForm, open_rounds
from drafts.circulating.outgoing import outgoing_revision_of
from drafts.desk.views import get_draft
from drafts.models import Draft


@never_cache
@with_access
def adopt_text(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Mark the last circulated revision as adopted: the text and its inputs no longer change.

    Whoever adopts ticks that they have seen how many inputs have no answer. Where those inputs
    changed since the page was shown, or another revision was circulated, it is shown anew (409).
    """
    draft = get_draft(access, draft_slug, Act.CIRCULATE)
    posted_data = request.POST if request.method == "POST" else None
    inputs_still_open = open_inputs(access, draft)
    last_revision = draft.revisions.order_by("-number").first()
    form, has_revision_changed = AdoptForm.from_post(
        posted_data, access=access, last_number=last_revision.number if last_revision else None
    )
    open_inputs_form, have_open_inputs_changed = OpenInputsForm.from_post(
        posted_data, inputs_still_open
    )
    if has_revision_changed and last_revision:
        messages.error(request, circulated_meanwhile(last_revision.stage))
    is_as_shown = not have_open_inputs_changed and not has_revision_changed
    # In a list, so that both are validated, and all errors shown at once.
    if is_as_shown and all([form.is_valid(), open_inputs_form.is_valid()]):
        try:
            adopt_and_announce(
                access=access,
                draft=draft,
                confirmed_mark=open_inputs_form.confirmed_mark,
                **form.act_arguments,
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The text is adopted."))
            return redirect("drafts", access.consultation.slug)
    context = {
        "access": access,
        "draft": draft,
        "title": _("Adopt the text"),
        "sentences": _consequences_of_adopting(access, draft),
        "label": _("Adopt"),
        "back_url": reverse("drafts", args=[access.consultation.slug]),
        "action_url": request.get_full_path(),
        "form": form,
        "is_grave": True,  # the button has a warning colour
        "details_template": "comments/_open_inputs.html",
        "open_inputs": inputs_still_open,
        "open_inputs_form": open_inputs_form,
        "have_open_inputs_changed": have_open_inputs_changed,
    }
    refused_status = 422 if is_as_shown else 409
    status = 200 if posted_data is None else refused_status
    return render(request, "consultations/confirm.html", context, status=status)


def _consequences_of_adopting(access: Access, draft: Draft) -> list[str]:
    """Sentences that say what adopting the text does, for whoever confirms it."""
    outgoing_revision = outgoing_revision_of(access, draft)
    # A text that was never circulated cannot be adopted: the act says so, once it is confirmed.
    stage = outgoing_revision.last_revision.stage if outgoing_revision.last_revision else "–"
    sentences = [
        _("“%(round)s” is open until %(moment)s: delegations may still send inputs.")
        % {"round": round.name, "moment": moment_words(access, round.deadline)}
        for round in open_rounds(access)
    ]
    sentences += [
        _("The last circulated revision, %(stage)s, is adopted as it stands.") % {"stage": stage},
        _("The text and its inputs then no longer change."),
    ]
    if outgoing_revision.changes.has_any:
        sentences.append(
            _(
                "The working text has changes that were not circulated. If the meeting "
                "adopted them, circulate the working text as the adopted text instead."
            )
        )
    sentences += ended_by_adoption(access, draft)
    if is_last_unadopted(draft):
        sentences.append(
            _("The record of the consultation then closes. It can only be read and exported.")
        )
    return sentences


def ended_by_adoption(access: Access, draft: Draft) -> list[str]:
    """Sentences on what is still open on the text and ends when it is adopted: two queries."""
    sentences = []
    if silence_count := open_silences_of(access, draft.slug).count():
        sentences += [
            _("Silences on the text without a declared outcome: %(n)d.") % {"n": silence_count},
            _("Nobody can then break them or declare their outcome."),
        ]
    if question_count := open_questions_on(access, draft).count():
        sentences += [
            _("Open questions on bridging words: %(n)d.") % {"n": question_count},
            _("These questions then close. Their answers become visible as announced."),
        ]
    return sentences
